package io.github.otlpboot.test;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.mock.env.MockEnvironment;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Who wins.
 */
class OtlpContextCustomizerTests {

	private final ConfigurableEnvironment environment = new StandardEnvironment();

	@ParameterizedTest
	@ValueSource(strings = { "application.yml", "systemEnvironment" })
	void whatTheApplicationOrTheMachineSaysDoesNotCount(String source) {
		replace(source, Map.of("otlp.enabled", "true"));
		customize(Quiet.class);
		assertThat(this.environment.getProperty("otlp.enabled")).isEqualTo("false");
		assertThat(this.environment.getProperty("management.tracing.export.otlp.enabled")).isEqualTo("false");
	}

	@ParameterizedTest
	@ValueSource(strings = { "otlp.enabled", "otlp.Enabled" })
	void whatTheBuildSaysCounts(String property) {
		replace("systemProperties", Map.of(property, "true"));
		customize(Quiet.class);
		assertThat(this.environment.getProperty("management.tracing.export.otlp.enabled")).isEqualTo("true");
	}

	@Test
	@DisplayName("what an initializer or a dynamic property of the test says counts, whoever comes first")
	void whatTheTestSaysLaterCounts() {
		replace("application.yml", Map.of("management.logging.export.otlp.enabled", "false"));
		customize(Quiet.class);
		this.environment.getPropertySources()
			.addFirst(new MapPropertySource("dynamic", Map.of("otlp.enabled", "true")));
		assertThat(this.environment.getProperty("otlp.enabled")).isEqualTo("true");
		assertThat(this.environment.getProperty("management.tracing.export.otlp.enabled")).isEqualTo("true");
		assertThat(this.environment.getProperty("management.logging.export.otlp.enabled")).isEqualTo("false");
	}

	@ParameterizedTest
	@ValueSource(classes = { Asking.class, AskingBelow.class, Asking.Inner.class, AskingThroughAnother.class })
	void annotationIsFoundWhereverSpringLooksForAnnotations(Class<?> testClass) {
		customize(testClass);
		assertThat(this.environment.getProperty("otlp.enabled")).isNull();
	}

	@Test
	void annotationLeavesTheApplicationItsOwnWord() {
		replace("application.yml", Map.of("management.otlp.metrics.export.enabled", "false"));
		customize(Asking.class);
		assertThat(this.environment.getProperty("management.otlp.metrics.export.enabled")).isEqualTo("false");
	}

	@Test
	void environmentWithoutSystemPropertiesIsQuietToo() {
		MockEnvironment mock = new MockEnvironment().withProperty("otlp.enabled", "true");
		customize(Quiet.class, mock);
		assertThat(mock.getProperty("otlp.enabled")).isEqualTo("false");
	}

	@Test
	void testsThatAskForTheSameShareTheirContext() {
		assertThat(customizer(Quiet.class)).isEqualTo(customizer(OtherQuiet.class))
			.hasSameHashCodeAs(customizer(OtherQuiet.class))
			.isNotEqualTo(customizer(Asking.class));
		assertThat(customizer(Asking.class)).isEqualTo(customizer(AskingBelow.class));
	}

	private void replace(String source, Map<String, Object> properties) {
		MapPropertySource replacement = new MapPropertySource(source, properties);
		if (this.environment.getPropertySources().contains(source)) {
			this.environment.getPropertySources().replace(source, replacement);
		}
		else {
			this.environment.getPropertySources().addLast(replacement);
		}
	}

	private void customize(Class<?> testClass) {
		customize(testClass, this.environment);
	}

	private static void customize(Class<?> testClass, ConfigurableEnvironment environment) {
		GenericApplicationContext context = new GenericApplicationContext();
		context.setEnvironment(environment);
		customizer(testClass).customizeContext(context,
				new MergedContextConfiguration(testClass, null, null, null, null));
	}

	// As Spring's test framework finds it.
	private static ContextCustomizer customizer(Class<?> testClass) {
		List<ContextCustomizerFactory> factories = SpringFactoriesLoader.forDefaultResourceLocation()
			.load(ContextCustomizerFactory.class);
		return factories.stream()
			.filter(OtlpContextCustomizerFactory.class::isInstance)
			.map((factory) -> factory.createContextCustomizer(testClass, List.of()))
			.findFirst()
			.orElseThrow();
	}

	static class Quiet {

	}

	static class OtherQuiet {

	}

	@AutoConfigureOtlp
	static class Asking {

		class Inner {

		}

	}

	static class AskingBelow extends Asking {

	}

	@AutoConfigureOtlp
	@Retention(RetentionPolicy.RUNTIME)
	@interface WithTelemetry {

	}

	@WithTelemetry
	static class AskingThroughAnother {

	}

}
