package io.github.otlpboot.breaker.resilience4j;

/**
 * What Resilience4j knows beyond the settings that every circuit breaker has.
 *
 * @param failureRateThreshold the percentage of failures in the window that opens the
 * breaker, more than 0 and at most 100
 * @param slidingWindowSize the number of calls in the window, at least 1
 * @param minimumNumberOfCalls how many calls must be in the window before it counts, at
 * least 1
 */
public record Resilience4jSettings(float failureRateThreshold, int slidingWindowSize, int minimumNumberOfCalls) {

	public Resilience4jSettings {
		if (!(failureRateThreshold > 0 && failureRateThreshold <= 100)) {
			throw new IllegalArgumentException(
					"'failureRateThreshold' must be more than 0 and at most 100, but is " + failureRateThreshold);
		}
		requireAtLeastOne("slidingWindowSize", slidingWindowSize);
		requireAtLeastOne("minimumNumberOfCalls", minimumNumberOfCalls);
	}

	private static void requireAtLeastOne(String name, int value) {
		if (value < 1) {
			throw new IllegalArgumentException("'" + name + "' must be at least 1, but is " + value);
		}
	}

	/**
	 * Return the settings with which as many failures in a row open the breaker.
	 * @param failureThreshold how many
	 * @return the settings
	 */
	public static Resilience4jSettings consecutive(int failureThreshold) {
		return new Resilience4jSettings(100, failureThreshold, failureThreshold);
	}

}
