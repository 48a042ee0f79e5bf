/**
 * What is done to serialized requests as they pass: counting, splitting, merging.
 */
@NullMarked
package io.github.otlpboot.benchmark.request;

import org.jspecify.annotations.NullMarked;
