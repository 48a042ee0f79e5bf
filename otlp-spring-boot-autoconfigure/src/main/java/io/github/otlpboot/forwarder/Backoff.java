package io.github.otlpboot.forwarder;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * The growing, jittered wait between attempts. Not thread-safe: it belongs to the thread
 * of its route.
 */
final class Backoff {

	private final RetrySettings settings;

	private final DoubleSupplier random;

	private double nextNanos;

	/**
	 * Create a backoff.
	 * @param settings the bounds
	 * @param random yields numbers from 0 to 1
	 */
	Backoff(RetrySettings settings, DoubleSupplier random) {
		this.settings = settings;
		this.random = random;
		this.nextNanos = (double) settings.initialInterval().toNanos();
	}

	/**
	 * Return the wait after one more failure.
	 * @return the wait in nanoseconds
	 */
	long next() {
		double nanos = this.nextNanos;
		this.nextNanos = Math.min(nanos * this.settings.multiplier(), (double) this.settings.maxInterval().toNanos());
		return jittered(nanos);
	}

	/**
	 * Return the wait before a paused route is probed again.
	 * @return the wait in nanoseconds
	 */
	long pause() {
		return jittered((double) this.settings.maxInterval().toNanos());
	}

	/**
	 * Start over after a success.
	 */
	void reset() {
		this.nextNanos = (double) this.settings.initialInterval().toNanos();
	}

	private long jittered(double nanos) {
		double factor = 1 + this.settings.jitter() * (2 * this.random.getAsDouble() - 1);
		return Math.max(Duration.ofMillis(1).toNanos(), (long) (nanos * factor));
	}

}
