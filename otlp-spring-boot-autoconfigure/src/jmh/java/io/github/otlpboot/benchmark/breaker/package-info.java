/**
 * The circuit breakers against others, and how many locks each of them takes.
 */
@NullMarked
package io.github.otlpboot.benchmark.breaker;

import org.jspecify.annotations.NullMarked;
