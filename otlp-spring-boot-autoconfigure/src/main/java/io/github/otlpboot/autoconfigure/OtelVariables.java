package io.github.otlpboot.autoconfigure;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import io.github.otlpboot.autoconfigure.SignalEndpoint.Source;
import io.github.otlpboot.forwarder.http.Compression;
import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Reads {@code OTEL_EXPORTER_OTLP_*} (OpenTelemetry specification, OTLP exporter) where
 * Spring Boot, which maps all of it to {@code management.*}, does not: without its module
 * for OpenTelemetry. A variable for one signal wins over the one for all, an empty one is
 * as good as none, and a value that is not known is told and ignored. No value of a
 * header is ever shown.
 */
final class OtelVariables {

	private static final Logger logger = LoggerFactory.getLogger(OtelVariables.class);

	private static final String PREFIX = "OTEL_EXPORTER_OTLP_";

	/** What Spring Boot calls the properties that it makes of variables. */
	private static final String MAPPED = "openTelemetryEnvironmentVariables";

	private static final String MAPPER = "org.springframework.boot.opentelemetry.autoconfigure"
			+ ".OpenTelemetryEnvironmentVariableEnvironmentPostProcessor";

	private final Environment environment;

	private final Signal signal;

	private OtelVariables(Environment environment, Signal signal) {
		this.environment = environment;
		this.signal = signal;
	}

	/**
	 * Return whether the variables count and say where a signal goes.
	 * @param environment the environment
	 * @param signal the signal
	 * @return {@code true} if they do
	 */
	static boolean areSet(Environment environment, Signal signal) {
		return !ClassUtils.isPresent(MAPPER, null) && nameEndpoint(environment, signal);
	}

	/**
	 * Return whether the variables say where a signal goes, whoever reads them.
	 * @param environment the environment
	 * @param signal the signal
	 * @return {@code true} if they do, and something here can speak their protocol
	 */
	static boolean nameEndpoint(Environment environment, Signal signal) {
		OtelVariables variables = new OtelVariables(environment, signal);
		return variables.name("ENDPOINT") != null && !variables.isOutOfReach();
	}

	/**
	 * Return whether the variables ask for gRPC where nothing here can speak it.
	 * @param environment the environment
	 * @param signal the signal
	 * @return {@code true} if they do, and name an endpoint
	 */
	static boolean areOutOfReach(Environment environment, Signal signal) {
		OtelVariables variables = new OtelVariables(environment, signal);
		return variables.name("ENDPOINT") != null && variables.isOutOfReach();
	}

	/**
	 * Return whether the URL of metrics is what Spring Boot has made of a variable, and
	 * another one asks for gRPC.
	 * @param environment the environment
	 * @param property Spring Boot's property that holds the URL
	 * @return {@code true} if both are so
	 */
	static boolean isMappedGrpc(Environment environment, String property) {
		if (!(environment instanceof ConfigurableEnvironment configurable)) {
			return false;
		}
		PropertySource<?> mapped = configurable.getPropertySources().get(MAPPED);
		Object url = (mapped != null) ? mapped.getProperty(property) : null;
		return url != null && url.toString().equals(environment.getProperty(property))
				&& new OtelVariables(environment, Signal.METRICS).isGrpc();
	}

	/**
	 * Return where a signal goes.
	 * @param environment the environment
	 * @param signal the signal
	 * @return the endpoint, {@code null} if the variables do not count or say nothing
	 */
	static @Nullable SignalEndpoint endpoint(Environment environment, Signal signal) {
		return areSet(environment, signal) ? new OtelVariables(environment, signal).endpoint() : null;
	}

	private @Nullable SignalEndpoint endpoint() {
		String variable = name("ENDPOINT");
		String value = value("ENDPOINT");
		if (variable == null || value == null) {
			return null;
		}
		String protocol = value("PROTOCOL");
		if (protocol != null && !protocol.equals("http/protobuf") && !isGrpc()) {
			ignore("PROTOCOL", "is no protocol that is known here");
		}
		URI url = variable.equals(PREFIX + "ENDPOINT") ? ForwarderUrl.ofBase(variable, value, this.signal)
				: ForwarderUrl.complete(variable, value);
		return new SignalEndpoint(this.signal, Source.ENVIRONMENT, url.toString(), variable, headers(), sslBundle(),
				transport(protocol), compression(), timeout(), null);
	}

