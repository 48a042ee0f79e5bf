package io.github.otlpboot.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.otlpboot.forwarder.grpc.GrpcConnector;
import io.github.otlpboot.forwarder.grpc.GrpcConnectorSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ssl.SslBundle;

/**
 * The threads and keys of the pipeline's gRPC transports: signals with the same needs
 * share them. Belongs to the thread that builds the application context.
 */
final class GrpcConnectors implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(GrpcConnectors.class);

	private final SslBundleLookup ssl;

	private final GrpcFrameLoggers frameLoggers;

	private final List<Entry> entries = new ArrayList<>();

	/**
	 * Create connectors.
	 * @param ssl tells when certificates are renewed
	 * @param frameLoggers what would log credentials
	 */
	GrpcConnectors(SslBundleLookup ssl, GrpcFrameLoggers frameLoggers) {
		this.ssl = ssl;
		this.frameLoggers = frameLoggers;
	}

	/**
	 * Return a connector for an endpoint.
	 * @param connectTimeout how long making a connection may take
	 * @param endpoint the endpoint
	 * @return the connector, whose certificates are renewed when its SSL bundle is
	 */
	GrpcConnector connector(Duration connectTimeout, SignalEndpoint endpoint) {
		SslBundle sslBundle = endpoint.sslBundle();
		for (Entry entry : this.entries) {
			if (entry.connectTimeout().equals(connectTimeout) && entry.sslBundle() == sslBundle) {
				return entry.connector();
			}
		}
		this.frameLoggers.restrain();
		GrpcConnector connector = GrpcConnector.open(settings(connectTimeout, sslBundle, endpoint));
		this.entries.add(new Entry(connectTimeout, sslBundle, connector));
		if (sslBundle != null) {
			warnOfOptions(sslBundle, endpoint);
			this.ssl.onRenewal(sslBundle, (renewed) -> connector.renew(settings(connectTimeout, renewed, endpoint)));
		}
		return connector;
	}

	private static GrpcConnectorSettings settings(Duration connectTimeout, @Nullable SslBundle sslBundle,
			SignalEndpoint endpoint) {
		if (sslBundle == null) {
			return new GrpcConnectorSettings(connectTimeout, List.of(), List.of());
		}
		try {
			return new GrpcConnectorSettings(connectTimeout, Arrays.asList(sslBundle.getManagers().getKeyManagers()),
					Arrays.asList(sslBundle.getManagers().getTrustManagers()));
		}
		catch (RuntimeException ex) {
			throw HttpConnectors.unusable(endpoint, ex);
		}
	}

	private static void warnOfOptions(SslBundle sslBundle, SignalEndpoint endpoint) {
		if (sslBundle.getOptions() != null && sslBundle.getOptions().isSpecified()) {
			logger.warn("{} names an SSL bundle with ciphers or protocols, which gRPC does not use: "
					+ "it chooses from TLS 1.2 and 1.3 by itself", endpoint.sslProperty());
		}
	}

	@Override
	public void close() {
		this.entries.forEach((entry) -> entry.connector().close());
	}

	/**
	 * A connector and what it was made for.
	 *
	 * @param connectTimeout its connect timeout
	 * @param sslBundle its keys and certificates
	 * @param connector the connector
	 */
	private record Entry(Duration connectTimeout, @Nullable SslBundle sslBundle, GrpcConnector connector) {

	}

}
