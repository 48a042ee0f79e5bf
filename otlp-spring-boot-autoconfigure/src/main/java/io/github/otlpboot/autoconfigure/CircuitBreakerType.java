package io.github.otlpboot.autoconfigure;

/**
 * The circuit breakers there are. What is on the class path never decides.
 */
public enum CircuitBreakerType {

	/**
	 * Ours: consecutive failures, one state under one lock.
	 */
	SINGLE_LOCK,

	/**
	 * Resilience4j's, for teams that want all of their breakers in one registry.
	 */
	RESILIENCE4J

}
