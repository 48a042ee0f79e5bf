package io.github.otlpboot.autoconfigure.logs;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.autoconfigure.metrics.OtlpMetricsAutoConfiguration;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.PipelineStatus.Target;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.instrumentation.logback.appender.v1_0.OpenTelemetryAppender;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.logging.OpenTelemetryLoggingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.logging.otlp.OtlpLoggingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.logging.otlp.OtlpLoggingConnectionDetails;
import org.springframework.boot.opentelemetry.autoconfigure.logging.otlp.Transport;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OtlpLogsAutoConfiguration}, {@link OtlpLogbackAutoConfiguration} and
 * {@link OtlpLogsEndpointAutoConfiguration}.
 */
class OtlpLogsAutoConfigurationTests {

	private static final String ENDPOINT = "otlp.forwarder.endpoint=http://localhost:1";

	private static final String MANAGEMENT = "management.opentelemetry.logging.export.otlp.endpoint=http://boot:1/v1/logs";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(OpenTelemetrySdkAutoConfiguration.class,
				OpenTelemetryLoggingAutoConfiguration.class, OtlpLoggingAutoConfiguration.class,
				OtlpPipelineAutoConfiguration.class, OtlpLogsEndpointAutoConfiguration.class,
				OtlpLogsAutoConfiguration.class, OtlpLogbackAutoConfiguration.class,
				OtlpMetricsAutoConfiguration.class))
		.withPropertyValues("otlp.shutdown-timeout=0s");

	@AfterEach
	void nothingIsLeftBehind() {
		assertThat(LogbackProbe.isAttached()).isFalse();
	}

	@Test
	void providesOneExporterAndAttachesTheAppender() {
		this.runner.withPropertyValues(ENDPOINT).run((context) -> {
			assertThat(context).hasSingleBean(LogRecordExporter.class)
				.hasBean("otlpPipelineLogRecordExporter")
				.hasSingleBean(BatchLogRecordProcessor.class)
				.hasBean("otlpPipelineLogRecordProcessor")
				.hasSingleBean(SdkLoggerProvider.class);
			assertThat(LogbackProbe.isAttached()).isTrue();
		});
	}

	@Test
	void bootsOwnExporterBacksOffWhereItsEndpointIsSet() {
		this.runner.withPropertyValues(MANAGEMENT).run((context) -> {
			assertThat(context).hasSingleBean(LogRecordExporter.class)
				.hasBean("otlpPipelineLogRecordExporter")
				.doesNotHaveBean("otlpHttpLogRecordExporter");
			assertThat(context.getBean(Pipeline.class).status().targets()).singleElement()
				.returns(Signal.LOGS, Target::signal)
				.returns("http://boot:1/v1/logs", Target::url);
		});
	}

	@Test
	void whereBootSpeaksGrpcSoDoWe() {
		this.runner.withPropertyValues(MANAGEMENT, "management.opentelemetry.logging.export.otlp.transport=grpc")
			.run((context) -> assertThat(context).hasBean("otlpPipelineLogRecordExporter")
				.doesNotHaveBean(OtlpGrpcLogRecordExporter.class)
				.hasSingleBean(Pipeline.class));
	}

	@Test
	void whereBootSpeaksGrpcAndWeCannotItsOwnExporterStays() {
		this.runner.withClassLoader(new FilteredClassLoader("io.grpc"))
			.withPropertyValues(MANAGEMENT, "management.opentelemetry.logging.export.otlp.transport=grpc")
			.run((context) -> assertThat(context).hasSingleBean(OtlpGrpcLogRecordExporter.class)
				.doesNotHaveBean(Pipeline.class));
	}

	@Test
	void connectionDetailsWin() {
		this.runner.withUserConfiguration(ConnectionDetailsConfiguration.class)
			.withPropertyValues("otlp.forwarder.logs.endpoint=http://production:1/v1/logs")
			.run((context) -> assertThat(context.getBean(Pipeline.class).status().targets()).singleElement()
				.returns("http://container:1/v1/logs", Target::url));
	}

	@ParameterizedTest
	@ValueSource(strings = { "otlp.exporter.logs.enabled=false", "otlp.enabled=false",
			"management.logging.export.otlp.enabled=false", "management.opentelemetry.enabled=false" })
	void whenSwitchedOffProvidesNothing(String property) {
		this.runner.withPropertyValues(ENDPOINT, property).run((context) -> {
			assertThat(context).doesNotHaveBean(LogRecordExporter.class);
			assertThat(LogbackProbe.isAttached()).isFalse();
		});
	}

	@Test
	void whenTheAppenderIsDisabledTheExporterStays() {
		this.runner.withPropertyValues(ENDPOINT, "otlp.exporter.logs.appender.enabled=false").run((context) -> {
			assertThat(context).hasSingleBean(LogRecordExporter.class);
			assertThat(LogbackProbe.isAttached()).isFalse();
		});
	}

	@Test
	void whereLogsHaveNoEndpointProvidesNothing() {
		this.runner.withPropertyValues("otlp.forwarder.traces.endpoint=http://localhost:1/v1/traces")
			.run((context) -> assertThat(context).hasSingleBean(Pipeline.class)
				.doesNotHaveBean(LogRecordExporter.class));
	}

	@Test
	void whenLogbackIsNotOnTheClassPathTheExporterStays() {
		this.runner.withClassLoader(new FilteredClassLoader(LoggerContext.class))
			.withPropertyValues(ENDPOINT)
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(LogRecordExporter.class)
				.doesNotHaveBean(LogbackInstaller.class));
	}

	@Test
	void whenTheExporterIsNotOnTheClassPathStillStarts() {
		this.runner.withClassLoader(new FilteredClassLoader(OtlpHttpLogRecordExporter.class))
			.withPropertyValues(ENDPOINT)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(LogRecordExporter.class));
	}

	@Test
	void exporterAndProcessorOfAUserTakePrecedence() {
		this.runner.withUserConfiguration(UserConfiguration.class)
			.withPropertyValues(ENDPOINT)
			.run((context) -> assertThat(context).hasSingleBean(LogRecordExporter.class)
				.hasBean("userExporter")
				.hasSingleBean(BatchLogRecordProcessor.class)
				.hasBean("userProcessor"));
	}

	@Test
	void settingsOfSpringBootAreUsed() {
		this.runner
			.withPropertyValues(ENDPOINT, "management.opentelemetry.logging.export.max-queue-size=77",
					"management.opentelemetry.logging.export.max-batch-size=7")
			.run((context) -> assertThat(context.getBean(BatchLogRecordProcessor.class).toString())
				.contains("maxExportBatchSize=7"));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void appenderOfTheUserIsGivenOpenTelemetryAndOursStaysAway(boolean asynchronous) {
		Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
		OpenTelemetryAppender users = new OpenTelemetryAppender();
		AsyncAppender async = new AsyncAppender();
		async.addAppender(users);
		root.addAppender(asynchronous ? async : users);
		try {
			this.runner.withPropertyValues(ENDPOINT).run((context) -> {
				assertThat(LogbackProbe.isAttached()).isFalse();
				assertThat(OpenTelemetryAppender.installed()).isSameAs(context.getBean(OpenTelemetry.class))
					.isInstanceOf(OpenTelemetrySdk.class);
			});
		}
		finally {
			root.detachAppender(users);
			root.detachAppender(async);
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class ConnectionDetailsConfiguration {

		@Bean
		OtlpLoggingConnectionDetails containerConnectionDetails() {
			return new OtlpLoggingConnectionDetails() {

				@Override
				public String getUrl(Transport transport) {
					return "http://container:1/v1/logs";
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserConfiguration {

		@Bean
		OtlpHttpLogRecordExporter userExporter() {
			return OtlpHttpLogRecordExporter.builder().build();
		}

		@Bean
		BatchLogRecordProcessor userProcessor(LogRecordExporter exporter) {
			return BatchLogRecordProcessor.builder(exporter).build();
		}

	}

}
