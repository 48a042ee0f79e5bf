package io.github.otlpboot.forwarder;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Remembers how a route has been doing. Written by the forwarder's thread, read by any:
 * all fields are guarded by {@link #lock}.
 */
final class RouteTracker {

	private static final int REMEMBERED_FAILURES = 10;

	private final Object lock = new Object();

	private final Clock clock;

	private final Deque<FailureRecord> failures = new ArrayDeque<>();

	private RouteState state = RouteState.IDLE;

	private long since;

	private long lastSuccess;

	private long consecutiveFailures;

	RouteTracker(Clock clock) {
		this.clock = clock;
		this.since = clock.millis();
	}

	void success() {
		synchronized (this.lock) {
			this.lastSuccess = this.clock.millis();
			this.consecutiveFailures = 0;
		}
	}

	void failure(SendFailure failure) {
		synchronized (this.lock) {
			this.consecutiveFailures++;
			if (this.failures.size() == REMEMBERED_FAILURES) {
				this.failures.removeLast();
			}
			this.failures.addFirst(new FailureRecord(this.clock.millis(), failure, this.consecutiveFailures));
		}
	}

	/**
	 * Enter a state.
	 * @param next the state
	 * @return the state before
	 */
	RouteState enter(RouteState next) {
		synchronized (this.lock) {
			RouteState previous = this.state;
			if (previous != next) {
				this.state = next;
				this.since = this.clock.millis();
			}
			return previous;
		}
	}

	View view() {
		synchronized (this.lock) {
			return new View(this.state, this.since, this.lastSuccess, this.consecutiveFailures,
					this.failures.peekFirst(), List.copyOf(this.failures));
		}
	}

	/**
	 * A consistent view.
	 *
	 * @param state the state
	 * @param since when it was entered
	 * @param lastSuccess when the destination last took a request
	 * @param consecutiveFailures failures since then
	 * @param lastFailure the newest failure
	 * @param failures the last failures, the newest first
	 */
	record View(RouteState state, long since, long lastSuccess, long consecutiveFailures,
			@Nullable FailureRecord lastFailure, List<FailureRecord> failures) {

	}

}
