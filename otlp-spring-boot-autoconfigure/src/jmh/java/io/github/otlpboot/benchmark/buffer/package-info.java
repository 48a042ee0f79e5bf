/**
 * The buffer of accepted batches against others, under several writers.
 */
@NullMarked
package io.github.otlpboot.benchmark.buffer;

import org.jspecify.annotations.NullMarked;
