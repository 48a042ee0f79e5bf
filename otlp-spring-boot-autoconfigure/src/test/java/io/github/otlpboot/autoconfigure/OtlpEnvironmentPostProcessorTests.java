package io.github.otlpboot.autoconfigure;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.core.Ordered;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.util.ClassUtils;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OtlpEnvironmentPostProcessor}.
 */
class OtlpEnvironmentPostProcessorTests {

	private static final String DELAY = "management.opentelemetry.tracing.export.schedule-delay";

	private static final String LOGS_DELAY = "management.opentelemetry.logging.export.schedule-delay";

	private static final String QUEUE = "management.opentelemetry.tracing.export.max-queue-size";

	private final StandardEnvironment environment = new StandardEnvironment();

	@Test
	void givesTheBatchProcessorDefaultsForALocalSink() {
		process(Map.of("otlp.forwarder.endpoint", "http://localhost:4318"));
		assertThat(this.environment.getProperty(DELAY)).isEqualTo("200ms");
		assertThat(this.environment.getProperty(QUEUE)).isEqualTo("65536");
	}

	@ParameterizedTest
	@ValueSource(strings = { "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" })
	void givesThemAlsoWhereSpringBootHasNotMappedTheVariableYet(String variable) {
		process(Map.of(variable, "http://localhost:4318"));
		assertThat(this.environment.getProperty(DELAY)).isEqualTo("200ms");
		assertThat(this.environment.getProperty(QUEUE)).isEqualTo("65536");
	}

	@Test
	void queueIsSmallerWhereTheHeapIs() {
		assertThat(OtlpEnvironmentPostProcessor.queueSize(1L << 34)).isEqualTo(65536);
		assertThat(OtlpEnvironmentPostProcessor.queueSize(1L << 27)).isEqualTo(16384);
		assertThat(OtlpEnvironmentPostProcessor.queueSize(1L << 20)).isEqualTo(2048);
	}

	@Test
	void settingOfAUserWins() {
		process(Map.of("otlp.forwarder.endpoint", "http://localhost:4318", DELAY, "7s"));
		assertThat(this.environment.getProperty(DELAY)).isEqualTo("7s");
	}

	@Test
	void whenThePipelineIsOffChangesNothing() {
		process(Map.of());
		assertThat(this.environment.getProperty(DELAY)).isNull();
	}

	@Test
	void whenDisabledChangesNothing() {
		process(Map.of("otlp.forwarder.endpoint", "http://localhost:4318", "otlp.enabled", "false"));
		assertThat(this.environment.getProperty(DELAY)).isNull();
	}

	@Test
	void whenTracesAreDisabledTheirDefaultsStay() {
		process(Map.of("otlp.forwarder.endpoint", "http://localhost:4318", "otlp.exporter.traces.enabled", "false"));
		assertThat(this.environment.getProperty(DELAY)).isNull();
		assertThat(this.environment.getProperty(LOGS_DELAY)).isEqualTo("200ms");
	}

	@Test
	void logsGetTheSameDefaultsAsSpans() {
		process(Map.of("otlp.forwarder.logs.endpoint", "http://localhost:4318/v1/logs"));
		assertThat(this.environment.getProperty(LOGS_DELAY)).isEqualTo("200ms");
		assertThat(this.environment.getProperty("management.opentelemetry.logging.export.max-queue-size")).isNotNull();
		assertThat(this.environment.getProperty(DELAY)).isNull();
	}

	@Test
	void whereBootSpeaksGrpcAndWeCannotChangesNothing() {
		Map<String, Object> properties = Map.of("management.opentelemetry.logging.export.otlp.endpoint",
				"http://localhost:4317", "management.opentelemetry.logging.export.otlp.transport", "grpc");
		ClassLoader before = ClassUtils.overrideThreadContextClassLoader(new FilteredClassLoader("io.grpc"));
		try {
			process(properties);
			assertThat(this.environment.getProperty(LOGS_DELAY)).isNull();
		}
		finally {
			ClassUtils.overrideThreadContextClassLoader(before);
		}
		process(properties);
		assertThat(this.environment.getProperty(LOGS_DELAY)).isEqualTo("200ms");
	}

	@Test
	void runsAfterAllOthers() {
		assertThat(new OtlpEnvironmentPostProcessor().getOrder()).isEqualTo(Ordered.LOWEST_PRECEDENCE);
	}

	private void process(Map<String, Object> properties) {
		this.environment.getPropertySources().addFirst(new MapPropertySource("test", properties));
		new OtlpEnvironmentPostProcessor().postProcessEnvironment(this.environment, new SpringApplication());
	}

}
