/**
 * How long it takes until an application can store again that was killed.
 */
@NullMarked
package io.github.otlpboot.benchmark.recovery;

import org.jspecify.annotations.NullMarked;
