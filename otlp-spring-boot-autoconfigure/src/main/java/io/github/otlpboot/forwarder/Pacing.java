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

	/** Whether the destination asked for the wait; no other answer shortens that. */
	private boolean asked;

	private long waitUntil;

	private volatile long nextAttempt;

	Pacing(Backoff backoff, Clock clock) {
		this.backoff = backoff;
		this.clock = clock;
	}

	/**
	 * Wait after a failure that time may heal.
	 * @param now the time in nanoseconds
	 * @param wait the shortest wait that the destination asks for
	 */
	void backOff(long now, Duration wait) {
		long left = leftOfAsked(now);
		this.asked = left > 0 || !wait.isZero();
		waitFor(now, Math.max(left, Math.max(this.backoff.next(), wait.toNanos())));
	}

	/**
	 * Wait for someone to mend the configuration.
	 * @param now the time in nanoseconds
	 */
	void pause(long now) {
		waitFor(now, Math.max(leftOfAsked(now), this.backoff.pause()));
	}

	private long leftOfAsked(long now) {
		return this.asked ? nanosUntilAttempt(now) : 0;
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
	 * Start over after the destination has answered, unless it has asked for a wait that
	 * is not over: that answer belongs to a request sent before.
	 * @param now the time in nanoseconds
	 * @return {@code false} if the wait goes on
	 */
	boolean recover(long now) {
		if (leftOfAsked(now) > 0) {
			return false;
		}
		this.backoff.reset();
		this.asked = false;
		this.troubled = false;
		this.nextAttempt = 0;
		return true;
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
