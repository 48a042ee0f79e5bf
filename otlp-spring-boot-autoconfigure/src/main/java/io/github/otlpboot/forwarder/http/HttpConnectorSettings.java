package io.github.otlpboot.forwarder.http;

import java.time.Duration;

import javax.net.ssl.SSLContext;

import org.jspecify.annotations.Nullable;

/**
 * How connections are made.
 *
 * @param connectTimeout how long making a connection may take, positive
 * @param sslContext keys and trust for https, {@code null} for those of the JDK
 */
public record HttpConnectorSettings(Duration connectTimeout, @Nullable SSLContext sslContext) {

	/**
	 * 10 seconds, and keys and trust of the JDK.
	 */
	public static final HttpConnectorSettings DEFAULT = new HttpConnectorSettings(Duration.ofSeconds(10), null);

	public HttpConnectorSettings {
		if (connectTimeout.isZero() || connectTimeout.isNegative()) {
			throw new IllegalArgumentException("'connectTimeout' must be positive, but is " + connectTimeout);
		}
	}

}
