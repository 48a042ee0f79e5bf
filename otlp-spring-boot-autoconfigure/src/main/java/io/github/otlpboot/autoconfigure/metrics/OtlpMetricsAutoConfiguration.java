package io.github.otlpboot.autoconfigure.metrics;

import java.time.Duration;

import io.github.otlpboot.autoconfigure.ConditionalOnSignalEndpoint;
import io.github.otlpboot.autoconfigure.InvalidOtlpPropertyException;
import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.autoconfigure.OtlpProperties;
import io.github.otlpboot.exporter.QueueDropObserver;
import io.github.otlpboot.exporter.SinkExporters;
import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.ConditionalOnEnabledMetricsExport;
import org.springframework.boot.opentelemetry.autoconfigure.ConditionalOnEnabledOpenTelemetry;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration that leads the metrics of the OpenTelemetry SDK into the pipeline.
 * Spring Boot has no meter provider of its own, and picks up ours.
 */
@AutoConfiguration(after = { OtlpPipelineAutoConfiguration.class, OpenTelemetrySdkAutoConfiguration.class })
@ConditionalOnClass({ SdkMeterProvider.class, OtlpHttpMetricExporter.class, OpenTelemetrySdkAutoConfiguration.class,
		ConditionalOnEnabledMetricsExport.class })
@ConditionalOnBean(Pipeline.class)
@ConditionalOnSignalEndpoint(Signal.METRICS)
@ConditionalOnBooleanProperty(name = "otlp.exporter.metrics.enabled", matchIfMissing = true)
@ConditionalOnEnabledMetricsExport("otlp")
@ConditionalOnEnabledOpenTelemetry
public final class OtlpMetricsAutoConfiguration {

	private static final String INTERVAL = "otlp.exporter.metrics.interval";

	private static final String STEP = "management.otlp.metrics.export.step";

	private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(60);

	OtlpMetricsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean({ OtlpHttpMetricExporter.class, OtlpGrpcMetricExporter.class })
	OtlpHttpMetricExporter otlpPipelineMetricExporter(Pipeline pipeline, Temporality temporality) {
		return SinkExporters.metricExporter(pipeline, temporality);
	}

	@Bean
	@ConditionalOnBean(OtlpHttpMetricExporter.class)
	@ConditionalOnMissingBean(MeterProvider.class)
	SdkMeterProvider otlpPipelineMeterProvider(Pipeline pipeline, OtlpHttpMetricExporter exporter,
			OtlpProperties properties, Environment environment, ObjectProvider<Resource> resource,
			ObjectProvider<SdkMeterProviderBuilderCustomizer> customizers) {
		MetricExporter observing = new QueueDropObserver(exporter,
				(signal, items) -> pipeline.countRefused(signal, items, RefusalReason.QUEUE_FULL));
		SdkMeterProviderBuilder builder = SdkMeterProvider.builder()
			.registerMetricReader(
					PeriodicMetricReader.builder(observing).setInterval(interval(properties, environment)).build());
		resource.ifAvailable(builder::setResource);
		customizers.orderedStream().forEach((customizer) -> customizer.customize(builder));
		return builder.build();
	}

	// Ours, then that of Spring Boot, to which OTEL_METRIC_EXPORT_INTERVAL is mapped.
	private static Duration interval(OtlpProperties properties, Environment environment) {
		Duration interval = properties.exporter().metrics().interval();
		if (interval == null) {
			return Binder.get(environment).bind(STEP, Duration.class).orElse(DEFAULT_INTERVAL);
		}
		if (interval.toMillis() < 1) {
			throw new InvalidOtlpPropertyException(INTERVAL, interval.toString(), "must be at least one millisecond",
					"Set '" + INTERVAL + "' to a duration such as '60s', or remove it to use the default.");
		}
		return interval;
	}

}
