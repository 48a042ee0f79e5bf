package io.github.otlpboot.forwarder;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What a destination made of a request (OTLP specification, OTLP/HTTP response and
 * OTLP/gRPC response).
 */
public sealed interface SendResult {

	/**
	 * Return what went wrong.
	 * @return the failure, {@code null} if the destination took the request
	 */
	default @Nullable SendFailure failure() {
		return null;
	}

	/**
	 * The destination took everything.
	 */
	record Accepted() implements SendResult {

	}

	/**
	 * The destination took the request and has something to say about it; it is never
	 * sent again.
	 *
	 * @param rejected the number of items it refused, {@code 0} for a mere warning; as
	 * the server claims it, not to be trusted
	 * @param message the server's message, shortened and free of control characters
	 */
	record Partial(long rejected, String message) implements SendResult {

	}

	/**
	 * The same request may succeed later.
	 *
	 * @param failure what happened
	 * @param retryAfter how long the destination asks to wait, {@code null} if it does
	 * not say; never negative, at most {@link #MAX_RETRY_AFTER}
	 */
	record Retryable(SendFailure failure, @Nullable Duration retryAfter) implements SendResult {

		/**
		 * The longest wait that a destination can ask for. A larger one is taken for a
		 * mistake, or for clocks that disagree, and must not stop the telemetry for days.
		 */
		public static final Duration MAX_RETRY_AFTER = Duration.ofHours(1);

		public Retryable {
			if (retryAfter != null && retryAfter.isNegative()) {
				retryAfter = Duration.ZERO;
			}
			if (retryAfter != null && retryAfter.compareTo(MAX_RETRY_AFTER) > 0) {
				retryAfter = MAX_RETRY_AFTER;
			}
		}

	}

	/**
	 * The destination refuses the way we ask, not what we send: the route waits for
	 * someone to mend the configuration, and keeps the data.
	 *
	 * @param failure what happened
	 */
	record Held(SendFailure failure) implements SendResult {

	}

	/**
	 * The destination will never take this request.
	 *
	 * @param failure what happened
	 * @param divisible whether parts of the request may be sent on their own
	 */
	record Rejected(SendFailure failure, boolean divisible) implements SendResult {

	}

	/**
	 * The request is larger than the destination allows; smaller ones may pass.
	 *
	 * @param failure what happened
	 */
	record TooLarge(SendFailure failure) implements SendResult {

	}

}
