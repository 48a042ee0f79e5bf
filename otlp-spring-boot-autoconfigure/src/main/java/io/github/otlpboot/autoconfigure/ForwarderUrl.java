package io.github.otlpboot.autoconfigure;

import java.net.URI;
import java.net.URISyntaxException;

import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Makes the URL of a signal of what is configured (OpenTelemetry specification, OTLP
 * exporter, endpoint URLs for OTLP/HTTP).
 */
final class ForwarderUrl {

	private static final int MAX_PORT = 65535;

	private ForwarderUrl() {
	}

	/**
	 * Append the path of a signal to a base URL.
	 * @param property the property that holds the base URL
	 * @param baseUrl the base URL
	 * @param signal the signal
	 * @return the URL
	 */
	static URI ofBase(String property, String baseUrl, Signal signal) {
		URI base = complete(property, baseUrl);
		if (base.getRawQuery() != null || base.getRawFragment() != null) {
			throw new InvalidOtlpPropertyException(property, shown(baseUrl),
					"is a base URL, and has a query or a fragment",
					"Set the complete URL with 'otlp.forwarder." + signal.id() + ".endpoint' instead.");
		}
		String path = base.getRawPath();
		String separator = path.endsWith("/") ? "" : "/";
		// Not resolved against the base, because a path that begins with two slashes
		// would
		// be taken for another server, to which the credentials would go.
		return URI.create(server(base) + path + separator + "v1/" + signal.id());
	}

	/**
	 * Check that a base URL is not the URL of a signal, whose path would be there twice.
	 * @param property the property that holds the base URL
	 * @param baseUrl the base URL
	 */
	static void requireNoPathOfSignal(String property, String baseUrl) {
		String base = StringUtils.trimTrailingCharacter(baseUrl.trim(), '/');
		for (Signal signal : Signal.values()) {
			String path = "/v1/" + signal.id();
			if (base.endsWith(path)) {
				throw new InvalidOtlpPropertyException(property, shown(baseUrl),
						"is a base URL, to which the path of each signal is appended, and ends in '" + path + "'",
						"Remove '" + path + "' from it, or set 'otlp.forwarder." + signal.id()
								+ ".endpoint' to the complete URL instead.");
			}
		}
	}

	/**
	 * Check a URL that is used as it is.
	 * @param property the property that holds it
	 * @param url the URL
	 * @return the URL
	 */
	static URI complete(String property, String url) {
		String shown = shown(url);
		String remedy = "Set it to a URL such as 'http://localhost:4318'.";
		URI uri;
		try {
			uri = new URI(url.trim());
		}
		catch (URISyntaxException ex) {
			throw new InvalidOtlpPropertyException(property, shown, "is not a URL", remedy);
		}
		String scheme = uri.getScheme();
		if (scheme == null || uri.getRawAuthority() == null
				|| !("http".equalsIgnoreCase(scheme) || "https".equalsIgnoreCase(scheme))) {
			throw new InvalidOtlpPropertyException(property, shown, "does not start with 'http://' or 'https://'",
					remedy);
		}
		if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > MAX_PORT) {
			throw new InvalidOtlpPropertyException(property, shown, "names no valid host and port", remedy);
		}
		if (uri.getRawUserInfo() != null) {
			throw new InvalidOtlpPropertyException(property, shown, "carries a user name or password",
					"Remove it, and set 'otlp.forwarder.authentication.basic' instead.");
		}
		return uri;
	}

	/**
	 * Return the part of a URL that names a server.
	 * @param url a checked URL
	 * @return scheme and authority
	 */
	static String server(URI url) {
		return url.getScheme() + "://" + url.getRawAuthority();
	}

	/**
	 * Return a URL as it may be shown.
	 * @param url the URL, valid or not
	 * @return the URL without what stands before the host, and without its query: either
	 * may hold a credential
	 */
	static @Nullable String shown(@Nullable String url) {
		if (url == null) {
			return null;
		}
		int query = url.indexOf('?');
		if (query >= 0 && url.indexOf('@', query) >= 0) {
			// A question mark in a password, or an at sign in the query: either way it is
			// not known where the secret ends.
			int end = url.indexOf("://");
			return ((end >= 0 && end < query) ? url.substring(0, end + 3) : "") + "...";
		}
		String text = (query >= 0) ? url.substring(0, query) + "?..." : url;
		int at = text.lastIndexOf('@');
		int scheme = text.indexOf("://");
		if (at < 0) {
			return text;
		}
		return ((scheme >= 0 && scheme < at) ? text.substring(0, scheme + 3) : "") + text.substring(at + 1);
	}

}
