package io.github.otlpboot.forwarder;

import java.time.Duration;

import io.github.otlpboot.model.LossReason;
import org.jspecify.annotations.Nullable;

/**
 * How one signal goes to one destination.
 *
 * @param batch how requests are filled
 * @param retry how long to wait after a failure
 * @param timeout after how long an attempt is aborted, from the start of the connection
 * to the last byte of the answer
 * @param maxInFlight how many requests may be under way at once; 1 keeps their order
 * @param undeliveredAtClose why what has not been delivered when the route closes counts
 * as lost; {@code null} if it is stored and will be delivered later
 * @param replayLimit the most bytes a second, before compression, on average; {@code 0}
 * for no limit
 */
public record RouteSettings(BatchSettings batch, RetrySettings retry, Duration timeout, int maxInFlight,
		@Nullable LossReason undeliveredAtClose, long replayLimit) {

	public RouteSettings {
		if (timeout.isZero() || timeout.isNegative()) {
			throw new IllegalArgumentException("'timeout' must be positive, but is " + timeout);
		}
		if (maxInFlight < 1) {
			throw new IllegalArgumentException("'maxInFlight' must be at least 1, but is " + maxInFlight);
		}
		if (replayLimit < 0) {
			throw new IllegalArgumentException("'replayLimit' must not be negative, but is " + replayLimit);
		}
	}

	/**
	 * Create settings without a limit of bytes.
	 * @param batch how much goes into one request
	 * @param retry how long to wait after a failure
	 * @param timeout how long one attempt may take
	 * @param maxInFlight the most requests under way at once
	 * @param undeliveredAtClose why what is left at close counts as lost, {@code null} if
	 * it stays stored
	 */
	public RouteSettings(BatchSettings batch, RetrySettings retry, Duration timeout, int maxInFlight,
			@Nullable LossReason undeliveredAtClose) {
		this(batch, retry, timeout, maxInFlight, undeliveredAtClose, 0);
	}

}
