package io.github.otlpboot.autoconfigure;

import java.net.ProxySelector;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import io.github.otlpboot.autoconfigure.SignalEndpoint.Source;
import io.github.otlpboot.forwarder.http.HttpConnector;
import io.github.otlpboot.forwarder.http.HttpConnectorSettings;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslOptions;

/**
 * The HTTP clients of the pipeline: signals with the same needs share one. Belongs to the
 * thread that builds the application context.
 */
final class HttpConnectors implements AutoCloseable {

	private final Clock clock;

	private final SslBundleLookup ssl;

	private final @Nullable ProxySelector proxy;

	private final List<Entry> entries = new ArrayList<>();

	/**
	 * Create connectors.
	 * @param clock tells how far away dates are
	 * @param ssl tells when certificates are renewed
	 * @param proxy the way to the proxy of {@code otlp.forwarder.proxy}, {@code null} for
	 * what the JDK's system properties say
	 */
	HttpConnectors(Clock clock, SslBundleLookup ssl, @Nullable ProxySelector proxy) {
		this.clock = clock;
		this.ssl = ssl;
		this.proxy = proxy;
	}

	/**
	 * Return a client for an endpoint.
	 * @param connectTimeout how long making a connection may take
	 * @param endpoint the endpoint; connection details do not lead through our proxy,
	 * since they often lead to a container on the same machine
	 * @return the client, whose certificates are renewed when its SSL bundle is
	 */
	HttpConnector connector(Duration connectTimeout, SignalEndpoint endpoint) {
		SslBundle sslBundle = endpoint.sslBundle();
		ProxySelector chosen = (endpoint.source() != Source.CONNECTION_DETAILS) ? this.proxy : null;
		for (Entry entry : this.entries) {
			if (entry.connectTimeout().equals(connectTimeout) && entry.sslBundle() == sslBundle
					&& entry.proxy() == chosen) {
				return entry.connector();
			}
		}
		HttpConnectorSettings settings = settings(connectTimeout, sslBundle, chosen, endpoint);
		HttpConnector connector = HttpConnector.open(settings, this.clock);
		this.entries.add(new Entry(connectTimeout, sslBundle, chosen, connector));
		if (sslBundle != null) {
			this.ssl.onRenewal(sslBundle,
					(renewed) -> connector.renew(settings(connectTimeout, renewed, chosen, endpoint)));
		}
		return connector;
	}

	private static HttpConnectorSettings settings(Duration connectTimeout, @Nullable SslBundle sslBundle,
			@Nullable ProxySelector proxy, SignalEndpoint endpoint) {
		if (sslBundle == null) {
			return new HttpConnectorSettings(connectTimeout, null, null, proxy);
		}
		try {
			SSLContext context = sslBundle.createSslContext();
			return new HttpConnectorSettings(connectTimeout, context, parameters(sslBundle.getOptions()), proxy);
		}
		catch (RuntimeException ex) {
			throw unusable(endpoint, ex);
		}
	}

	static InvalidOtlpPropertyException unusable(SignalEndpoint endpoint, RuntimeException ex) {
		return new InvalidOtlpPropertyException(endpoint.sslProperty(), null,
				"names an SSL bundle that cannot be used: " + ex.getMessage(),
				"Check the files and passwords of the bundle.");
	}

	private static @Nullable SSLParameters parameters(@Nullable SslOptions options) {
		if (options == null || !options.isSpecified()) {
			return null;
		}
		SSLParameters parameters = new SSLParameters();
		if (options.getCiphers() != null) {
			parameters.setCipherSuites(options.getCiphers());
		}
		if (options.getEnabledProtocols() != null) {
			parameters.setProtocols(options.getEnabledProtocols());
		}
		return parameters;
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
	 * @param proxy its way to a proxy
	 * @param connector the client
	 */
	private record Entry(Duration connectTimeout, @Nullable SslBundle sslBundle, @Nullable ProxySelector proxy,
			HttpConnector connector) {

	}

}
