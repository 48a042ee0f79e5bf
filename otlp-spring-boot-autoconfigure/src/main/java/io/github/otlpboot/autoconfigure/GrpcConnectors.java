package io.github.otlpboot.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import io.github.otlpboot.forwarder.grpc.GrpcConnector;
import io.github.otlpboot.forwarder.grpc.GrpcConnectorSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;

/**
 * The threads and keys of the pipeline's gRPC transports: signals with the same needs
 * share them. Belongs to the thread that builds the application context.
 */
final class GrpcConnectors implements AutoCloseable {

	private final List<Entry> entries = new ArrayList<>();

	GrpcConnector connector(Duration connectTimeout, @Nullable SslBundle sslBundle) {
		for (Entry entry : this.entries) {
			if (entry.connectTimeout().equals(connectTimeout) && entry.sslBundle() == sslBundle) {
				return entry.connector();
			}
		}
		GrpcConnector connector = GrpcConnector.open(settings(connectTimeout, sslBundle));
		this.entries.add(new Entry(connectTimeout, sslBundle, connector));
		return connector;
	}

	private static GrpcConnectorSettings settings(Duration connectTimeout, @Nullable SslBundle sslBundle) {
		if (sslBundle == null) {
			return new GrpcConnectorSettings(connectTimeout, List.of(), List.of());
		}
		return new GrpcConnectorSettings(connectTimeout, Arrays.asList(sslBundle.getManagers().getKeyManagers()),
				Arrays.asList(sslBundle.getManagers().getTrustManagers()));
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
