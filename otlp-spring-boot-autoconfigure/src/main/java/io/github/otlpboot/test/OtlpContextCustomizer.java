package io.github.otlpboot.test;

import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
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

	private static final Logger logger = LoggerFactory.getLogger(OtlpContextCustomizer.class);

	/** Stronger than the general switches that Spring Boot's test modules set. */
	private static final PropertySource<?> ON = new MapPropertySource("otlpOnInTests",
			Map.of("management.otlp.metrics.export.enabled", true, "management.tracing.export.otlp.enabled", true));

	@Override
	public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration mergedConfig) {
		MutablePropertySources sources = context.getEnvironment().getPropertySources();
		if (!this.asked) {
			OffInTests off = new OffInTests(context.getEnvironment());
			addBelowSystemProperties(sources, off);
			context.addApplicationListener(new Explanation(off));
		}
		sources.addLast(ON);
	}

	private static void addBelowSystemProperties(MutablePropertySources sources, PropertySource<?> off) {
		if (sources.contains(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME)) {
			sources.addAfter(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME, off);
		}
		else {
			sources.addFirst(off);
		}
	}

	/**
	 * Tells whoever misses telemetry in a test how to get it.
	 */
	private record Explanation(OffInTests off) implements ApplicationListener<ContextRefreshedEvent> {

		@Override
		public void onApplicationEvent(ContextRefreshedEvent event) {
			if (this.off.isOff()) {
				logger.info("No telemetry is stored or sent in this test, whatever application.yml says; "
						+ "@AutoConfigureOtlp, or otlp.enabled=true in the test itself, switches it on");
			}
		}

	}

}
