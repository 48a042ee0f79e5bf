package io.github.otlpboot.autoconfigure;

import java.util.List;

import io.github.otlpboot.model.Signal;

import org.springframework.core.env.Environment;
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
				|| (!isOutOfReach(environment, signal) && isSetInManagement(environment, signal));
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
	 * which brings a client with it, then stays in charge.
	 * @param environment the environment
	 * @param signal the signal
	 * @return {@code true} if it is
	 */
	public static boolean isOutOfReach(Environment environment, Signal signal) {
		return isGrpc(environment, signal) && !GrpcLibrary.isPresent();
	}

	/**
	 * Return whether Spring Boot is told to speak gRPC.
	 * @param environment the environment
	 * @param signal the signal
	 * @return {@code true} if it is
	 */
	static boolean isGrpc(Environment environment, Signal signal) {
		return switch (signal) {
			case TRACES, LOGS -> "grpc"
				.equalsIgnoreCase(environment.getProperty(ofManagement(signal).replace(".endpoint", ".transport")));
			// Micrometer speaks HTTP only.
			case METRICS -> false;
		};
	}

	private static boolean isSet(Environment environment, String property) {
		return StringUtils.hasText(environment.getProperty(property));
	}

}
