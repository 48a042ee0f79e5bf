package io.github.otlpboot.pipeline;

import java.time.Duration;

/**
 * Lets one line through, and the next only after a while. Not thread-safe.
 */
final class LogLimit {

	private final long intervalNanos;

	private boolean any;

	private long lastAt;

	LogLimit(Duration interval) {
		this.intervalNanos = interval.toNanos();
	}

	boolean permits(long now) {
		if (this.any && now - this.lastAt < this.intervalNanos) {
			return false;
		}
		this.any = true;
		this.lastAt = now;
		return true;
	}

	void reset() {
		this.any = false;
	}

}
