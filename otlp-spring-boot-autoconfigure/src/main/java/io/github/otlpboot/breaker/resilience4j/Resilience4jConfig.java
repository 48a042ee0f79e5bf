package io.github.otlpboot.breaker.resilience4j;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;

/**
 * Makes the configuration of Resilience4j out of ours or of one that an application has.
 */
final class Resilience4jConfig {

	/** Longer waits mean for ever; Resilience4j adds them to a date. */
	private static final Duration LONGEST_WAIT = Duration.ofDays(36500);

	private Resilience4jConfig() {
	}

	/**
	 * Return our settings in the form of Resilience4j.
	 * @param settings what every circuit breaker has
	 * @param own what only Resilience4j has
	 * @return a configuration
	 */
	static CircuitBreakerConfig of(CircuitBreakerSettings settings, Resilience4jSettings own) {
		long first = millis(settings.waitDurationInOpenState());
		long longest = millis(settings.maxWaitDurationInOpenState());
		return CircuitBreakerConfig.custom()
			.slidingWindowType(SlidingWindowType.COUNT_BASED)
			.slidingWindowSize(own.slidingWindowSize())
			.minimumNumberOfCalls(own.minimumNumberOfCalls())
			.failureRateThreshold(own.failureRateThreshold())
			.permittedNumberOfCallsInHalfOpenState(settings.permittedNumberOfCallsInHalfOpenState())
			.waitIntervalFunctionInOpenState((attempt) -> doubled(first, longest, attempt))
			.build();
	}

	private static long millis(Duration duration) {
		return Math.max(1, ((duration.compareTo(LONGEST_WAIT) > 0) ? LONGEST_WAIT : duration).toMillis());
	}

	private static long doubled(long first, long longest, int attempt) {
		long wait = first;
		for (int i = 1; i < attempt && wait < longest; i++) {
			wait *= 2;
		}
		return Math.min(wait, longest);
	}

	/**
	 * Return a configuration as the adapter needs it: the adapter itself ends the wait of
	 * the open state, by elapsed time, so that jumps of the wall clock do not matter and
	 * no thread of a scheduler is needed.
	 * @param base the configuration to keep in all other respects
	 * @param clock the wall clock
	 * @param nanos the source of elapsed time
	 * @param wait is asked for the wait of the open state
	 * @return the configuration
	 */
	static CircuitBreakerConfig adapted(CircuitBreakerConfig base, Clock clock, LongSupplier nanos,
			IntervalFunction wait) {
		return CircuitBreakerConfig.from(base)
			.clock(clock)
			.currentTimestampFunction((ignored) -> nanos.getAsLong(), TimeUnit.NANOSECONDS)
			.automaticTransitionFromOpenToHalfOpenEnabled(false)
			.waitIntervalFunctionInOpenState(wait)
			.build();
	}

}
