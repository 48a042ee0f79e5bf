package io.github.otlpboot.testing;

import java.time.Clock;
import java.util.function.LongSupplier;

import io.github.otlpboot.breaker.CircuitBreaker;
import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.SingleLockCircuitBreaker;
import io.github.otlpboot.breaker.resilience4j.Resilience4jCircuitBreaker;
import io.github.otlpboot.breaker.resilience4j.Resilience4jSettings;

/**
 * The circuit breakers there are, for tests of what must hold with each.
 */
public enum BreakerKind {

	/**
	 * Ours.
	 */
	SINGLE_LOCK {

		@Override
		public CircuitBreaker create(CircuitBreakerSettings settings, Clock clock, LongSupplier nanos) {
			return new SingleLockCircuitBreaker(settings, clock, nanos);
		}

	},

	/**
	 * Resilience4j's, set to open after as many failures in a row.
	 */
	RESILIENCE4J {

		@Override
		public CircuitBreaker create(CircuitBreakerSettings settings, Clock clock, LongSupplier nanos) {
			return Resilience4jCircuitBreaker.create("test", settings,
					Resilience4jSettings.consecutive(settings.failureThreshold()), clock, nanos);
		}

	};

	/**
	 * Create a closed circuit breaker.
	 * @param settings its settings
	 * @param clock the wall clock
	 * @param nanos the source of elapsed time in nanoseconds
	 * @return the circuit breaker
	 */
	public abstract CircuitBreaker create(CircuitBreakerSettings settings, Clock clock, LongSupplier nanos);

}
