/**
 * A small shop that delivers its spans to a collector of its own, which can be broken.
 */
@NullMarked
package io.github.otlpboot.sample;

import org.jspecify.annotations.NullMarked;
