package io.github.otlpboot.autoconfigure;

import java.util.List;

import io.github.otlpboot.model.Signal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is said of the OpenTelemetry Java agent; JavaAgentEndToEndTests sees the real one.
 */
class JavaAgentTests {

	private final MockEnvironment environment = new MockEnvironment();

	@Test
	void withoutTheAgentItIsNotThere() {
		assertThat(JavaAgent.isPresent()).isFalse();
	}

	@Test
	void warningSaysWhatDoublesAndHowToStopEither() {
		assertThat(JavaAgent.warning(List.of(Signal.TRACES, Signal.LOGS), this.environment))
			.isEqualTo("The OpenTelemetry Java agent exports by itself, so telemetry of the same work arrives twice "
					+ "(traces, logs). Keep one of each: -Dotel.traces.exporter=none, -Dotel.logs.exporter=none stop "
					+ "the agent's, otlp.exporter.traces.enabled=false, otlp.exporter.logs.enabled=false stop ours.");
	}

	@ParameterizedTest
	@CsvSource({ "none, otlp, 'logs'", "otlp, none, 'traces'" })
	void whatTheAgentDoesNotExportIsNotNamed(String traces, String logs, String named) {
		this.environment.setProperty("otel.traces.exporter", traces);
		this.environment.setProperty("otel.logs.exporter", logs);
		assertThat(JavaAgent.warning(List.of(Signal.TRACES, Signal.LOGS), this.environment))
			.contains("(" + named + ")");
	}

	@Test
	void whereNothingDoublesNothingIsSaid() {
		this.environment.setProperty("otel.traces.exporter", "none");
		assertThat(JavaAgent.warning(List.of(Signal.TRACES), this.environment)).isNull();
		assertThat(JavaAgent.warning(List.of(), this.environment)).isNull();
	}

	@Test
	void metricsAreStoppedWithTwoProperties() {
		assertThat(JavaAgent.warning(List.of(Signal.METRICS), this.environment)).contains(
				"-Dotel.metrics.exporter=none",
				"otlp.exporter.metrics.enabled=false and otlp.exporter.micrometer.enabled=false stop ours");
	}

	@ParameterizedTest
	@CsvSource({ "otel.javaagent.enabled, false", "otel.sdk.disabled, true" })
	void anAgentThatIsSwitchedOffDoublesNothing(String property, String value) {
		this.environment.setProperty(property, value);
		assertThat(JavaAgent.warning(List.of(Signal.TRACES), this.environment)).isNull();
	}

}
