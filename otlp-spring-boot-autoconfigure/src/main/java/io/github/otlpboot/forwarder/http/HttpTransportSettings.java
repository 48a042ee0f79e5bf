package io.github.otlpboot.forwarder.http;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where and how the requests of one signal are sent. There is no timeout: the caller of
 * {@link HttpTransport#send} cancels at its deadline.
 * <p>
 * Headers may hold credentials, so no message of an exception and no {@link #toString()}
 * shows the value of a header; the query of the URL is not shown either.
 *
 * @param endpoint the complete URL of the signal, used as it is (OTLP specification,
 * OTLP/HTTP request)
 * @param headers additional request headers
 * @param compression how bodies are compressed
 * @param statusPolicy what answers other than success mean
 * @param userAgent the value of {@code User-Agent}
 */
public record HttpTransportSettings(URI endpoint, Map<String, String> headers, Compression compression,
		StatusPolicy statusPolicy, String userAgent) {

	/**
	 * The product's own token, then that of the OTLP exporter (OpenTelemetry
	 * specification, protocol/exporter, User Agent).
	 */
	public static final String DEFAULT_USER_AGENT = defaultUserAgent();

	private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

	/**
	 * What describes the body, which is ours to describe.
	 */
	private static final Set<String> OWN_HEADERS = Set.of("content-type", "content-encoding", "transfer-encoding");

	public HttpTransportSettings {
		check(endpoint);
		headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
		headers.forEach(HttpTransportSettings::check);
		if (!isValidValue(userAgent) || userAgent.isBlank()) {
			throw new IllegalArgumentException("'userAgent' must be a valid header value");
		}
	}

	/**
	 * Return settings with gzip, without headers, and with the defaults for the rest.
	 * @param endpoint the complete URL of the signal
	 * @return new settings
	 * @throws IllegalArgumentException if the endpoint is not an http or https URL
	 */
	public static HttpTransportSettings of(URI endpoint) {
		return new HttpTransportSettings(endpoint, Map.of(), Compression.GZIP, StatusPolicy.DEFAULT,
				DEFAULT_USER_AGENT);
	}

	private static String defaultUserAgent() {
		String version = Objects.requireNonNullElse(HttpTransport.class.getPackage().getImplementationVersion(),
				"unknown");
		return "otlp-spring-boot/" + version + " OTel-OTLP-Exporter-Java/" + version;
	}

	private static void check(URI endpoint) {
		String scheme = Objects.requireNonNullElse(endpoint.getScheme(), "").toLowerCase(Locale.ROOT);
		if (!scheme.equals("http") && !scheme.equals("https")) {
			throw new IllegalArgumentException("'endpoint' must start with http:// or https://");
		}
		if (endpoint.getHost() == null || endpoint.getPort() == 0 || endpoint.getPort() > 65535) {
			throw new IllegalArgumentException("'endpoint' must have a valid host and, if any, a valid port");
		}
		if (endpoint.getRawUserInfo() != null) {
			throw new IllegalArgumentException("'endpoint' must not hold user information; use a header instead");
		}
	}

	/**
	 * Check a header.
	 * @param name its name
	 * @param value its value
	 * @throws IllegalArgumentException if it cannot be sent; its message does not show
	 * the value
	 */
	public static void check(String name, String value) {
		if (!HEADER_NAME.matcher(name).matches()) {
			// Not shown: it may be a credential that was put into the wrong place
			throw new IllegalArgumentException("'headers' must not have a name that is no valid header name");
		}
		if (OWN_HEADERS.contains(name.toLowerCase(Locale.ROOT)) || isRestricted(name)) {
			throw new IllegalArgumentException(
					"'headers' must not set '" + name + "', which the transport sets itself");
		}
		if (!isValidValue(value)) {
			throw new IllegalArgumentException("'headers' must not have line breaks, control characters, or characters "
					+ "beyond ISO 8859-1 in the value of '" + name + "'");
		}
	}

	private static boolean isRestricted(String name) {
		return !isAllowed(name, "value");
	}

	private static boolean isValidValue(String value) {
		return isAllowed("x-any", value);
	}

	private static boolean isAllowed(String name, String value) {
		// The client knows its own rules, but its exception would show the value
		try {
			HttpRequest.newBuilder().header(name, value);
			return true;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private String displayedEndpoint() {
		String port = (this.endpoint.getPort() != -1) ? ":" + this.endpoint.getPort() : "";
		return this.endpoint.getScheme() + "://" + this.endpoint.getHost() + port + this.endpoint.getRawPath();
	}

	@Override
	public String toString() {
		return "HttpTransportSettings[endpoint=" + displayedEndpoint() + ", headers=" + this.headers.keySet()
				+ ", compression=" + this.compression + ", statusPolicy=" + this.statusPolicy + ", userAgent="
				+ this.userAgent + "]";
	}

}
