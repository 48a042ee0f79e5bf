package io.github.otlpboot.autoconfigure;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Tests for {@link InvalidOtlpPropertyFailureAnalyzer}, alone and as a user sees it.
 */
@ExtendWith(OutputCaptureExtension.class)
class InvalidOtlpPropertyFailureAnalyzerTests {

	private final InvalidOtlpPropertyException failure = new InvalidOtlpPropertyException("otlp.a", "1", "is wrong",
			"Do this.");

	@Test
	void namesPropertyValueReasonAndRemedy() {
		FailureAnalysis analysis = new InvalidOtlpPropertyFailureAnalyzer(null).analyze(this.failure, this.failure);
		assertThat(analysis.getDescription()).contains("Property: otlp.a", "Value: \"1\"", "Reason: it is wrong")
			.doesNotContain("Origin");
		assertThat(analysis.getAction()).isEqualTo("Do this.");
	}

	@Test
	void doesNotShowWhatMustNotBeShown() {
		InvalidOtlpPropertyException secret = new InvalidOtlpPropertyException("otlp.a", null, "is wrong", "Do this.");
		FailureAnalysis analysis = new InvalidOtlpPropertyFailureAnalyzer(new StandardEnvironment()).analyze(secret,
				secret);
		assertThat(analysis.getDescription()).contains("Value: (not shown)");
	}

	@Test
	void propertyWithoutOriginHasNone() {
		StandardEnvironment environment = new StandardEnvironment();
		environment.getPropertySources().addFirst(new MapPropertySource("test", Map.of("otlp.a", "1")));
		FailureAnalysis analysis = new InvalidOtlpPropertyFailureAnalyzer(environment).analyze(this.failure,
				this.failure);
		assertThat(analysis.getDescription()).doesNotContain("Origin");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			--otlp.buffer.max-size=-8MB                | otlp.buffer.max-size        | -8388608B
			--otlp.forwarder.endpoint=localhost:4318   | otlp.forwarder.endpoint     | localhost:4318
			--otlp.forwarder.compression=zip           | otlp.forwarder.compression  | zip
			--otlp.buffer.when-full=explode            | otlp.buffer.when-full       | explode
			--otlp.enabled=maybe                       | otlp.enabled                | maybe
			--otlp.forwarder.timeout=soon              | otlp.forwarder.timeout      | soon
			--otlp.storage.max-size=1B                 | otlp.storage.max-size       | 1B
			--otlp.storage.max-size=large              | otlp.storage.max-size       | large
			--otlp.storage.fsync=sometimes             | otlp.storage.fsync          | sometimes
			--otlp.storage.when-full=explode           | otlp.storage.when-full      | explode
			--otlp.storage.on-unavailable=cry          | otlp.storage.on-unavailable | cry
			""")
	void startUpEndsWithAnAnalysisThatNamesPropertyValueAndRemedy(String argument, String property, String value,
			CapturedOutput output) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		assertThatException()
			.isThrownBy(() -> application.run("--otlp.forwarder.endpoint=http://localhost:4318", argument));
		assertThat(output).contains("APPLICATION FAILED TO START", "Property: " + property, value, "Action:");
	}

	@Test
	void headerWithALineBreakIsReportedWithoutItsValue(CapturedOutput output) {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		assertThatException().isThrownBy(() -> application.run("--otlp.forwarder.endpoint=http://localhost:4318",
				"--otlp.forwarder.headers.x-token=c4nary\ninner"));
		assertThat(output).contains("APPLICATION FAILED TO START", "otlp.forwarder.headers", "x-token", "Action:")
			.doesNotContain("c4nary");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
