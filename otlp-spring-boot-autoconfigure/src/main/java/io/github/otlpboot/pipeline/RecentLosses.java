package io.github.otlpboot.pipeline;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

import io.github.otlpboot.pipeline.PipelineStatus.Losses;

/**
 * How many items were lost or refused lately, in slices of time. Thread-safe; every field
 * is guarded by {@link #lock}.
 */
final class RecentLosses {

	private static final Duration SLICE = Duration.ofSeconds(5);

	private static final int SLICES = 61;

	/** A pause of this length ends an episode of loss. */
	static final Duration EPISODE_GAP = Duration.ofSeconds(60);

	private final Object lock = new Object();

	private final LongSupplier nanos;

	private final long origin;

	private final long[] counts = new long[SLICES];

	private final long[] slices = new long[SLICES];

	private boolean any;

	private long lastAt;

	private long episodeStart;

	private final Set<String> episodeReasons = new LinkedHashSet<>();

	RecentLosses(LongSupplier nanos) {
		this.nanos = nanos;
		this.origin = nanos.getAsLong();
	}

	void add(long items, String reason) {
		long now = elapsed();
		synchronized (this.lock) {
			if (!isLosing(now)) {
				this.episodeStart = now;
				this.episodeReasons.clear();
			}
			this.episodeReasons.add(reason);
			this.any = true;
			this.lastAt = now;
			long slice = now / SLICE.toNanos();
			int index = (int) (slice % SLICES);
			if (this.slices[index] != slice) {
				this.slices[index] = slice;
				this.counts[index] = 0;
			}
			this.counts[index] += items;
		}
	}

	/**
	 * Return what was lost or refused lately.
	 * @param wallMillis the time that people read, in milliseconds since the epoch
	 * @return a consistent view
	 */
	Losses view(long wallMillis) {
		long now = elapsed();
		synchronized (this.lock) {
			boolean losing = isLosing(now);
			long since = losing ? wallMillis - Duration.ofNanos(now - this.episodeStart).toMillis() : 0;
			return new Losses(within(now, Duration.ofMinutes(1)), within(now, Duration.ofMinutes(5)), since,
					losing ? List.copyOf(this.episodeReasons) : List.of());
		}
	}

	private boolean isLosing(long now) {
		return this.any && now - this.lastAt <= EPISODE_GAP.toNanos();
	}

	private long within(long now, Duration window) {
		long oldest = (now - window.toNanos()) / SLICE.toNanos();
		long sum = 0;
		for (int i = 0; i < SLICES; i++) {
			if (this.slices[i] >= oldest) {
				sum += this.counts[i];
			}
		}
		return sum;
	}

	private long elapsed() {
		return this.nanos.getAsLong() - this.origin;
	}

}
