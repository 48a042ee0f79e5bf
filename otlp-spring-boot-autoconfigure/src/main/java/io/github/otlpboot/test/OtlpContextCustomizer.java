package io.github.otlpboot.test;

import java.util.Map;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.MergedContextConfiguration;

/**
 * Switches telemetry off in the context of a test. It takes the rank just below the
 * system properties: what the test itself says, or the build that starts it, wins, while
 * application.yml and the variables of the machine do not, because they say what the
 * application does and not what the test wants.
 * <p>
 * A record, because contexts are shared between tests with equal customizers.
 *
 * @param asked whether the test has asked for telemetry with {@link AutoConfigureOtlp}
 */
record OtlpContextCustomizer(boolean asked) implements ContextCustomizer {

	private static final String ENABLED = "otlp.enabled";

	/** With the pipeline alone off, Spring Boot's own exporters would come back. */
	private static final PropertySource<?> OFF = new MapPropertySource("otlpOffInTests",
			Map.of(ENABLED, false, "management.otlp.metrics.export.enabled", false,
					"management.tracing.export.otlp.enabled", false, "management.logging.export.otlp.enabled", false));

	/** Stronger than the general switches that Spring Boot's test modules set. */
	private static final PropertySource<?> ON = new MapPropertySource("otlpOnInTests",
			Map.of("management.otlp.metrics.export.enabled", true, "management.tracing.export.otlp.enabled", true));

	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
		ConfigurableEnvironment environment = context.getEnvironment();
		MutablePropertySources sources = environment.getPropertySources();
		if (!this.asked) {
			addBelowSystemProperties(sources);
			if (!Binder.get(environment).bind(ENABLED, Boolean.class).orElse(false)) {
				return;
			}
			// The test has said so with the property.
			sources.remove(OFF.getName());
		}
		sources.addLast(ON);
	}

	private static void addBelowSystemProperties(MutablePropertySources sources) {
		if (sources.contains(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME)) {
			sources.addAfter(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME, OFF);
		}
		else {
			sources.addFirst(OFF);
		}
	}

}
