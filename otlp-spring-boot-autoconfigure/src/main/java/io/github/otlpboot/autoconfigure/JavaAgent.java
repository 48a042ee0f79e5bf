package io.github.otlpboot.autoconfigure;

import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;

/**
 * The OpenTelemetry Java agent, which makes telemetry of its own and exports it past the
 * pipeline.
 */
final class JavaAgent {

	private static final String AGENT = "io.opentelemetry.javaagent.OpenTelemetryAgent";

	private JavaAgent() {
	}

	/**
	 * Return whether it runs. It adds itself to what the JVM's own loader finds, which it
	 * does not do where its jar is only on the class path.
	 * @return {@code true} if it does
	 */
	static boolean isPresent() {
		try {
			Class.forName(AGENT, false, null);
			return true;
		}
		catch (ClassNotFoundException ex) {
			return false;
		}
	}

	/**
	 * Return what to tell of telemetry that both export.
	 * @param ours the signals that the pipeline takes
	 * @param environment knows the system properties and variables that the agent heeds
	 * @return the text, {@code null} if they have no signal in common
	 */
	static @Nullable String warning(Collection<Signal> ours, Environment environment) {
		List<Signal> both = ours.stream()
			.distinct()
			.filter((signal) -> !"none".equals(environment.getProperty("otel." + signal.id() + ".exporter")))
			.toList();
		if (both.isEmpty()) {
			return null;
		}
		return "The OpenTelemetry Java agent exports by itself, so telemetry of the same work arrives twice ("
				+ each("%s", both) + "). Keep one of each: " + each("-Dotel.%s.exporter=none", both)
				+ " stop the agent's, " + each("otlp.exporter.%s.enabled=false", both) + " stop ours.";
	}

	private static String each(String format, List<Signal> signals) {
		return signals.stream().map((signal) -> format.formatted(signal.id())).collect(Collectors.joining(", "));
	}

}
