package io.github.otlpboot.forwarder.grpc;

import java.time.Duration;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;

/**
 * How connections are made.
 *
 * @param connectTimeout how long making a connection may take, from the look-up of the
 * name to the first word of the server, positive
 * @param keyManagers our keys for https, none if empty
 * @param trustManagers whom we trust for https, those of the JDK if empty
 */
public record GrpcConnectorSettings(Duration connectTimeout, List<KeyManager> keyManagers,
		List<TrustManager> trustManagers) {

	/**
	 * 10 seconds, no keys, and the trust of the JDK.
	 */
	public static final GrpcConnectorSettings DEFAULT = new GrpcConnectorSettings(Duration.ofSeconds(10), List.of(),
			List.of());

	public GrpcConnectorSettings {
		if (connectTimeout.isZero() || connectTimeout.isNegative()) {
			throw new IllegalArgumentException("'connectTimeout' must be positive, but is " + connectTimeout);
		}
		keyManagers = List.copyOf(keyManagers);
		trustManagers = List.copyOf(trustManagers);
	}

}
