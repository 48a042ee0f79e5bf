package io.github.otlpboot.pipeline;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Tells from the growth of the last five minutes when a limit will be reached. Not
 * thread-safe.
 */
final class FillForecast {

	private static final long WINDOW = Duration.ofMinutes(5).toNanos();

	private static final double SECOND = Duration.ofSeconds(1).toNanos();

	private final Deque<Sample> samples = new ArrayDeque<>();

	/**
	 * Look at how much there is.
	 * @param used how much there is, in bytes
	 * @param limit the limit, in bytes
	 * @param now the time in nanoseconds
	 * @return the time to the limit in seconds, {@link StorageStatus#NEVER} if it does
	 * not grow
	 */
	long secondsUntilFull(long used, long limit, long now) {
		Sample oldest = this.samples.peekFirst();
		while (oldest != null && now - oldest.at() > WINDOW) {
			this.samples.removeFirst();
			oldest = this.samples.peekFirst();
		}
		this.samples.addLast(new Sample(now, used));
		if (oldest == null || used <= oldest.used() || now == oldest.at()) {
			return StorageStatus.NEVER;
		}
		double perSecond = (used - oldest.used()) * SECOND / (now - oldest.at());
		return (long) (Math.max(0, limit - used) / perSecond);
	}

	/**
	 * What was seen.
	 *
	 * @param at the time in nanoseconds
	 * @param used how much there was, in bytes
	 */
	private record Sample(long at, long used) {

	}

}
