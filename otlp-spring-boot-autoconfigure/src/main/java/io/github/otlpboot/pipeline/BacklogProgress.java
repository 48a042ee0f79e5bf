package io.github.otlpboot.pipeline;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * How fast the backlog of an outage shrinks. Not thread-safe.
 */
final class BacklogProgress {

	/** A smaller backlog is gone before a line about it is read. */
	static final long LARGE = 10_000;

	private static final long INTERVAL = Duration.ofSeconds(10).toNanos();

	private long lastItems;

	private long lastAt;

	private BacklogProgress(long items, long now) {
		this.lastItems = items;
		this.lastAt = now;
	}

	/**
	 * Begin to watch a backlog.
	 * @param items how many items wait
	 * @param now the time in nanoseconds
	 * @return its progress, {@code null} if it is not large
	 */
	static @Nullable BacklogProgress of(long items, long now) {
		return (items >= LARGE) ? new BacklogProgress(items, now) : null;
	}

	/**
	 * Say how it goes on, every ten seconds at most.
	 * @param items how many items wait
	 * @param now the time in nanoseconds
	 * @return the rest of a sentence, {@code null} if it is too early for one
	 */
	@Nullable String report(long items, long now) {
		if (now - this.lastAt < INTERVAL) {
			return null;
		}
		double seconds = (now - this.lastAt) / (double) Duration.ofSeconds(1).toNanos();
		double rate = (this.lastItems - items) / seconds;
		this.lastItems = items;
		this.lastAt = now;
		if (rate < 1) {
			return "as many come as go";
		}
		return "%.0f fewer each second, about %.0f s to go".formatted(rate, items / rate);
	}

}
