package io.github.otlpboot.sample.collector;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How the collector answers the requests that it understands.
 */
public enum CollectorMode {

	/**
	 * Takes everything: 200.
	 */
	OK,

	/**
	 * Is failing: 503 without Retry-After, so that a circuit breaker opens.
	 */
	UNAVAILABLE,

	/**
	 * Asks for patience: 429 with Retry-After.
	 */
	THROTTLED,

	/**
	 * Will never take it: 400.
	 */
	BAD_REQUEST,

	/**
	 * Takes everything, after a while.
	 */
	SLOW;

	/**
	 * Return the name used in URLs and in the status.
	 * @return the identifier, such as {@code bad-request}
	 */
	public String id() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	/**
	 * Find a mode.
	 * @param id its identifier
	 * @return the mode, or empty if there is none of that name
	 */
	public static Optional<CollectorMode> of(String id) {
		return Arrays.stream(values()).filter((mode) -> mode.id().equals(id)).findFirst();
	}

	/**
	 * Return all identifiers, for a message.
	 * @return the identifiers, separated by commas
	 */
	public static String ids() {
		return Arrays.stream(values()).map(CollectorMode::id).collect(Collectors.joining(", "));
	}

}
