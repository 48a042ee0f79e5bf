package io.github.otlpboot.pipeline;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.pipeline.PipelineStatus.Losses;

/**
 * How many items were lost or refused in the last five minutes, and since when without a
 * pause of a minute. Thread-safe; every field is guarded by {@link #lock}.
 */
final class RecentLosses {

	private static final Duration WINDOW = Duration.ofMinutes(5);

	private static final Duration EPISODE_GAP = Duration.ofSeconds(60);

	private final Object lock = new Object();

	private final LongSupplier nanos;

	private final long origin;

	private final SlicedCount lost = new SlicedCount();

	private final SlicedCount refused = new SlicedCount();

	private final Set<String> episodeReasons = new LinkedHashSet<>();

	private boolean any;

	private long lastAt;

	private long episodeStart;

	RecentLosses(LongSupplier nanos) {
		this.nanos = nanos;
		this.origin = nanos.getAsLong();
	}

	void lost(long items, LossReason reason) {
		add(this.lost, items, reason.id());
	}

	void refused(long items, RefusalReason reason) {
		add(this.refused, items, reason.id());
	}

	private void add(SlicedCount count, long items, String reason) {
		long now = elapsed();
		synchronized (this.lock) {
			if (!isLosing(now)) {
				this.episodeStart = now;
				this.episodeReasons.clear();
			}
			this.episodeReasons.add(reason);
			this.any = true;
			this.lastAt = now;
			count.add(now, items);
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
			return new Losses(this.lost.since(now - WINDOW.toNanos()), this.refused.since(now - WINDOW.toNanos()),
					since, losing ? List.copyOf(this.episodeReasons) : List.of());
		}
	}

	private boolean isLosing(long now) {
		return this.any && now - this.lastAt <= EPISODE_GAP.toNanos();
	}

	private long elapsed() {
		return this.nanos.getAsLong() - this.origin;
	}

	/**
	 * A count in slices of five seconds, as many as the window has and one more. Not
	 * thread-safe.
	 */
	private static final class SlicedCount {

		private static final Duration SLICE = Duration.ofSeconds(5);

		private static final int SLICES = (int) WINDOW.dividedBy(SLICE) + 1;

		private final long[] counts = new long[SLICES];

		private final long[] slices = new long[SLICES];

		void add(long now, long items) {
			long slice = now / SLICE.toNanos();
			int index = (int) (slice % SLICES);
			if (this.slices[index] != slice) {
				this.slices[index] = slice;
				this.counts[index] = 0;
			}
			this.counts[index] += items;
		}

		long since(long then) {
			long oldest = then / SLICE.toNanos();
			long sum = 0;
			for (int i = 0; i < SLICES; i++) {
				if (this.slices[i] >= oldest) {
					sum += this.counts[i];
				}
			}
			return sum;
		}

	}

}
