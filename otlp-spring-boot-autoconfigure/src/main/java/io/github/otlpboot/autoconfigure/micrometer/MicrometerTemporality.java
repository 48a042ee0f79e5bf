package io.github.otlpboot.autoconfigure.micrometer;

import io.github.otlpboot.exporter.Temporality;
import io.micrometer.registry.otlp.AggregationTemporality;
import io.micrometer.registry.otlp.OtlpConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.otlp.OtlpMetricsProperties;

/**
 * Hands the temporality that was decided on to Micrometer, through the properties of
 * Spring Boot after they have been bound, so that code and {@code lowmemory} count for
 * Micrometer too. A configuration that an application makes itself is left alone.
 */
final class MicrometerTemporality implements BeanPostProcessor {

	private static final Logger logger = LoggerFactory.getLogger(MicrometerTemporality.class);

	private final ObjectProvider<Temporality> temporality;

	MicrometerTemporality(ObjectProvider<Temporality> temporality) {
		this.temporality = temporality;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof OtlpMetricsProperties properties) {
			properties.setAggregationTemporality(wanted());
		}
		else if (bean instanceof OtlpConfig config && config.aggregationTemporality() != wanted()) {
			logger.warn("Micrometer's metrics are {} as the bean '{}' says; the temporality {} is not used for them",
					config.aggregationTemporality(), beanName, this.temporality.getObject());
		}
		return bean;
	}

	private AggregationTemporality wanted() {
		return switch (this.temporality.getObject()) {
			case CUMULATIVE -> AggregationTemporality.CUMULATIVE;
			case DELTA, LOWMEMORY -> AggregationTemporality.DELTA;
		};
	}

}
