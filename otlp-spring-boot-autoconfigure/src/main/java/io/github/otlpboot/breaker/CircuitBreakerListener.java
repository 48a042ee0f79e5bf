package io.github.otlpboot.breaker;

/**
 * Is told of transitions.
 */
@FunctionalInterface
public interface CircuitBreakerListener {

	/**
	 * Called after a transition, outside any lock.
	 * @param from the state before
	 * @param to the state after
	 */
	void onTransition(CircuitBreakerState from, CircuitBreakerState to);

}
