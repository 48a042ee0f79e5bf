package io.github.otlpboot.autoconfigure.metrics;

import java.util.concurrent.atomic.AtomicInteger;

import io.github.otlpboot.autoconfigure.InvalidOtlpPropertyException;
import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.exporter.Temporality;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OtlpMetricsAutoConfiguration}.
 */
class OtlpMetricsAutoConfigurationTests {

	private static final String ENDPOINT = "otlp.forwarder.endpoint=http://localhost:1";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(OpenTelemetrySdkAutoConfiguration.class,
				OtlpPipelineAutoConfiguration.class, OtlpMetricsAutoConfiguration.class))
		.withPropertyValues("otlp.shutdown-timeout=0s");

	@Test
	void providesAMeterProviderThatOpenTelemetryUses() {
		this.runner.withPropertyValues(ENDPOINT).run((context) -> {
			assertThat(context).hasSingleBean(SdkMeterProvider.class).hasSingleBean(OtlpHttpMetricExporter.class);
			assertThat(context.getBean(OpenTelemetrySdk.class).getSdkMeterProvider())
				.isSameAs(context.getBean(SdkMeterProvider.class));
			assertThat(context.getBean(SdkMeterProvider.class).toString()).contains("service.name");
		});
	}

	@Test
	void exporterAnswersTheConfiguredTemporality() {
		// M16
		this.runner.withPropertyValues(ENDPOINT, "otlp.exporter.temporality=lowmemory").run((context) -> {
			MetricExporter exporter = context.getBean(OtlpHttpMetricExporter.class);
			assertThat(exporter.getAggregationTemporality(InstrumentType.COUNTER))
				.isEqualTo(AggregationTemporality.DELTA);
			assertThat(exporter.getAggregationTemporality(InstrumentType.OBSERVABLE_COUNTER))
				.isEqualTo(AggregationTemporality.CUMULATIVE);
			assertThat(context.getBean(Temporality.class)).isEqualTo(Temporality.LOWMEMORY);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "otlp.exporter.metrics.enabled=false", "management.otlp.metrics.export.enabled=false",
			"management.defaults.metrics.export.enabled=false", "management.opentelemetry.enabled=false",
			"otlp.enabled=false" })
	void whenSwitchedOffProvidesNothing(String property) {
		this.runner.withPropertyValues(ENDPOINT, property)
			.run((context) -> assertThat(context).doesNotHaveBean(SdkMeterProvider.class)
				.doesNotHaveBean(MetricExporter.class));
	}

	@Test
	void whereMetricsHaveNoEndpointProvidesNothing() {
		this.runner.withPropertyValues("otlp.forwarder.traces.endpoint=http://localhost:1/v1/traces")
			.run((context) -> assertThat(context).doesNotHaveBean(SdkMeterProvider.class));
	}

	@Test
	void whenTheExporterIsNotOnTheClassPathStillStarts() {
		this.runner.withClassLoader(new FilteredClassLoader(OtlpHttpMetricExporter.class))
			.withPropertyValues(ENDPOINT)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SdkMeterProvider.class));
	}

	@Test
	void meterProviderOfAUserTakesPrecedence() {
		this.runner.withUserConfiguration(UserMeterProviderConfiguration.class)
			.withPropertyValues(ENDPOINT)
			.run((context) -> assertThat(context).hasSingleBean(SdkMeterProvider.class).hasBean("userMeterProvider"));
	}

	@Test
	void exporterOfAUserTakesPrecedence() {
		this.runner.withUserConfiguration(UserExporterConfiguration.class)
			.withPropertyValues(ENDPOINT)
			.run((context) -> assertThat(context).hasSingleBean(MetricExporter.class).hasBean("userExporter"));
	}

	@Test
	void customizersAreAppliedLast() {
		this.runner.withUserConfiguration(CustomizerConfiguration.class).withPropertyValues(ENDPOINT).run((context) -> {
			assertThat(context.getBean(AtomicInteger.class)).hasValue(1);
			assertThat(context.getBean(OpenTelemetry.class)).isNotNull();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "0s", "-1s" })
	void intervalThatCannotWorkEndsStartUp(String interval) {
		this.runner.withPropertyValues(ENDPOINT, "otlp.exporter.metrics.interval=" + interval)
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(InvalidOtlpPropertyException.class,
						(ex) -> assertThat(ex.property()).isEqualTo("otlp.exporter.metrics.interval")));
	}

	@Test
	void intervalIsOursThenBootsThenAMinute() {
		assertInterval("60000000000");
		assertInterval("7000000000", "management.otlp.metrics.export.step=7s");
		assertInterval("5000000000", "management.otlp.metrics.export.step=7s", "otlp.exporter.metrics.interval=5s");
	}

	private void assertInterval(String nanos, String... properties) {
		this.runner.withPropertyValues(ENDPOINT)
			.withPropertyValues(properties)
			.run((context) -> assertThat(context.getBean(SdkMeterProvider.class).toString())
				.contains("intervalNanos=" + nanos));
	}

	@Configuration(proxyBeanMethods = false)
	static class UserMeterProviderConfiguration {

		@Bean
		SdkMeterProvider userMeterProvider() {
			return SdkMeterProvider.builder().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserExporterConfiguration {

		@Bean
		OtlpHttpMetricExporter userExporter() {
			return OtlpHttpMetricExporter.builder().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class CustomizerConfiguration {

		@Bean
		AtomicInteger calls() {
			return new AtomicInteger();
		}

		@Bean
		SdkMeterProviderBuilderCustomizer customizer(AtomicInteger calls) {
			return (builder) -> calls.incrementAndGet();
		}

	}

}
