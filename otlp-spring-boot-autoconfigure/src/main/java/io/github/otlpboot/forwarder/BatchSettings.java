package io.github.otlpboot.forwarder;

import java.time.Duration;

/**
 * How much goes into one request, and how long the first batch waits for company.
 *
 * @param maxItems the most items in one request
 * @param maxBytes the most bytes in one request before compression; gRPC servers stop at
 * 4 MiB unless told otherwise
 * @param maxDelay how long a batch waits at most for others to go with it
 */
public record BatchSettings(int maxItems, int maxBytes, Duration maxDelay) {

	/**
	 * The settings in force where nothing is configured.
	 */
	public static final BatchSettings DEFAULTS = new BatchSettings(8192, 3 * 1024 * 1024, Duration.ofMillis(200));

	public BatchSettings {
		if (maxItems < 1) {
			throw new IllegalArgumentException("'maxItems' must be at least 1, but is " + maxItems);
		}
		if (maxBytes < 1) {
			throw new IllegalArgumentException("'maxBytes' must be at least 1, but is " + maxBytes);
		}
		if (maxDelay.isNegative()) {
			throw new IllegalArgumentException("'maxDelay' must not be negative, but is " + maxDelay);
		}
	}

}
