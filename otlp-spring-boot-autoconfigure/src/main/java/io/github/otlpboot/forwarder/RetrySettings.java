package io.github.otlpboot.forwarder;

import java.time.Duration;

/**
 * How long to wait between attempts (OTLP specification: the interval grows exponentially
 * and is jittered). Attempts never end; only retention drops data.
 *
 * @param initialInterval the wait after the first failure
 * @param maxInterval the longest wait
 * @param multiplier by how much the wait grows from failure to failure, at least 1
 * @param jitter the part of the wait that is random, from 0 to 1: with {@code 0.5} a wait
 * of 10 s becomes any from 5 s to 15 s
 */
public record RetrySettings(Duration initialInterval, Duration maxInterval, double multiplier, double jitter) {

	/**
	 * The settings in force where nothing is configured.
	 */
	public static final RetrySettings DEFAULTS = new RetrySettings(Duration.ofSeconds(1), Duration.ofSeconds(30), 1.5,
			0.5);

	public RetrySettings {
		if (initialInterval.isZero() || initialInterval.isNegative()) {
			throw new IllegalArgumentException("'initialInterval' must be positive, but is " + initialInterval);
		}
		if (maxInterval.compareTo(initialInterval) < 0) {
			throw new IllegalArgumentException("'maxInterval' (" + maxInterval
					+ ") must not be less than 'initialInterval' (" + initialInterval + ")");
		}
		if (!(multiplier >= 1)) {
			throw new IllegalArgumentException("'multiplier' must be at least 1, but is " + multiplier);
		}
		if (!(jitter >= 0 && jitter <= 1)) {
			throw new IllegalArgumentException("'jitter' must be from 0 to 1, but is " + jitter);
		}
	}

}
