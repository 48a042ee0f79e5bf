package io.github.otlpboot.autoconfigure.traces;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.exporter.InterningSpanExporter;
import io.github.otlpboot.pipeline.Pipeline;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration;
import org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.OpenTelemetryTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.SpanExporters;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OtlpTracesAutoConfiguration}.
 */
class OtlpTracesAutoConfigurationTests {

	private static final String ENDPOINT = "otlp.forwarder.endpoint=http://localhost:1";

	private static final String MANAGEMENT = "management.opentelemetry.tracing.export.otlp.endpoint=http://localhost:1/v1/traces";

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(ObservationAutoConfiguration.class, OpenTelemetrySdkAutoConfiguration.class,
					MicrometerTracingAutoConfiguration.class, OpenTelemetryTracingAutoConfiguration.class,
					OtlpTracingAutoConfiguration.class, OtlpTracesEndpointAutoConfiguration.class,
					OtlpPipelineAutoConfiguration.class, OtlpTracesAutoConfiguration.class));

	@Test
	void providesOneInterningExporter() {
		this.runner.withPropertyValues(ENDPOINT).run((context) -> {
			assertThat(context).hasSingleBean(SpanExporter.class).hasBean("otlpPipelineSpanExporter");
			assertThat(context.getBean(SpanExporters.class).list()).singleElement()
				.isInstanceOf(InterningSpanExporter.class);
		});
	}

	@Test
	void bootsOwnExporterBacksOffWhereItsEndpointIsSet() {
		this.runner.withPropertyValues(MANAGEMENT)
			.run((context) -> assertThat(context).hasSingleBean(SpanExporter.class)
				.hasBean("otlpPipelineSpanExporter")
				.doesNotHaveBean("otlpHttpSpanExporter"));
	}

	@Test
	void whenDisabledBootsOwnExporterStays() {
		this.runner.withPropertyValues(MANAGEMENT, "otlp.enabled=false")
			.run((context) -> assertThat(context).hasSingleBean(SpanExporter.class)
				.hasBean("otlpHttpSpanExporter")
				.doesNotHaveBean(Pipeline.class));
	}

	@Test
	void whereBootSpeaksGrpcSoDoWe() {
		this.runner.withPropertyValues(MANAGEMENT, "management.opentelemetry.tracing.export.otlp.transport=grpc")
			.run((context) -> assertThat(context).hasBean("otlpPipelineSpanExporter")
				.doesNotHaveBean(OtlpGrpcSpanExporter.class)
				.hasSingleBean(Pipeline.class));
	}

	@Test
	void whereBootSpeaksGrpcAndWeCannotItsOwnExporterStays() {
		this.runner.withClassLoader(new FilteredClassLoader("io.grpc"))
			.withPropertyValues(MANAGEMENT, "management.opentelemetry.tracing.export.otlp.transport=grpc")
			.run((context) -> assertThat(context).hasSingleBean(SpanExporter.class)
				.hasSingleBean(OtlpGrpcSpanExporter.class)
				.doesNotHaveBean(Pipeline.class));
	}

	@Test
	void ourEndpointWinsWhereBootSpeaksGrpc() {
		this.runner
			.withPropertyValues(ENDPOINT, MANAGEMENT, "management.opentelemetry.tracing.export.otlp.transport=grpc")
			.run((context) -> assertThat(context).hasSingleBean(SpanExporter.class)
				.hasBean("otlpPipelineSpanExporter"));
	}

	@Test
	void whenTracesAreDisabledProvidesNoExporter() {
		this.runner.withPropertyValues(ENDPOINT, "otlp.exporter.traces.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(SpanExporter.class));
	}

	@Test
	void whenTracingExportIsDisabledProvidesNoExporter() {
		this.runner.withPropertyValues(ENDPOINT, "management.tracing.export.otlp.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(SpanExporter.class));
	}

	@Test
	void whenNoEndpointIsConfiguredProvidesNoExporter() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(SpanExporter.class));
	}

	@Test
	void whenTheExporterIsNotOnTheClassPathStillStarts() {
		this.runner.withClassLoader(new FilteredClassLoader("io.opentelemetry.exporter.otlp"))
			.withPropertyValues(ENDPOINT)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SpanExporter.class));
	}

	@Test
	void worksWithoutTheOkHttpSender() {
		this.runner
			.withClassLoader(new FilteredClassLoader("io.opentelemetry.exporter.sender.okhttp", "okhttp3", "okio"))
			.withPropertyValues(ENDPOINT)
			.run((context) -> assertThat(context).hasSingleBean(OtlpHttpSpanExporter.class));
	}

	@Test
	void exporterOfAUserTakesPrecedence() {
		this.runner.withUserConfiguration(UserExporterConfiguration.class)
			.withPropertyValues(ENDPOINT)
			.run((context) -> assertThat(context).hasSingleBean(OtlpHttpSpanExporter.class).hasBean("userExporter"));
	}

	@Test
	void otherExportersOfAUserWorkBesideOurs() {
		this.runner.withUserConfiguration(InMemoryConfiguration.class)
			.withPropertyValues(ENDPOINT)
			.run((context) -> assertThat(context.getBean(SpanExporters.class).list()).hasSize(2)
				.hasAtLeastOneElementOfType(InMemorySpanExporter.class)
				.hasAtLeastOneElementOfType(InterningSpanExporter.class));
	}

	// Micrometer calls none after one that throws
	@Test
	void oursIsTheFirstExporterWhateverTheOrder() {
		this.runner.withUserConfiguration(FirstExporterConfiguration.class, InMemoryConfiguration.class)
			.withPropertyValues(ENDPOINT)
			.run((context) -> assertThat(context.getBean(SpanExporters.class).list()).hasSize(3)
				.first()
				.isInstanceOf(InterningSpanExporter.class));
	}

	@Test
	void spanExportersOfAUserTakePrecedence() {
		this.runner.withUserConfiguration(UserSpanExportersConfiguration.class)
			.withPropertyValues(ENDPOINT)
			.run((context) -> assertThat(context.getBean(SpanExporters.class).list()).isEmpty());
	}

	@Configuration(proxyBeanMethods = false)
	static class UserExporterConfiguration {

		@Bean
		OtlpHttpSpanExporter userExporter() {
			return OtlpHttpSpanExporter.builder().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FirstExporterConfiguration {

		@Bean
		@Order(Ordered.HIGHEST_PRECEDENCE)
		InMemorySpanExporter firstSpanExporter() {
			return new InMemorySpanExporter();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InMemoryConfiguration {

		@Bean
		InMemorySpanExporter inMemorySpanExporter() {
			return new InMemorySpanExporter();
		}

	}

	static final class InMemorySpanExporter implements SpanExporter {

		private final Collection<SpanData> exported = new ConcurrentLinkedQueue<>();

		@Override
		public CompletableResultCode export(Collection<SpanData> spans) {
			this.exported.addAll(spans);
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode flush() {
			return CompletableResultCode.ofSuccess();
		}

		@Override
		public CompletableResultCode shutdown() {
			return CompletableResultCode.ofSuccess();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserSpanExportersConfiguration {

		@Bean
		SpanExporters userSpanExporters() {
			return SpanExporters.of(List.of());
		}

	}

}
