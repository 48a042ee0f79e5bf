package io.github.otlpboot.autoconfigure;

import java.util.Arrays;
import java.util.List;

import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;
import org.springframework.util.PlaceholderResolutionException;
import org.springframework.util.StringUtils;

/**
 * The properties that say where a signal goes, ours and Spring Boot's.
 */
public final class EndpointProperties {

	/** The property that holds our base URL. */
	static final String BASE = "otlp.forwarder.endpoint";

	private EndpointProperties() {
	}

	/**
	 * Return the property that holds our complete URL of a signal.
	 * @param signal the signal
	 * @return the name of the property
	 */
	static String ofSignal(Signal signal) {
		return "otlp.forwarder." + signal.id() + ".endpoint";
	}

	/**
	 * Return the properties of ours that say where a signal goes.
	 * @param signal the signal
	 * @return their names
	 */
	static List<String> ours(Signal signal) {
		return List.of(BASE, ofSignal(signal));
	}

	/**
	 * Return whether properties alone say where a signal goes.
	 * @param environment the environment
	 * @param signal the signal
	 * @return {@code true} if one of them does
	 */
	public static boolean areSet(Environment environment, Signal signal) {
		return ours(signal).stream().anyMatch((property) -> isSet(environment, property))
				|| (!isOutOfReach(environment, signal) && isSetInManagement(environment, signal))
				|| OtelVariables.areSet(environment, signal);
	}

	/**
	 * Return whether Spring Boot's own property says where a signal goes.
	 * @param environment the environment
	 * @param signal the signal
	 * @return {@code true} if it does
	 */
	public static boolean isSetInManagement(Environment environment, Signal signal) {
		return isSet(environment, ofManagement(signal));
	}

	/**
	 * Return the property of Spring Boot that says where a signal goes.
	 * @param signal the signal
	 * @return the name of the property
	 */
	static String ofManagement(Signal signal) {
		return switch (signal) {
			case TRACES -> "management.opentelemetry.tracing.export.otlp.endpoint";
			case METRICS -> "management.otlp.metrics.export.url";
			case LOGS -> "management.opentelemetry.logging.export.otlp.endpoint";
		};
	}

	/**
	 * Return whether Spring Boot is told to speak gRPC and we cannot: its own exporter,
	 * which brings a client with it, then stays in charge. That of metrics has none.
	 * @param environment the environment
	 * @param signal the signal
	 * @return {@code true} if it is
	 */
	public static boolean isOutOfReach(Environment environment, Signal signal) {
		return signal != Signal.METRICS && transport(environment, signal) == TransportType.GRPC
				&& !GrpcLibrary.isPresent();
	}

	/**
	 * Return how Spring Boot is told to send a signal. It has no such setting for
	 * metrics, and makes none of the variable that has; that counts where the URL comes
	 * from a variable too, and we can speak gRPC.
	 * @param environment the environment
	 * @param signal the signal
	 * @return the transport, {@code null} if nothing is set that is known
	 */
	static @Nullable TransportType transport(Environment environment, Signal signal) {
		if (signal == Signal.METRICS) {
			boolean grpc = GrpcLibrary.isPresent() && OtelVariables.isMappedGrpc(environment, ofManagement(signal));
			return grpc ? TransportType.GRPC : null;
		}
		String name = environment.getProperty(ofManagement(signal).replace(".endpoint", ".transport"), "");
		return Arrays.stream(TransportType.values())
			.filter((type) -> type.name().equalsIgnoreCase(name.trim()))
			.findFirst()
			.orElse(null);
	}

	// What fills a placeholder may come after the first look: an initializer, or a test.
	private static boolean isSet(Environment environment, String property) {
		try {
			return StringUtils.hasText(environment.getProperty(property));
		}
		catch (PlaceholderResolutionException ex) {
			return true;
		}
	}

}
