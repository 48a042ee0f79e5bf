package io.github.otlpboot.autoconfigure;

import java.net.InetSocketAddress;
import java.net.ProxySelector;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * The way through the HTTP proxy of {@code otlp.forwarder.proxy}.
 */
final class HttpProxy {

	private static final int MAX_PORT = 65535;

	private HttpProxy() {
	}

	/**
	 * Return the way through the proxy.
	 * @param proxy the properties
	 * @return the way, {@code null} if there is no such proxy
	 */
	static @Nullable ProxySelector selector(OtlpProperties.Proxy proxy) {
		String host = proxy.host();
		Integer port = proxy.port();
		if (!StringUtils.hasText(host) && port == null) {
			return null;
		}
		if (!StringUtils.hasText(host)) {
			throw invalid("host", null, "is missing, and its port is set");
		}
		if (port == null || port < 1 || port > MAX_PORT) {
			throw invalid("port", String.valueOf(port), "must be from 1 to " + MAX_PORT);
		}
		// Not resolved, so that a change of its address is noticed
		return ProxySelector.of(InetSocketAddress.createUnresolved(host.trim(), port));
	}

	private static InvalidOtlpPropertyException invalid(String name, @Nullable String value, String reason) {
		return new InvalidOtlpPropertyException("otlp.forwarder.proxy." + name, value, reason,
				"Set 'otlp.forwarder.proxy.host' to a name or address and 'otlp.forwarder.proxy.port' to a port, "
						+ "or remove both to use the system properties of the JDK.");
	}

}
