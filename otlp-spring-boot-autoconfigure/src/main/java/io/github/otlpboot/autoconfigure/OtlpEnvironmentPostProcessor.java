package io.github.otlpboot.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import io.github.otlpboot.model.Signal;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * Gives Spring Boot defaults that go with the pipeline. They come last of all property
 * sources, so that any setting of a user wins.
 */
final class OtlpEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

	private static final String SOURCE = "otlpDefaults";

	private static final String SPANS = "management.opentelemetry.tracing.export.";

	private static final String LOGS = "management.opentelemetry.logging.export.";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		// A binder, because its failures name property, value, and remedy.
		Binder binder = Binder.get(environment);
		if (!isEnabled(binder, "otlp.enabled")) {
			return;
		}
		Map<String, Object> defaults = new LinkedHashMap<>();
		if (takesPart(environment, binder, Signal.TRACES)) {
			addBatchProcessor(defaults, SPANS);
		}
		if (takesPart(environment, binder, Signal.LOGS)) {
			addBatchProcessor(defaults, LOGS);
		}
		if (!defaults.isEmpty()) {
			environment.getPropertySources().addLast(new MapPropertySource(SOURCE, defaults));
		}
	}

	private static boolean takesPart(ConfigurableEnvironment environment, Binder binder, Signal signal) {
		return isEnabled(binder, "otlp.exporter." + signal.id() + ".enabled")
				&& (EndpointProperties.areSet(environment, signal) || OtelVariables.nameEndpoint(environment, signal));
	}

	private static boolean isEnabled(Binder binder, String property) {
		return binder.bind(property, Boolean.class).orElse(true);
	}

	private static void addBatchProcessor(Map<String, Object> defaults, String prefix) {
		// An export takes well under a millisecond here, so items wait for 200 ms instead
		// of seconds, and a burst finds room for up to 65,536 instead of 2,048.
		defaults.put(prefix + "schedule-delay", "200ms");
		defaults.put(prefix + "max-queue-size", String.valueOf(queueSize(Runtime.getRuntime().maxMemory())));
	}

	// A span is of the order of a kilobyte, and even a full queue must not fill the heap.
	static long queueSize(long maxHeap) {
		return Math.max(2048, Math.min(65536, maxHeap / 8192));
	}

	/**
	 * After application.yml has been read. Whether Spring Boot has mapped {@code OTEL_*}
	 * by now depends on the order of the class path, so the variables are looked at as
	 * well.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
