package io.github.otlpboot.autoconfigure.traces;

import java.util.Comparator;
import java.util.List;

import io.github.otlpboot.autoconfigure.ConditionalOnSignalEndpoint;
import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.exporter.DividingSpanExporter;
import io.github.otlpboot.exporter.InterningSpanExporter;
import io.github.otlpboot.exporter.SinkExporters;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.micrometer.tracing.otel.bridge.OtelTracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.micrometer.tracing.autoconfigure.ConditionalOnEnabledTracingExport;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.SpanExporters;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.ConditionalOnEnabledOpenTelemetry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Auto-configuration that leads spans into the pipeline. Spring Boot's own OTLP exporter
 * backs off, because ours is declared by the type that it looks for.
 */
@AutoConfiguration(after = OtlpPipelineAutoConfiguration.class,
		before = { OtlpTracingAutoConfiguration.class, OpenTelemetryTracingAutoConfiguration.class })
@ConditionalOnClass({ SdkTracerProvider.class, OtlpHttpSpanExporter.class, OtelTracer.class,
		OtlpTracingAutoConfiguration.class })
@ConditionalOnBean(Pipeline.class)
@ConditionalOnSignalEndpoint(Signal.TRACES)
@ConditionalOnBooleanProperty(name = "otlp.exporter.traces.enabled", matchIfMissing = true)
@ConditionalOnEnabledTracingExport("otlp")
@ConditionalOnEnabledOpenTelemetry
public final class OtlpTracesAutoConfiguration {

	OtlpTracesAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean({ OtlpHttpSpanExporter.class, OtlpGrpcSpanExporter.class })
	OtlpHttpSpanExporter otlpPipelineSpanExporter(Pipeline pipeline) {
		return SinkExporters.spanExporter(pipeline);
	}

	/**
	 * Spring Boot hands the exporters spans that carry a resource of their own each. It
	 * calls one after the other, and none after one that throws: ours is the first.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnMissingBean(SpanExporters.class)
	static final class Interning {

		@Bean
		SpanExporters otlpPipelineSpanExporters(ObjectProvider<SpanExporter> exporters) {
			List<SpanExporter> interning = exporters.orderedStream()
				.sorted(Comparator.comparing((exporter) -> !isOurs(exporter)))
				.map(Interning::interning)
				.toList();
			return SpanExporters.of(interning);
		}

		private static boolean isOurs(SpanExporter exporter) {
			return exporter instanceof OtlpHttpSpanExporter;
		}

		private static SpanExporter interning(SpanExporter exporter) {
			return isOurs(exporter)
					? new InterningSpanExporter(
							new DividingSpanExporter(exporter, new UnserializableSpansLog(System::nanoTime)))
					: exporter;
		}

	}

}
