package io.github.otlpboot.autoconfigure.logs;

import io.github.otlpboot.autoconfigure.ConditionalOnSignalEndpoint;
import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.exporter.SinkExporters;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessorBuilder;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.opentelemetry.autoconfigure.ConditionalOnEnabledOpenTelemetry;
import org.springframework.boot.opentelemetry.autoconfigure.logging.ConditionalOnEnabledLoggingExport;
import org.springframework.boot.opentelemetry.autoconfigure.logging.OpenTelemetryLoggingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.logging.OpenTelemetryLoggingProperties;
import org.springframework.boot.opentelemetry.autoconfigure.logging.OpenTelemetryLoggingProperties.Export;
import org.springframework.boot.opentelemetry.autoconfigure.logging.otlp.OtlpLoggingAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration that leads log records into the pipeline. Spring Boot's own OTLP
 * exporter backs off, because ours is declared by the type that it looks for.
 */
@AutoConfiguration(after = OtlpPipelineAutoConfiguration.class,
		before = { OtlpLoggingAutoConfiguration.class, OpenTelemetryLoggingAutoConfiguration.class })
@ConditionalOnClass({ SdkLoggerProvider.class, OtlpHttpLogRecordExporter.class, OtlpLoggingAutoConfiguration.class })
@ConditionalOnBean(Pipeline.class)
@ConditionalOnSignalEndpoint(Signal.LOGS)
@ConditionalOnBooleanProperty(name = "otlp.exporter.logs.enabled", matchIfMissing = true)
@ConditionalOnEnabledLoggingExport("otlp")
@ConditionalOnEnabledOpenTelemetry
@EnableConfigurationProperties(OpenTelemetryLoggingProperties.class)
public final class OtlpLogsAutoConfiguration {

	OtlpLogsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean({ OtlpHttpLogRecordExporter.class, OtlpGrpcLogRecordExporter.class })
	OtlpHttpLogRecordExporter otlpPipelineLogRecordExporter(Pipeline pipeline) {
		return SinkExporters.logRecordExporter(pipeline);
	}

	// As Spring Boot makes it, and with a meter provider, or nobody would know what its
	// queue drops.
	@Bean
	@ConditionalOnMissingBean
	BatchLogRecordProcessor otlpPipelineLogRecordProcessor(ObjectProvider<LogRecordExporter> exporters,
			OpenTelemetryLoggingProperties properties, ObjectProvider<MeterProvider> meterProvider) {
		Export export = properties.getExport();
		BatchLogRecordProcessorBuilder builder = BatchLogRecordProcessor
			.builder(LogRecordExporter.composite(exporters.orderedStream().toList()))
			.setExporterTimeout(export.getTimeout())
			.setMaxQueueSize(export.getMaxQueueSize())
			.setScheduleDelay(export.getScheduleDelay())
			.setMaxExportBatchSize(export.getMaxBatchSize());
		meterProvider.ifAvailable(builder::setMeterProvider);
		return builder.build();
	}

}
