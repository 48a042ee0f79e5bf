package io.github.otlpboot.sample.collector;

import java.time.Duration;

/**
 * How a collector behaves.
 *
 * @param port the port on the loopback interface, {@code 0} for any free one
 * @param maxItems the number of items of each signal to keep for a person to look at
 * @param maxSpanIds the number of span ids to keep to recognize duplicates
 * @param slowDelay how long the slow mode takes
 * @param retryAfter what the throttled mode asks to wait, in whole seconds
 */
public record CollectorSettings(int port, int maxItems, int maxSpanIds, Duration slowDelay, Duration retryAfter) {

	public CollectorSettings {
		if (port < 0 || port > 65535) {
			throw new IllegalArgumentException("'port' must be between 0 and 65535, but is " + port);
		}
	}

	/**
	 * Return the settings of a collector that is looked at by a person.
	 * @param port the port on the loopback interface, {@code 0} for any free one
	 * @return the settings
	 */
	public static CollectorSettings ofPort(int port) {
		return new CollectorSettings(port, 20, RecentSpanIds.DEFAULT_CAPACITY, Duration.ofSeconds(3),
				Duration.ofSeconds(2));
	}

}
