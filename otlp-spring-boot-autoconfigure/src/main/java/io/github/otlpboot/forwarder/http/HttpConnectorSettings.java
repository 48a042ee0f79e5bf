package io.github.otlpboot.forwarder.http;

import java.net.ProxySelector;
import java.time.Duration;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import org.jspecify.annotations.Nullable;

/**
 * How connections are made.
 *
 * @param connectTimeout how long making a connection may take, positive
 * @param sslContext keys and trust for https, {@code null} for those of the JDK
 * @param sslParameters protocols and cipher suites for https, {@code null} for those of
 * the JDK
 * @param proxy the way to a proxy, {@code null} for what the system properties of the JDK
 * say
 */
public record HttpConnectorSettings(Duration connectTimeout, @Nullable SSLContext sslContext,
		@Nullable SSLParameters sslParameters, @Nullable ProxySelector proxy) {

	/**
	 * 10 seconds, and keys and trust of the JDK.
	 */
	public static final HttpConnectorSettings DEFAULT = new HttpConnectorSettings(Duration.ofSeconds(10), null);

	public HttpConnectorSettings {
		if (connectTimeout.isZero() || connectTimeout.isNegative()) {
			throw new IllegalArgumentException("'connectTimeout' must be positive, but is " + connectTimeout);
		}
	}

	/**
	 * Create settings with the JDK's own protocols, cipher suites, and proxy.
	 * @param connectTimeout how long making a connection may take, positive
	 * @param sslContext keys and trust for https, {@code null} for those of the JDK
	 */
	public HttpConnectorSettings(Duration connectTimeout, @Nullable SSLContext sslContext) {
		this(connectTimeout, sslContext, null, null);
	}

}
