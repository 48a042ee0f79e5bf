package io.github.otlpboot.breaker;

/**
 * The states of a circuit breaker, named as in Resilience4j.
 */
public enum CircuitBreakerState {

	/**
	 * Calls are permitted.
	 */
	CLOSED,

	/**
	 * No call is permitted until the wait is over.
	 */
	OPEN,

	/**
	 * A few calls are permitted to find out whether the destination has recovered.
	 */
	HALF_OPEN,

	/**
	 * No call is permitted until an operator resets the breaker.
	 */
	FORCED_OPEN

}
