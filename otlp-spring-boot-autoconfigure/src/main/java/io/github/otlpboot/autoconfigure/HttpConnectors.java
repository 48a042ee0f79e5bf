package io.github.otlpboot.autoconfigure;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.otlpboot.forwarder.http.HttpConnector;
import io.github.otlpboot.forwarder.http.HttpConnectorSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;

/**
 * The HTTP clients of the pipeline: signals with the same needs share one. Belongs to the
 * thread that builds the application context.
 */
final class HttpConnectors implements AutoCloseable {

	private final Clock clock;

	private final List<Entry> entries = new ArrayList<>();

	HttpConnectors(Clock clock) {
		this.clock = clock;
	}

	HttpConnector connector(Duration connectTimeout, @Nullable SslBundle sslBundle) {
		for (Entry entry : this.entries) {
			if (entry.connectTimeout().equals(connectTimeout) && entry.sslBundle() == sslBundle) {
				return entry.connector();
			}
		}
		HttpConnectorSettings settings = new HttpConnectorSettings(connectTimeout,
				(sslBundle != null) ? sslBundle.createSslContext() : null);
		HttpConnector connector = HttpConnector.open(settings, this.clock);
		this.entries.add(new Entry(connectTimeout, sslBundle, connector));
		return connector;
	}

	@Override
	public void close() {
		this.entries.forEach((entry) -> entry.connector().close());
	}

	/**
	 * A client and what it was made for.
	 *
	 * @param connectTimeout its connect timeout
	 * @param sslBundle its keys and certificates
	 * @param connector the client
	 */
	private record Entry(Duration connectTimeout, @Nullable SslBundle sslBundle, HttpConnector connector) {

	}

}
