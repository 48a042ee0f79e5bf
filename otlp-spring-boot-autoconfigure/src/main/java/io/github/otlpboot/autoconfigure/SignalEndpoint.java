package io.github.otlpboot.autoconfigure;

import java.time.Duration;
import java.util.Map;

import io.github.otlpboot.forwarder.http.Compression;
import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;

/**
 * Where one signal goes according to one source of configuration. URL, headers, and TLS
 * always come from one source together: mixing them would send a credential to where it
 * does not belong.
 *
 * @param signal the signal
 * @param source which kind of configuration says so
 * @param url the complete URL
 * @param configuredBy the property or bean that says so; for people to read
 * @param headers HTTP headers, or gRPC metadata
 * @param sslBundle keys and certificates, {@code null} for the JDK's own
 * @param transport how requests travel as set by this source, {@code null} if it is not
 * @param compression compression as set by this source, {@code null} if it is not
 * @param timeout timeout as set by this source, {@code null} if it is not
 * @param connectTimeout connect timeout as set by this source, {@code null} if it is not
 */
public record SignalEndpoint(Signal signal, Source source, String url, String configuredBy, Map<String, String> headers,
		@Nullable SslBundle sslBundle, @Nullable TransportType transport, @Nullable Compression compression,
		@Nullable Duration timeout, @Nullable Duration connectTimeout) {

	public SignalEndpoint {
		headers = Map.copyOf(headers);
	}

	/**
	 * Return the URL as it may be shown.
	 * @return the URL without user information and query
	 */
	String shownUrl() {
		return String.valueOf(ForwarderUrl.shown(this.url));
	}

	/**
	 * Return where the headers come from.
	 * @return the property, for people to read
	 */
	String headersProperty() {
		return switch (this.source) {
			case CONNECTION_DETAILS -> this.configuredBy;
			case OTLP -> "otlp.forwarder.headers";
			case MANAGEMENT -> this.configuredBy.substring(0, this.configuredBy.lastIndexOf('.') + 1) + "headers";
			case ENVIRONMENT -> this.configuredBy.replace("_ENDPOINT", "_HEADERS");
		};
	}

	/**
	 * Return where keys and certificates come from.
	 * @return the property, for people to read
	 */
	String sslProperty() {
		return switch (this.source) {
			case CONNECTION_DETAILS -> this.configuredBy;
			case OTLP -> "otlp.forwarder.ssl.bundle";
			case MANAGEMENT -> this.configuredBy.substring(0, this.configuredBy.lastIndexOf('.') + 1) + "ssl.bundle";
			case ENVIRONMENT -> this.configuredBy.replace("_ENDPOINT", "_CERTIFICATE");
		};
	}

	/**
	 * Headers often carry credentials, so their values are not shown.
	 */
	@Override
	public String toString() {
		return "SignalEndpoint[signal=" + this.signal + ", source=" + this.source + ", url=" + shownUrl() + "]";
	}

	/**
	 * Kinds of configuration; an earlier one wins over a later one.
	 */
	public enum Source {

		/**
		 * A connection details bean that does not come from properties, such as that of a
		 * container: a test never sends to production.
		 */
		CONNECTION_DETAILS,

		/**
		 * {@code otlp.*}.
		 */
		OTLP,

		/**
		 * Spring Boot's {@code management.*}, into which it maps {@code OTEL_*}.
		 */
		MANAGEMENT,

		/**
		 * {@code OTEL_EXPORTER_OTLP_*}, where Spring Boot does not map it.
		 */
		ENVIRONMENT

	}

}
