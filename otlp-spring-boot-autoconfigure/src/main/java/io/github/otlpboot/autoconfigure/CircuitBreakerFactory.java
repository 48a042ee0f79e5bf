package io.github.otlpboot.autoconfigure;

import io.github.otlpboot.breaker.CircuitBreaker;
import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.model.Signal;

/**
 * Creates the circuit breaker of a route. A bean of this type takes the place of the
 * default, {@code single-lock}.
 */
@FunctionalInterface
public interface CircuitBreakerFactory {

	/**
	 * Create a circuit breaker.
	 * @param destination the name of the destination
	 * @param signal the signal
	 * @param settings what is configured under {@code otlp.forwarder.circuit-breaker}
	 * @return a closed circuit breaker, for this route alone
	 */
	CircuitBreaker create(String destination, Signal signal, CircuitBreakerSettings settings);

}
