package io.github.otlpboot.autoconfigure.micrometer;

import io.github.otlpboot.autoconfigure.ConditionalOnSignalEndpoint;
import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.exporter.SinkMetricsSender;
import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.micrometer.registry.otlp.OtlpMetricsSender;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.ConditionalOnEnabledMetricsExport;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.otlp.OtlpMetricsConnectionDetails;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.otlp.OtlpMetricsExportAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration that leads Micrometer's metrics into the pipeline. Spring Boot's own
 * sender backs off; its registry and its settings stay in force.
 */
@AutoConfiguration(after = OtlpPipelineAutoConfiguration.class, before = OtlpMetricsExportAutoConfiguration.class)
@ConditionalOnClass({ OtlpMeterRegistry.class, OtlpMetricsExportAutoConfiguration.class })
@ConditionalOnBean(Pipeline.class)
@ConditionalOnSignalEndpoint(Signal.METRICS)
@ConditionalOnBooleanProperty(name = "otlp.exporter.micrometer.enabled", matchIfMissing = true)
@ConditionalOnEnabledMetricsExport("otlp")
public final class OtlpMicrometerAutoConfiguration {

	OtlpMicrometerAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(OtlpMetricsSender.class)
	SinkMetricsSender otlpPipelineMetricsSender(Pipeline pipeline) {
		return new SinkMetricsSender(pipeline);
	}

	// Only read where the registry says where it publishes to.
	@Bean
	@ConditionalOnMissingBean(OtlpMetricsConnectionDetails.class)
	PipelineMetricsConnectionDetails otlpPipelineMetricsConnectionDetails(ObjectProvider<Pipeline> pipeline) {
		return new PipelineMetricsConnectionDetails(pipeline);
	}

	@Bean
	static MicrometerTemporality otlpMicrometerTemporality(ObjectProvider<Temporality> temporality) {
		return new MicrometerTemporality(temporality);
	}

}
