package io.github.otlpboot.autoconfigure;

import java.net.URI;
import java.time.Duration;
import java.util.function.Supplier;

import io.github.otlpboot.autoconfigure.SignalEndpoint.Source;
import io.github.otlpboot.forwarder.http.Compression;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * How the requests of one signal are made, once it is decided where they go.
 *
 * @param endpoint where they go
 * @param url the checked URL
 * @param transport how they travel
 * @param compression how they are compressed
 * @param timeout how long one attempt may take
 * @param connectTimeout how long making a connection may take
 */
record RequestSettings(SignalEndpoint endpoint, URI url, TransportType transport, Compression compression,
		Duration timeout, Duration connectTimeout) {

	private static final Duration MAX_TIMEOUT = Duration.ofHours(1);

	/**
	 * Decide. A setting of ours wins where it is set, then the one of the source that
	 * names the endpoint, then our default.
	 * @param endpoint where requests go
	 * @param ours {@code otlp.forwarder.*}
	 * @param environment tells what is set
	 * @return the settings
	 * @throws InvalidOtlpPropertyException if a property has a value that cannot work
	 */
	static RequestSettings of(SignalEndpoint endpoint, OtlpProperties.Forwarder ours, Environment environment) {
		Choice choice = new Choice(Binder.get(environment));
		Duration timeout = choice.between("timeout", Duration.class, endpoint.timeout(), ours.timeout());
		Duration connectTimeout = choice.between("connect-timeout", Duration.class, endpoint.connectTimeout(),
				ours.connectTimeout());
		return new RequestSettings(endpoint, ForwarderUrl.complete(endpoint.configuredBy(), endpoint.url()),
				transport(endpoint, ours, choice),
				choice.between("compression", Compression.class, endpoint.compression(), ours.compression()),
				PropertyCheck.positive("forwarder.timeout", bounded(timeout)),
				PropertyCheck.positive("forwarder.connect-timeout", bounded(connectTimeout)));
	}

	private static TransportType transport(SignalEndpoint endpoint, OtlpProperties.Forwarder ours, Choice choice) {
		if (endpoint.source() == Source.CONNECTION_DETAILS) {
			// They have a URL for each transport, and were asked for this one
			return (endpoint.transport() != null) ? endpoint.transport() : TransportType.HTTP;
		}
		return choice.between("transport", TransportType.class, endpoint.transport(), ours.transport());
	}

	// Boot hands over "no limit" of OTEL_EXPORTER_OTLP_TIMEOUT as more than nanoseconds
	// can count, and an attempt without end would hold up its signal for ever.
	private static Duration bounded(Duration timeout) {
		return (timeout.compareTo(MAX_TIMEOUT) > 0) ? MAX_TIMEOUT : timeout;
	}

	/**
	 * Make the settings of a transport, which check the headers.
	 * @param <T> the type of the settings
	 * @param maker makes them
	 * @return the settings
	 * @throws InvalidOtlpPropertyException if a header cannot be sent
	 */
	<T> T checkHeaders(Supplier<T> maker) {
		try {
			return maker.get();
		}
		catch (IllegalArgumentException ex) {
			// Its message says which header, and never its value.
			throw new InvalidOtlpPropertyException(this.endpoint.headersProperty(), null,
					"cannot be sent: " + ex.getMessage(),
					"Use header names of letters, digits, and hyphens that the client does not set itself, "
							+ "and values of one line.");
		}
	}

	/**
	 * Chooses between a setting of ours and one of the source that names the endpoint.
	 *
	 * @param binder tells what is set
	 */
	private record Choice(Binder binder) {

		<T> T between(String name, Class<T> type, @Nullable T ofSource, T ours) {
			boolean set = this.binder.bind("otlp.forwarder." + name, type).isBound();
			return (set || ofSource == null) ? ours : ofSource;
		}

	}

}
