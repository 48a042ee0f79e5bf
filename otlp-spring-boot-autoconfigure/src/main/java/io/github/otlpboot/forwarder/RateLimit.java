package io.github.otlpboot.forwarder;

import java.util.concurrent.TimeUnit;

/**
 * Spreads bytes over time. A request goes whole as soon as the ones before it are paid
 * for, so on average the limit is kept whatever the size of requests, and what comes now
 * and then is not delayed at all.
 * <p>
 * Not thread-safe: it belongs to the thread of its route.
 */
final class RateLimit {

	/** As much may be sent ahead after a rest. */
	private static final long BURST_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

	private final long bytesPerSecond;

	/** When all that was sent is paid for. */
	private long paidAt;

	/**
	 * Create a limit with nothing to pay for.
	 * @param bytesPerSecond the limit, {@code 0} for none
	 * @param now the time in nanoseconds
	 */
	RateLimit(long bytesPerSecond, long now) {
		this.bytesPerSecond = bytesPerSecond;
		this.paidAt = now;
	}

	/**
	 * Return when the next request may go.
	 * @param now the time in nanoseconds
	 * @return the wait in nanoseconds
	 */
	long nanosUntilPermitted(long now) {
		return (this.bytesPerSecond != 0) ? Math.max(0, this.paidAt - now - BURST_NANOS) : 0;
	}

	/**
	 * Count a request that goes now.
	 * @param bytes its size
	 * @param now the time in nanoseconds
	 */
	void sent(long bytes, long now) {
		if (this.bytesPerSecond != 0) {
			double nanos = (double) bytes * TimeUnit.SECONDS.toNanos(1) / this.bytesPerSecond;
			this.paidAt = ((this.paidAt - now > 0) ? this.paidAt : now) + (long) nanos;
		}
	}

}
