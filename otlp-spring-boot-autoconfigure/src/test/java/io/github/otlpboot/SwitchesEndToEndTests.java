package io.github.otlpboot;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import io.github.otlpboot.testing.OtlpTestServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each switch stops exactly what its name says, and the rest arrives.
 */
class SwitchesEndToEndTests {

	private static final Logger logger = LoggerFactory.getLogger(SwitchesEndToEndTests.class);

	private final OtlpTestServer server = OtlpTestServer.open();

	private ConfigurableApplicationContext context;

	@AfterEach
	void tearDown() {
		if (this.context != null) {
			this.context.close();
		}
		this.server.close();
	}

	@Test
	void withoutASwitchAllFourKindsArrive() {
		start();
		assertThat(arrived()).isEqualTo(EnumSet.allOf(Kind.class));
	}

	@ParameterizedTest
	@EnumSource
	void ourSwitchStopsExactlyItsKind(Kind kind) {
		start("otlp.exporter." + kind.name().toLowerCase(Locale.ROOT) + ".enabled=false");
		assertThat(arrived()).isEqualTo(EnumSet.complementOf(EnumSet.of(kind)));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			management.tracing.export.enabled=false                 | METRICS, LOGS, MICROMETER
			management.tracing.export.otlp.enabled=false            | METRICS, LOGS, MICROMETER
			management.tracing.sampling.probability=0.0             | METRICS, LOGS, MICROMETER
			management.logging.export.enabled=false                 | TRACES, METRICS, MICROMETER
			management.logging.export.otlp.enabled=false            | TRACES, METRICS, MICROMETER
			management.otlp.metrics.export.enabled=false            | TRACES, LOGS
			management.defaults.metrics.export.enabled=false        | TRACES, LOGS
			management.opentelemetry.enabled=false                  | MICROMETER
			otlp.enabled=false                                      |
			""")
	void switchOfSpringBootIsHonoured(String property, String kinds) {
		start(property);
		Set<Kind> expected = EnumSet.noneOf(Kind.class);
		if (kinds != null) {
			List.of(kinds.split(", ")).forEach((kind) -> expected.add(Kind.valueOf(kind)));
		}
		assertThat(arrived()).isEqualTo(expected);
	}

	@Test
	void samplingDecidesOnTheShareOfTraces() {
		start("management.tracing.sampling.probability=0.25");
		Tracer tracer = this.context.getBean(OpenTelemetry.class).getTracer("test");
		for (int i = 0; i < 4000; i++) {
			tracer.spanBuilder("sampled").startSpan().end();
		}
		this.context.close();
		// 27 is the standard deviation of what a fair dice makes of a thousand.
		assertThat(this.server.spans().size()).isBetween(800, 1200);
	}

	private Set<Kind> arrived() {
		this.context.getBean(MeterRegistry.class).counter("micrometer.counter").increment();
		OpenTelemetry openTelemetry = this.context.getBeanProvider(OpenTelemetry.class)
			.getIfAvailable(OpenTelemetry::noop);
		openTelemetry.getMeter("test").counterBuilder("sdk.counter").build().add(1);
		openTelemetry.getTracer("test").spanBuilder("work").startSpan().end();
		logger.info("line of log");
		this.context.close();
		Set<Kind> arrived = EnumSet.noneOf(Kind.class);
		if (!this.server.spans().isEmpty()) {
			arrived.add(Kind.TRACES);
		}
		if (!this.server.logRecords().isEmpty()) {
			arrived.add(Kind.LOGS);
		}
		this.server.metrics().forEach((metric) -> {
			if (metric.getName().equals("sdk.counter")) {
				arrived.add(Kind.METRICS);
			}
			if (metric.getName().equals("micrometer.counter")) {
				arrived.add(Kind.MICROMETER);
			}
		});
		return arrived;
	}

	private void start(String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--otlp.forwarder.endpoint=" + this.server.url(),
				"--management.tracing.sampling.probability=1.0", "--management.otlp.metrics.export.connect-timeout=1s",
				"--management.otlp.metrics.export.read-timeout=1s"));
		for (String property : properties) {
			// The last of two values would be ignored, they would be a list.
			String name = property.substring(0, property.indexOf('=') + 1);
			arguments.removeIf((argument) -> argument.startsWith("--" + name));
			arguments.add("--" + property);
		}
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		this.context = application.run(arguments.toArray(String[]::new));
	}

	private enum Kind {

		TRACES, METRICS, LOGS, MICROMETER

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
