package io.github.otlpboot.autoconfigure;

import java.util.List;
import java.util.Locale;

import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.exporter.TemporalityCustomizer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Decides on the temporality of metrics where several sources of configuration speak of
 * it: ours, then Spring Boot's effective property, into which it maps
 * {@code OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE}, then that variable where
 * Spring Boot does not know its value, then cumulative. Code has the last word.
 */
final class TemporalityResolver {

	private static final Logger logger = LoggerFactory.getLogger(TemporalityResolver.class);

	private static final String OURS = "otlp.exporter.temporality";

	private static final String MANAGEMENT = "management.otlp.metrics.export.aggregation-temporality";

	private static final String VARIABLE = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE";

	private final @Nullable Temporality ours;

	private final Environment environment;

	TemporalityResolver(@Nullable Temporality ours, Environment environment) {
		this.ours = ours;
		this.environment = environment;
	}

	/**
	 * Return the temporality to use. A disagreement is logged.
	 * @param customizers have the last word, in this order
	 * @return the temporality
	 */
	Temporality resolve(List<TemporalityCustomizer> customizers) {
		Temporality temporality = configured();
		for (TemporalityCustomizer customizer : customizers) {
			temporality = customizer.customize(temporality);
		}
		return temporality;
	}

	private Temporality configured() {
		Temporality management = Binder.get(this.environment).bind(MANAGEMENT, Temporality.class).orElse(null);
		if (this.ours != null) {
			if (management != null && management != this.ours) {
				logger.warn("Metrics are {} as {} says; {} says {} and is ignored", show(this.ours), OURS, MANAGEMENT,
						show(management));
			}
			return this.ours;
		}
		if (management != null) {
			return management;
		}
		// The one value that Spring Boot does not know.
		boolean lowMemory = "lowmemory".equalsIgnoreCase(this.environment.getProperty(VARIABLE, "").trim());
		return lowMemory ? Temporality.LOWMEMORY : Temporality.CUMULATIVE;
	}

	private static String show(Temporality temporality) {
		return temporality.name().toLowerCase(Locale.ROOT);
	}

}
