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
 */
public record RouteSettings(BatchSettings batch, RetrySettings retry, Duration timeout, int maxInFlight,
		@Nullable LossReason undeliveredAtClose) {

	public RouteSettings {
		if (timeout.isZero() || timeout.isNegative()) {
			throw new IllegalArgumentException("'timeout' must be positive, but is " + timeout);
		}
		if (maxInFlight < 1) {
			throw new IllegalArgumentException("'maxInFlight' must be at least 1, but is " + maxInFlight);
		}
	}

}
