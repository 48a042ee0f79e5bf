package io.github.otlpboot.forwarder;

import java.time.Clock;
import java.time.Duration;

/**
 * When a route may make its next attempt, after a failure. Belongs to the thread of its
 * route, except {@link #nextAttempt()}, which any thread may ask.
 */
final class Pacing {

	private final Backoff backoff;

	private final Clock clock;

	private boolean troubled;

	private long waitUntil;

	private volatile long nextAttempt;

	Pacing(Backoff backoff, Clock clock) {
		this.backoff = backoff;
		this.clock = clock;
	}

	/**
	 * Wait after a failure that time may heal.
	 * @param now the time in nanoseconds
	 * @param asked the shortest wait that the destination asks for
	 */
	void backOff(long now, Duration asked) {
		waitFor(now, Math.max(this.backoff.next(), asked.toNanos()));
	}

	/**
	 * Wait for someone to mend the configuration.
	 * @param now the time in nanoseconds
	 */
	void pause(long now) {
		waitFor(now, this.backoff.pause());
	}

	/**
	 * End the wait without forgetting the trouble: one attempt may be made.
	 */
	void skipWait() {
		this.nextAttempt = 0;
		if (this.troubled) {
			this.waitUntil = Long.MIN_VALUE;
		}
	}

	/**
	 * Start over after the destination has answered.
	 */
	void recover() {
		this.backoff.reset();
		this.troubled = false;
		this.nextAttempt = 0;
	}

	/**
	 * Return whether one request at a time is to find out how the destination is.
	 * @return {@code true} from a failure to the next answer
	 */
	boolean isTroubled() {
		return this.troubled;
	}

	long nanosUntilAttempt(long now) {
		if (!this.troubled || this.waitUntil == Long.MIN_VALUE) {
			return 0;
		}
		return Math.max(0, this.waitUntil - now);
	}

	/**
	 * Return when the wait ends.
	 * @return milliseconds since the epoch, {@code 0} if there is no wait
	 */
	long nextAttempt() {
		return this.nextAttempt;
	}

	private void waitFor(long now, long nanos) {
		this.troubled = true;
		this.waitUntil = now + nanos;
		this.nextAttempt = this.clock.millis() + Duration.ofNanos(nanos).toMillis();
	}

}
