package io.github.otlpboot.autoconfigure;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

import org.springframework.core.env.Environment;

/**
 * The OpenTelemetry Java agent, which makes telemetry of its own and exports it past the
 * pipeline.
 */
final class JavaAgent {

	/** What stops ours where it takes more than the exporter's own property. */
	private static final Map<Signal, String> SWITCHES = Map.of(Signal.METRICS,
			"otlp.exporter.metrics.enabled=false and otlp.exporter.micrometer.enabled=false");

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
	 * @param settings the system properties and variables, and nothing else, because that
	 * is what the agent heeds
	 * @return the text, {@code null} if they have no signal in common
	 */
	static @Nullable String warning(Collection<Signal> ours, Environment settings) {
		if (!settings.getProperty("otel.javaagent.enabled", Boolean.class, true)
				|| settings.getProperty("otel.sdk.disabled", Boolean.class, false)) {
			return null;
		}
		List<Signal> both = ours.stream()
			.distinct()
			.filter((signal) -> !"none".equals(settings.getProperty("otel." + signal.id() + ".exporter")))
			.toList();
		if (both.isEmpty()) {
			return null;
		}
		return "The OpenTelemetry Java agent exports by itself, so telemetry of the same work arrives twice ("
				+ each(both, Signal::id) + "). Keep one of each: "
				+ each(both, (signal) -> "-Dotel." + signal.id() + ".exporter=none") + " stop the agent's, "
				+ each(both, JavaAgent::ownSwitch) + " stop ours.";
	}

	private static String ownSwitch(Signal signal) {
		return SWITCHES.getOrDefault(signal, "otlp.exporter." + signal.id() + ".enabled=false");
	}

	private static String each(List<Signal> signals, Function<Signal, String> text) {
		return signals.stream().map(text).collect(Collectors.joining(", "));
	}

}
