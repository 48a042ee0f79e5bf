package io.github.otlpboot.autoconfigure;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.util.StringUtils;

/**
 * Gives Spring Boot defaults that go with the pipeline. They come last of all property
 * sources, so that any setting of a user wins.
 */
final class OtlpEnvironmentPostProcessor implements EnvironmentPostProcessor, Ordered {

	private static final String SOURCE = "otlpDefaults";

	private static final String SPANS = "management.opentelemetry.tracing.export.";

	private static final String METRICS = "management.otlp.metrics.export.";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		// A binder, because its failures name property, value, and remedy.
		Binder binder = Binder.get(environment);
		if (!isEnabled(binder, "otlp.enabled") || !OnEndpointCondition.isConfigured(environment)) {
			return;
		}
		Map<String, Object> defaults = new LinkedHashMap<>();
		if (isEnabled(binder, "otlp.exporter.traces.enabled")) {
			addBatchProcessor(defaults);
		}
		addMetrics(binder, defaults);
		environment.getPropertySources().addLast(new MapPropertySource(SOURCE, defaults));
	}

	private static boolean isEnabled(Binder binder, String property) {
		return binder.bind(property, Boolean.class).orElse(true);
	}

	private static void addBatchProcessor(Map<String, Object> defaults) {
		// An export takes well under a millisecond here, so spans wait for 200 ms instead
		// of 5 s, and a burst finds room for up to 65,536 instead of 2,048.
		defaults.put(SPANS + "schedule-delay", "200ms");
		defaults.put(SPANS + "max-queue-size", String.valueOf(queueSize(Runtime.getRuntime().maxMemory())));
	}

	// A span is of the order of a kilobyte, and even a full queue must not fill the heap.
	static long queueSize(long maxHeap) {
		return Math.max(2048, Math.min(65536, maxHeap / 8192));
	}

	private static void addMetrics(Binder binder, Map<String, Object> defaults) {
		// Metrics do not take the way through the pipeline yet. Left alone they would go
		// to
		// localhost instead of where the user has said that telemetry goes.
		String base = binder.bind("otlp.forwarder.endpoint", String.class).orElse(null);
		if (StringUtils.hasText(base)) {
			defaults.put(METRICS + "url", base.trim() + (base.trim().endsWith("/") ? "" : "/") + "v1/metrics");
			binder.bind("otlp.forwarder.headers", Bindable.mapOf(String.class, String.class))
				.ifBound((headers) -> headers
					.forEach((name, value) -> defaults.put(METRICS + "headers[" + name + "]", value)));
		}
	}

	/**
	 * After application.yml has been read and Boot has mapped {@code OTEL_*}.
	 */
	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