	private boolean isOutOfReach() {
		return isGrpc() && !GrpcLibrary.isPresent();
	}

	private boolean isGrpc() {
		return "grpc".equals(value("PROTOCOL"));
	}

	private @Nullable TransportType transport(@Nullable String protocol) {
		if (protocol == null) {
			return null;
		}
		return protocol.equals("grpc") ? TransportType.GRPC : TransportType.HTTP;
	}

	private @Nullable Compression compression() {
		String compression = value("COMPRESSION");
		if (compression == null) {
			return null;
		}
		return switch (compression.toLowerCase(Locale.ROOT)) {
			case "gzip" -> Compression.GZIP;
			case "none" -> Compression.NONE;
			default -> {
				ignore("COMPRESSION", "is no compression that is known here");
				yield null;
			}
		};
	}

	private @Nullable Duration timeout() {
		String timeout = value("TIMEOUT");
		if (timeout == null) {
			return null;
		}
		try {
			long millis = Long.parseLong(timeout);
			if (millis >= 0) {
				return (millis > 0) ? Duration.ofMillis(millis) : Duration.ofMillis(Long.MAX_VALUE);
			}
		}
		catch (NumberFormatException ex) {
			// Told below
		}
		ignore("TIMEOUT", "is no number of milliseconds");
		return null;
	}

	private Map<String, String> headers() {
		String headers = value("HEADERS");
		Map<String, String> result = new LinkedHashMap<>();
		for (String member : StringUtils.tokenizeToStringArray(headers, ",")) {
			// The list form of W3C Baggage; what follows a semicolon is metadata
			String pair = member.split(";", 2)[0];
			int equals = pair.indexOf('=');
			String name = (equals > 0) ? pair.substring(0, equals).trim() : "";
			try {
				if (HeaderRules.isName(name)) {
					result.put(name, StringUtils.uriDecode(pair.substring(equals + 1).trim(), StandardCharsets.UTF_8));
				}
				else {
					ignore("HEADERS", "holds something that is no name=value");
				}
			}
			catch (IllegalArgumentException ex) {
				ignore("HEADERS", "holds a value with a percent sign that no two digits follow");
			}
		}
		return result;
	}

	private @Nullable SslBundle sslBundle() {
		String certificate = value("CERTIFICATE");
		String clientKey = value("CLIENT_KEY");
		String clientCertificate = value("CLIENT_CERTIFICATE");
		if (certificate == null && clientKey == null && clientCertificate == null) {
			return null;
		}
		PemSslStoreDetails trusted = (certificate != null) ? PemSslStoreDetails.forCertificate("file:" + certificate)
				: null;
		PemSslStoreDetails own = (clientCertificate != null)
				? PemSslStoreDetails.forCertificate("file:" + clientCertificate)
					.withPrivateKey((clientKey != null) ? "file:" + clientKey : null)
				: null;
		return SslBundle.of(new PemSslStoreBundle(own, trusted));
	}

	private void ignore(String suffix, String reason) {
		logger.warn("{} {}; it is ignored", name(suffix), reason);
	}

	private @Nullable String value(String suffix) {
		String name = name(suffix);
		String value = (name != null) ? this.environment.getProperty(name) : null;
		return (value != null) ? value.trim() : null;
	}

	private @Nullable String name(String suffix) {
		String ofSignal = PREFIX + this.signal.id().toUpperCase(Locale.ROOT) + "_" + suffix;
		if (StringUtils.hasText(this.environment.getProperty(ofSignal))) {
			return ofSignal;
		}
		return StringUtils.hasText(this.environment.getProperty(PREFIX + suffix)) ? PREFIX + suffix : null;
	}

}
