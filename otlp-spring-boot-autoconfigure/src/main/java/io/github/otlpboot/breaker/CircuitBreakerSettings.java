package io.github.otlpboot.breaker;

import java.time.Duration;

/**
 * When a breaker opens, how long it waits, and how it probes.
 *
 * @param failureThreshold the number of consecutive failures that open it, at least 1
 * @param waitDurationInOpenState the first wait before probing; doubles each time a probe
 * fails
 * @param maxWaitDurationInOpenState the longest wait
 * @param permittedNumberOfCallsInHalfOpenState how many probes may be under way at once,
 * and how many of them must succeed to close the breaker, at least 1
 * @param probeTimeout after how long a permit that never reported counts as a failure
 */
public record CircuitBreakerSettings(int failureThreshold, Duration waitDurationInOpenState,
		Duration maxWaitDurationInOpenState, int permittedNumberOfCallsInHalfOpenState, Duration probeTimeout) {

	/**
	 * The settings in force where nothing is configured.
	 */
	public static final CircuitBreakerSettings DEFAULTS = new CircuitBreakerSettings(5, Duration.ofSeconds(5),
			Duration.ofSeconds(30), 1, Duration.ofSeconds(60));

	public CircuitBreakerSettings {
		requireAtLeastOne("failureThreshold", failureThreshold);
		requireAtLeastOne("permittedNumberOfCallsInHalfOpenState", permittedNumberOfCallsInHalfOpenState);
		requirePositive("waitDurationInOpenState", waitDurationInOpenState);
		requirePositive("maxWaitDurationInOpenState", maxWaitDurationInOpenState);
		requirePositive("probeTimeout", probeTimeout);
		if (maxWaitDurationInOpenState.compareTo(waitDurationInOpenState) < 0) {
			throw new IllegalArgumentException("'maxWaitDurationInOpenState' (" + maxWaitDurationInOpenState
					+ ") must not be less than 'waitDurationInOpenState' (" + waitDurationInOpenState + ")");
		}
	}

	private static void requireAtLeastOne(String name, int value) {
		if (value < 1) {
			throw new IllegalArgumentException("'" + name + "' must be at least 1, but is " + value);
		}
	}

	private static void requirePositive(String name, Duration value) {
		if (value.isZero() || value.isNegative()) {
			throw new IllegalArgumentException("'" + name + "' must be positive, but is " + value);
		}
	}

}
