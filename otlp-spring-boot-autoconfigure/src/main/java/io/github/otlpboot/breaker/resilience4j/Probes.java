package io.github.otlpboot.breaker.resilience4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * The places of the half-open state: those of probes under way, those of probes that have
 * succeeded, and the free ones. Not thread-safe; the breaker's lock guards it.
 */
final class Probes {

	/** How long to wait where Resilience4j refuses a place that should be free. */
	private static final long REFUSAL_PAUSE = TimeUnit.SECONDS.toNanos(1);

	private final int permitted;

	private final long timeout;

	/** Oldest first. */
	private final Set<IssuedPermit> underWay = new LinkedHashSet<>();

	/** How long the successful ones took, in nanoseconds. */
	private final List<Long> successful = new ArrayList<>();

	private boolean refused;

	private long refusedAtNanos;

	/**
	 * Create the places, all of them free.
	 * @param permitted how many
	 * @param timeout how long a probe may go without a report
	 */
	Probes(int permitted, Duration timeout) {
		this.permitted = permitted;
		this.timeout = TimeUnit.MILLISECONDS.toNanos(Math.min(timeout.toMillis(), Long.MAX_VALUE / 2));
	}

	void clear() {
		this.underWay.clear();
		this.successful.clear();
		this.refused = false;
	}

	boolean haveFreePlace() {
		return this.successful.size() + this.underWay.size() < this.permitted;
	}

	int underWay() {
		return this.underWay.size();
	}

	void add(IssuedPermit probe) {
		this.underWay.add(probe);
		this.refused = false;
	}

	void refused(long now) {
		this.refused = true;
		this.refusedAtNanos = now;
	}

	void remove(IssuedPermit permit) {
		this.underWay.remove(permit);
	}

	/**
	 * Let a probe keep its place for having succeeded.
	 * @param duration how long it took, in nanoseconds
	 * @return how long each took, empty as long as not all have succeeded
	 */
	List<Long> succeeded(long duration) {
		this.successful.add(duration);
		return (this.successful.size() == this.permitted) ? List.copyOf(this.successful) : List.of();
	}

	/**
	 * Take away the probe that has gone without a report for too long.
	 * @param now the time in nanoseconds
	 * @return the probe, {@code null} if there is none
	 */
	@Nullable IssuedPermit removeOverdue(long now) {
		if (this.underWay.isEmpty() || untilOldestIsGivenUp(now) > 0) {
			return null;
		}
		IssuedPermit overdue = this.underWay.iterator().next();
		this.underWay.remove(overdue);
		return overdue;
	}

	long nanosUntilFreePlace(long now) {
		if (!haveFreePlace()) {
			return untilOldestIsGivenUp(now);
		}
		return this.refused ? remaining(this.refusedAtNanos, REFUSAL_PAUSE, now) : 0;
	}

	private long untilOldestIsGivenUp(long now) {
		Iterator<IssuedPermit> oldestFirst = this.underWay.iterator();
		// Without a probe of ours somebody else's hold the places.
		return oldestFirst.hasNext() ? remaining(oldestFirst.next().issuedAtNanos(), this.timeout, now) : REFUSAL_PAUSE;
	}

	static long remaining(long startNanos, long duration, long now) {
		// The difference is right even where nanoTime has overflowed in between.
		return Math.max(0, duration - Math.max(0, now - startNanos));
	}

}
