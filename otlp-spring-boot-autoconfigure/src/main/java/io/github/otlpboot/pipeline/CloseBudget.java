package io.github.otlpboot.pipeline;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Shares out the time that the end of a pipeline may take between its steps: what waits
 * goes to disk, the network is given its time, the files are closed. Each step is given
 * what the ones before have left, so that all of them together take no longer than the
 * timeout and a second, also where neither disk nor network answers.
 * <p>
 * Belongs to the thread that closes the pipeline.
 */
final class CloseBudget {

	/**
	 * No step of the disk is given more: one that does not answer by then will not do so
	 * before the process is killed.
	 */
	private static final Duration DISK_TIMEOUT = Duration.ofSeconds(2);

	private static final Duration LEAST_PATIENCE = Duration.ofMillis(500);

	/** What each of the three steps may take of the second on top. */
	private static final Duration MARGIN = Duration.ofMillis(150);

	private final LongSupplier nanos;

	private final long start;

	private final Duration timeout;

	private final Duration diskTimeout;

	/**
	 * Start the time.
	 * @param timeout how long the end may take
	 * @param spent how much of that producers have waited for a disk that does not answer
	 * @param nanos measures elapsed time
	 */
	CloseBudget(Duration timeout, Duration spent, LongSupplier nanos) {
		this.nanos = nanos;
		this.start = nanos.getAsLong();
		this.timeout = timeout.minus(spent).isNegative() ? Duration.ZERO : timeout.minus(spent);
		// Little is to be hoped for from a disk that has not answered before.
		this.diskTimeout = spent.isZero() ? DISK_TIMEOUT : MARGIN;
	}

	/**
	 * Return how long to wait until what waits is on disk.
	 * @return the wait
	 */
	Duration toFlush() {
		return least(this.diskTimeout, left(this.timeout.plus(MARGIN)));
	}

	/**
	 * Return how long the network may go on. A tenth is left to the disk, which has the
	 * last word.
	 * @return the time
	 */
	Duration toDrain() {
		return left(this.timeout.minus(this.timeout.dividedBy(10)));
	}

	/**
	 * Return how long to wait for the end of that.
	 * @return the wait, a little longer
	 */
	Duration toEndDrain() {
		return left(this.timeout.plus(MARGIN.multipliedBy(2)));
	}

	/**
	 * Return how long to wait until all files are closed.
	 * @return the wait
	 */
	Duration toCloseFiles() {
		return least(this.diskTimeout, left(this.timeout.plus(MARGIN.multipliedBy(3))));
	}

	/**
	 * Return how long producers may be kept waiting by a disk that does not answer. One
	 * that is only slow must not cost them what they have made last.
	 * @param timeout how long the end may take
	 * @return the wait
	 */
	static Duration patience(Duration timeout) {
		return (timeout.compareTo(LEAST_PATIENCE) < 0) ? LEAST_PATIENCE : least(DISK_TIMEOUT, timeout);
	}

	private Duration left(Duration of) {
		Duration left = of.minusNanos(this.nanos.getAsLong() - this.start);
		return left.isNegative() ? Duration.ZERO : left;
	}

	private static Duration least(Duration one, Duration other) {
		return (one.compareTo(other) <= 0) ? one : other;
	}

}
