/**
 * Auto-configuration of Resilience4j's circuit breaker.
 */
@NullMarked
package io.github.otlpboot.autoconfigure.resilience4j;

import org.jspecify.annotations.NullMarked;
