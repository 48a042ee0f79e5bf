package io.github.otlpboot.sample.load;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How busy the virtual customer is.
 *
 * @param requestsPerSecond requests a second, from 0 (none) to
 * {@value #MAX_REQUESTS_PER_SECOND}
 */
@ConfigurationProperties("sample.load")
public record LoadProperties(@DefaultValue("20") int requestsPerSecond) {

	private static final int MAX_REQUESTS_PER_SECOND = 1000;

	public LoadProperties {
		if (requestsPerSecond < 0 || requestsPerSecond > MAX_REQUESTS_PER_SECOND) {
			throw new IllegalArgumentException("'sample.load.requests-per-second' must be between 0 and "
					+ MAX_REQUESTS_PER_SECOND + ", but is " + requestsPerSecond);
		}
	}

}
