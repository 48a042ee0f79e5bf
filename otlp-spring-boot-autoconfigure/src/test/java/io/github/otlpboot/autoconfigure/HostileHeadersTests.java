package io.github.otlpboot.autoconfigure;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.autoconfigure.logs.OtlpLogsEndpointAutoConfiguration;
import io.github.otlpboot.autoconfigure.micrometer.OtlpMicrometerEndpointAutoConfiguration;
import io.github.otlpboot.autoconfigure.traces.OtlpTracesEndpointAutoConfiguration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.otlp.OtlpMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.logging.otlp.OtlpLoggingAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.MapPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A line break or a NUL in anything that becomes a header, wherever it is configured, and
 * for either transport.
 */
class HostileHeadersTests {

	private static final String SECRET = "c4nary";

	private static final List<String> HOSTILE = List.of("\r", "\n", "\r\nx-evil: 1", "\0");

	private static final String FORWARDER = "otlp.forwarder.endpoint=http://localhost:4318";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(OtlpTracesEndpointAutoConfiguration.class,
				OtlpMicrometerEndpointAutoConfiguration.class, OtlpLogsEndpointAutoConfiguration.class,
				OtlpPipelineAutoConfiguration.class, OtlpTracingAutoConfiguration.class,
				OtlpMetricsExportAutoConfiguration.class, OtlpLoggingAutoConfiguration.class));

	@TempDir
	private Path directory;

	@ParameterizedTest
	@CsvSource({ "otlp.forwarder.headers.x-token, otlp.forwarder.headers,",
			"otlp.forwarder.authentication.bearer.token, otlp.forwarder.authentication.bearer.token,",
			"otlp.forwarder.authentication.api-key.value, otlp.forwarder.authentication.api-key.value, "
					+ "otlp.forwarder.authentication.api-key.header=x-key",
			"otlp.forwarder.authentication.api-key.header, otlp.forwarder.authentication.api-key.header, "
					+ "otlp.forwarder.authentication.api-key.value=x",
			"otlp.forwarder.authentication.basic.username, otlp.forwarder.authentication.basic.username, "
					+ "otlp.forwarder.authentication.basic.password=x",
			"otlp.forwarder.authentication.basic.password, otlp.forwarder.authentication.basic.password, "
					+ "otlp.forwarder.authentication.basic.username=me" })
	@DisplayName("T41, T42: in a property of ours")
	void ours(String key, String property, String counterpart) {
		for (String transport : List.of("http", "grpc")) {
			for (String hostile : HOSTILE) {
				check(this.runner.withPropertyValues(FORWARDER, "otlp.forwarder.transport=" + transport)
					.withPropertyValues((counterpart != null) ? new String[] { counterpart } : new String[0]), key,
						SECRET + hostile + "x", property);
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "http", "grpc" })
	@DisplayName("T41, T42: in the name of a header")
	void names(String transport) {
		for (String hostile : HOSTILE) {
			check(this.runner.withPropertyValues(FORWARDER, "otlp.forwarder.transport=" + transport),
					"otlp.forwarder.headers[x" + SECRET + hostile + "]", "x", "otlp.forwarder.headers");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "http", "grpc" })
	@DisplayName("T41, T42: in a file with a token")
	void tokenFile(String transport) throws IOException {
		Path file = this.directory.resolve("token");
		for (String hostile : HOSTILE) {
			Files.writeString(file, SECRET + hostile + "x");
			check(this.runner.withPropertyValues(FORWARDER, "otlp.forwarder.transport=" + transport),
					"otlp.forwarder.authentication.bearer.token-location", "file:" + file,
					"otlp.forwarder.authentication.bearer.token-location");
		}
	}

	@ParameterizedTest
	@CsvSource({ "management.opentelemetry.tracing.export.otlp, endpoint",
			"management.opentelemetry.logging.export.otlp, endpoint", "management.otlp.metrics.export, url" })
	@DisplayName("T41, T42: in a property of Spring Boot, into which it maps OTEL_EXPORTER_OTLP_HEADERS")
	void management(String prefix, String url) {
		for (String hostile : HOSTILE) {
			check(this.runner.withPropertyValues(prefix + "." + url + "=http://localhost:4318/x"),
					prefix + ".headers.x-token", SECRET + hostile + "x", prefix + ".headers");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_EXPORTER_OTLP_TRACES_HEADERS" })
	@DisplayName("T41, T42: in a variable where Spring Boot does not map it, encoded or not")
	void variables(String variable) {
		ApplicationContextRunner unmapped = this.runner
			.withClassLoader(new FilteredClassLoader((name) -> name.endsWith("EnvironmentPostProcessor")));
		List<String> hostile = new ArrayList<>(HOSTILE);
		hostile.addAll(List.of("%0D", "%0a", "%0d%0ax-evil:%201", "%00"));
		for (String value : hostile) {
			check(unmapped.withPropertyValues(variable.replace("HEADERS", "ENDPOINT") + "=http://localhost:4318"),
					variable, "x-token=" + SECRET + value + "x", variable);
		}
	}

	private static void check(ApplicationContextRunner runner, String key, String value, String property) {
		Map<String, Object> hostile = new HashMap<>(Map.of(key, value));
		runner
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new MapPropertySource("hostile", hostile)))
			.run((context) -> {
				assertThat(context).hasFailed();
				StringWriter trace = new StringWriter();
				context.getStartupFailure().printStackTrace(new PrintWriter(trace));
				assertThat(trace.toString()).doesNotContain(SECRET);
				assertThat(context.getStartupFailure()).rootCause()
					.isInstanceOfSatisfying(InvalidOtlpPropertyException.class, (ex) -> {
						assertThat(ex.property()).isEqualTo(property);
						assertThat(ex.value() + ex.reason() + ex.remedy()).doesNotContain(SECRET);
					});
			});
	}

}
