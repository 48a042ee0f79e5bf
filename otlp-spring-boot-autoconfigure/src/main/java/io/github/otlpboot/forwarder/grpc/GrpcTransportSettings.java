package io.github.otlpboot.forwarder.grpc;

import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where and how the requests of one signal are sent. There is no timeout: the caller of
 * {@link GrpcTransport#send} cancels at its deadline.
 * <p>
 * Headers may hold credentials, so no message of an exception and no {@link #toString()}
 * shows the value of a header.
 *
 * @param endpoint a URL of which only scheme and authority count (OpenTelemetry
 * specification, OTLP exporter, configuration): https speaks TLS, http does not
 * @param headers additional metadata; names are made lower case
 * @param compressed whether messages are compressed with gzip
 * @param codePolicy what answers other than success mean
 * @param userAgent the value of {@code user-agent}, to which the library adds its own; a
 * header of that name takes its place
 */
public record GrpcTransportSettings(URI endpoint, Map<String, String> headers, boolean compressed,
		CodePolicy codePolicy, String userAgent) {

	static final String USER_AGENT_HEADER = "user-agent";

	private static final Pattern HEADER_NAME = Pattern.compile("[0-9a-z_.-]+");

	private static final Pattern VALUE = Pattern.compile("[\\x20-\\x7E]*");

	/**
	 * What the protocol is made of. What ends in {@code -bin} would have to be bytes.
	 */
	private static final Set<String> OWN_HEADERS = Set.of("content-type", "te", "host", "connection");

	public GrpcTransportSettings {
		check(endpoint);
		Map<String, String> lowerCase = new LinkedHashMap<>();
		headers.forEach((name, value) -> lowerCase.put(checkedName(name, value), value));
		headers = Collections.unmodifiableMap(lowerCase);
		if (!VALUE.matcher(userAgent).matches() || userAgent.isBlank()) {
			throw new IllegalArgumentException("'userAgent' must be a valid header value");
		}
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

	private static String checkedName(String name, String value) {
		String lowerCase = name.toLowerCase(Locale.ROOT);
		if (!HEADER_NAME.matcher(lowerCase).matches()) {
			// Not shown: it may be a credential that was put into the wrong place
			throw new IllegalArgumentException("'headers' must not have a name that is no valid name of gRPC metadata");
		}
		if (OWN_HEADERS.contains(lowerCase) || lowerCase.startsWith("grpc-")) {
			throw new IllegalArgumentException(
					"'headers' must not set '" + name + "', which the transport sets itself");
		}
		if (lowerCase.endsWith("-bin")) {
			throw new IllegalArgumentException(
					"'headers' must not set '" + name + "', since gRPC takes such names for binary");
		}
		// The library would leave it out, and log it
		if (!VALUE.matcher(value).matches()) {
			throw new IllegalArgumentException("'headers' must not have line breaks, control characters, or characters "
					+ "beyond ASCII in the value of '" + name + "'");
		}
		return lowerCase;
	}

	boolean isTls() {
		return "https".equalsIgnoreCase(this.endpoint.getScheme());
	}

	/**
	 * Return where to connect to.
	 * @return host and port
	 */
	String authority() {
		int port = (this.endpoint.getPort() != -1) ? this.endpoint.getPort() : (isTls() ? 443 : 80);
		return this.endpoint.getHost() + ":" + port;
	}

	/**
	 * Return what the library connects to, by DNS whatever else it knows.
	 * @return the target
	 */
	String target() {
		// Quotes the brackets around an IPv6 address
		return "dns:///" + authority().replace("[", "%5B").replace("]", "%5D");
	}

	@Override
	public String toString() {
		return "GrpcTransportSettings[endpoint=" + this.endpoint.getScheme() + "://" + authority() + ", headers="
				+ this.headers.keySet() + ", compressed=" + this.compressed + ", codePolicy=" + this.codePolicy
				+ ", userAgent=" + this.userAgent + "]";
	}

}
