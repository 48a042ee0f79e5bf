/**
 * The adapter onto Resilience4j, for teams that want all of their circuit breakers in one
 * registry.
 */
@NullMarked
package io.github.otlpboot.breaker.resilience4j;

import org.jspecify.annotations.NullMarked;
