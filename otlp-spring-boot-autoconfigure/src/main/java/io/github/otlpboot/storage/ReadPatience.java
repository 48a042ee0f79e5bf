package io.github.otlpboot.storage;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Decides when a record counts as unreadable for good: it has been tried several times
 * and for a while. The while doubles each time something was given up and nothing could
 * be read since, so that a disk that breaks down altogether costs little of what it may
 * return once it is mended.
 * <p>
 * Belongs to the thread that reads.
 */
final class ReadPatience {

	/** For the first record. */
	static final Duration FIRST = Duration.ofSeconds(30);

	static final int MIN_FAILURES = 5;

	/** At most about an hour. */
	private static final int MAX_DOUBLINGS = 7;

	private final LongSupplier nanos;

	private long sequence = -1;

	private long since;

	private int failures;

	private int given;

	ReadPatience(LongSupplier nanos) {
		this.nanos = nanos;
	}

	/**
	 * Take note that a record could not be read.
	 * @param failed its sequence
	 * @return whether that is enough
	 */
	boolean isOver(long failed) {
		long now = this.nanos.getAsLong();
		if (failed != this.sequence) {
			this.sequence = failed;
			this.since = now;
			this.failures = 0;
		}
		this.failures++;
		return this.failures >= MIN_FAILURES && now - this.since >= FIRST.toNanos() << this.given;
	}

	/**
	 * Take note that something was given up.
	 */
	void gaveUp() {
		this.given = Math.min(MAX_DOUBLINGS, this.given + 1);
		this.sequence = -1;
	}

	/**
	 * Take note that a record was read.
	 */
	void succeeded() {
		this.given = 0;
		this.sequence = -1;
	}

}
