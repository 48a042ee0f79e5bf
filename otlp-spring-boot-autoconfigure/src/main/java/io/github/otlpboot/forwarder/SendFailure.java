package io.github.otlpboot.forwarder;

import org.jspecify.annotations.Nullable;

/**
 * Why a request did not succeed, in words that may be shown to anyone: no header, no
 * credential, no payload.
 *
 * @param kind the kind of failure
 * @param status the status that the destination answered, such as {@code 503} or
 * {@code UNAVAILABLE}; {@code null} if it did not answer
 * @param message the server's or the network's message, at most
 * {@value #MAX_MESSAGE_LENGTH} characters without control characters; {@code null} if
 * there is none
 * @param unhealthy whether this counts against the destination at its circuit breaker
 */
public record SendFailure(Kind kind, @Nullable String status, @Nullable String message, boolean unhealthy) {

	/**
	 * The most characters that a message may have.
	 */
	public static final int MAX_MESSAGE_LENGTH = 256;

	public SendFailure {
		message = (message != null) ? clean(message) : null;
	}

	/**
	 * Return the failure of an attempt that was never made, because no thread can be had
	 * say. It tells nothing of the destination.
	 * @param cause what was thrown
	 * @return the failure
	 */
	public static SendFailure notSent(Throwable cause) {
		return new SendFailure(Kind.OTHER, null, String.valueOf(cause), false);
	}

	private static String clean(String message) {
		StringBuilder result = new StringBuilder(Math.min(message.length(), MAX_MESSAGE_LENGTH));
		for (int i = 0; i < message.length() && result.length() < MAX_MESSAGE_LENGTH; i++) {
			char character = message.charAt(i);
			result.append(Character.isISOControl(character) ? ' ' : character);
		}
		return result.toString().trim();
	}

	/**
	 * What kind of failure it was.
	 */
	public enum Kind {

		/**
		 * Nobody listens at the address.
		 */
		CONNECTION_REFUSED,

		/**
		 * No connection could be made in time.
		 */
		CONNECT_TIMEOUT,

		/**
		 * The host name could not be resolved.
		 */
		UNKNOWN_HOST,

		/**
		 * No complete answer came in time.
		 */
		TIMEOUT,

		/**
		 * The connection broke before a complete answer came.
		 */
		CONNECTION_LOST,

		/**
		 * The TLS handshake failed.
		 */
		TLS,

		/**
		 * The destination answered with a status that is no success.
		 */
		STATUS,

		/**
		 * The answer was larger than allowed.
		 */
		RESPONSE_TOO_LARGE,

		/**
		 * The request was larger than any may be, and has not been sent.
		 */
		REQUEST_TOO_LARGE,

		/**
		 * Anything else.
		 */
		OTHER

	}

}
