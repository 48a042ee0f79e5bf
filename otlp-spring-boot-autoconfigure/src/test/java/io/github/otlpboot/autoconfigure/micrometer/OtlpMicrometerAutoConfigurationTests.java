package io.github.otlpboot.autoconfigure.micrometer;

import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.exporter.SinkMetricsSender;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.PipelineStatus.Target;
import io.micrometer.registry.otlp.AggregationTemporality;
import io.micrometer.registry.otlp.OtlpConfig;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.micrometer.registry.otlp.OtlpMetricsSender;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.otlp.OtlpMetricsConnectionDetails;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.otlp.OtlpMetricsExportAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OtlpMicrometerAutoConfiguration},
 * {@link OtlpMicrometerEndpointAutoConfiguration} and {@link MicrometerExportFilter}.
 */
@ExtendWith(OutputCaptureExtension.class)
class OtlpMicrometerAutoConfigurationTests {

	private static final String ENDPOINT = "otlp.forwarder.endpoint=http://localhost:1";

	private static final String MANAGEMENT = "management.otlp.metrics.export.url=http://boot:1/v1/metrics";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
				OpenTelemetrySdkAutoConfiguration.class, SslAutoConfiguration.class,
				OtlpMetricsExportAutoConfiguration.class, OtlpPipelineAutoConfiguration.class,
				OtlpMicrometerAutoConfiguration.class, OtlpMicrometerEndpointAutoConfiguration.class))
		.withPropertyValues("otlp.shutdown-timeout=0s");

	@Test
	void bootsOwnSenderBacksOffAndItsRegistryNamesOurUrl() {
		this.runner.withPropertyValues(ENDPOINT).run((context) -> {
			assertThat(context).hasSingleBean(OtlpMeterRegistry.class)
				.hasSingleBean(OtlpMetricsSender.class)
				.hasSingleBean(SinkMetricsSender.class)
				.hasSingleBean(OtlpMetricsConnectionDetails.class);
			assertThat(context.getBean(OtlpConfig.class).url()).isEqualTo("http://localhost:1/v1/metrics");
		});
	}

	@Test
	void bootsOwnUrlIsUsedWhereOursIsNotSet() {
		this.runner
			.withPropertyValues(MANAGEMENT, "management.otlp.metrics.export.headers.x-a=b",
					"management.otlp.metrics.export.compression-mode=gzip",
					"management.otlp.metrics.export.read-timeout=3s")
			.run((context) -> assertThat(targets(context.getBean(Pipeline.class))).singleElement()
				.returns("http://boot:1/v1/metrics", Target::url)
				.returns("management.otlp.metrics.export.url", Target::configuredBy));
	}

	@Test
	void bootsOwnSslBundleComesWithItsUrl() {
		this.runner.withPropertyValues(MANAGEMENT, "management.otlp.metrics.export.ssl.bundle=missing")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause().hasMessageContaining("missing"));
	}

	@Test
	void connectionDetailsWin() {
		this.runner.withUserConfiguration(ConnectionDetailsConfiguration.class)
			.withPropertyValues(ENDPOINT, MANAGEMENT)
			.run((context) -> {
				assertThat(targets(context.getBean(Pipeline.class)))
					.filteredOn((target) -> target.signal() == Signal.METRICS)
					.singleElement()
					.returns("http://container:1/v1/metrics", Target::url);
				assertThat(context).hasSingleBean(OtlpMetricsConnectionDetails.class);
			});
	}

	@Test
	void connectionDetailsAloneTurnThePipelineOn() {
		this.runner.withUserConfiguration(ConnectionDetailsConfiguration.class)
			.run((context) -> assertThat(context).hasSingleBean(SinkMetricsSender.class));
	}

	@Test
	void connectionDetailsWithoutAUrlSayNothing() {
		this.runner.withUserConfiguration(NoUrlConfiguration.class)
			.withPropertyValues(ENDPOINT)
			.run((context) -> assertThat(targets(context.getBean(Pipeline.class)))
				.filteredOn((target) -> target.signal() == Signal.METRICS)
				.singleElement()
				.returns("otlp.forwarder.endpoint", Target::configuredBy));
	}

	@Test
	void withoutAnyEndpointBootIsLeftAlone() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(Pipeline.class)
			.doesNotHaveBean(SinkMetricsSender.class)
			.hasBean("otlpMetricsSender"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "otlp.exporter.micrometer.enabled=false", "otlp.enabled=false",
			"management.otlp.metrics.export.enabled=false" })
	void whenSwitchedOffProvidesNothing(String property) {
		this.runner.withPropertyValues(ENDPOINT, property)
			.run((context) -> assertThat(context).doesNotHaveBean(SinkMetricsSender.class));
	}

	@Test
	void senderOfAUserTakesPrecedence() {
		this.runner.withUserConfiguration(SenderConfiguration.class)
			.withPropertyValues(ENDPOINT)
			.run((context) -> assertThat(context).hasSingleBean(OtlpMetricsSender.class).hasBean("userSender"));
	}

	@Test
	void configurationOfAUserKeepsItsTemporalityAndTheConflictIsLogged(CapturedOutput output) {
		this.runner.withUserConfiguration(ConfigConfiguration.class)
			.withPropertyValues(ENDPOINT, "otlp.exporter.temporality=delta")
			.run((context) -> {
				assertThat(context.getBean(OtlpConfig.class).aggregationTemporality())
					.isEqualTo(AggregationTemporality.CUMULATIVE);
				assertThat(output)
					.containsOnlyOnce("Micrometer's metrics are CUMULATIVE as the bean 'userConfig' says");
			});
	}

	@Test
	void whenTheRegistryIsNotOnTheClassPathStillStarts() {
		this.runner.withClassLoader(new FilteredClassLoader(OtlpMeterRegistry.class))
			.withPropertyValues(ENDPOINT)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(Pipeline.class)
				.doesNotHaveBean(SinkMetricsSender.class));
	}

	@Test
	void whenMicrometerIsDisabledBootsRegistryIsLeftOut() {
		assertThat(match(
				Map.of("otlp.forwarder.endpoint", "http://localhost:1", "otlp.exporter.micrometer.enabled", "false")))
			.containsExactly(true, false);
	}

	@Test
	void whenMicrometerIsDisabledAndBootsUrlIsSetItsRegistryStays() {
		assertThat(match(Map.of("otlp.forwarder.endpoint", "http://localhost:1", "otlp.exporter.micrometer.enabled",
				"false", "management.otlp.metrics.export.url", "http://localhost:2")))
			.containsExactly(true, true);
	}

	@Test
	void whereMetricsAreNotForwardedBootsRegistryStays() {
		assertThat(match(Map.of("otlp.forwarder.traces.endpoint", "http://localhost:1",
				"otlp.exporter.micrometer.enabled", "false")))
			.containsExactly(true, true);
		assertThat(match(Map.of("otlp.forwarder.endpoint", "http://localhost:1"))).containsExactly(true, true);
		assertThat(new MicrometerExportFilter().match(new String[] { "a" }, new NoMetadata())).containsExactly(true);
	}

	private static boolean[] match(Map<String, Object> properties) {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
		MicrometerExportFilter filter = new MicrometerExportFilter();
		filter.setEnvironment(environment);
		return filter.match(new String[] { null, OtlpMetricsExportAutoConfiguration.class.getName() },
				new NoMetadata());
	}

	private static List<Target> targets(Pipeline pipeline) {
		return pipeline.status().targets();
	}

	@Configuration(proxyBeanMethods = false)
	static class ConnectionDetailsConfiguration {

		@Bean
		OtlpMetricsConnectionDetails containerConnectionDetails() {
			return () -> "http://container:1/v1/metrics";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NoUrlConfiguration {

		@Bean
		OtlpMetricsConnectionDetails noUrl() {
			return () -> null;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class SenderConfiguration {

		@Bean
		OtlpMetricsSender userSender() {
			return (request) -> {
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ConfigConfiguration {

		@Bean
		OtlpConfig userConfig() {
			return OtlpConfig.DEFAULT;
		}

	}

	private static final class NoMetadata implements AutoConfigurationMetadata {

		@Override
		public boolean wasProcessed(String className) {
			return false;
		}

		@Override
		public Integer getInteger(String className, String key) {
			return null;
		}

		@Override
		public Integer getInteger(String className, String key, Integer defaultValue) {
			return defaultValue;
		}

		@Override
		public Set<String> getSet(String className, String key) {
			return null;
		}

		@Override
		public Set<String> getSet(String className, String key, Set<String> defaultValue) {
			return defaultValue;
		}

		@Override
		public String get(String className, String key) {
			return null;
		}

		@Override
		public String get(String className, String key, String defaultValue) {
			return defaultValue;
		}

	}

}
