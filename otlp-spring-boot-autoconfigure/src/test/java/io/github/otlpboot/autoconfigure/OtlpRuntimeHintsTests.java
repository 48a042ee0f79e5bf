package io.github.otlpboot.autoconfigure;

import java.net.http.HttpClient;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.instrumentation.logback.appender.v1_0.OpenTelemetryAppender;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a native image needs to be told of.
 */
class OtlpRuntimeHintsTests {

	private final RuntimeHints hints = register(getClass().getClassLoader());

	@ParameterizedTest
	@EnabledForJreRange(min = JRE.JAVA_21)
	@ValueSource(strings = { "shutdown", "shutdownNow" })
	void clientOfTheJdkCanBeShutDown(String method) throws Exception {
		assertThat(RuntimeHintsPredicates.reflection().onMethodInvocation(HttpClient.class.getMethod(method)))
			.accepts(this.hints);
	}

	@Test
	void hintsForTheClientNameMethodsThatTheJdkHas() {
		assertThat(this.hints.reflection().getTypeHint(HttpClient.class).methods())
			.allSatisfy((method) -> assertThat(method.getName()).isIn("shutdown", "shutdownNow"))
			.hasSize(2);
	}

	@Test
	void foreignAppenderCanBeInstalled() throws Exception {
		assertThat(RuntimeHintsPredicates.reflection()
			.onMethodInvocation(OpenTelemetryAppender.class.getMethod("install", OpenTelemetry.class)))
			.accepts(this.hints);
	}

	@ParameterizedTest
	@ValueSource(strings = { "ch.qos.logback.classic.LoggerContext", "io.opentelemetry.api.logs.LoggerProvider",
			"io.micrometer.core.instrument.MeterRegistry", "io.grpc.ManagedChannelBuilder",
			"io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder" })
	void classesThatAreLookedForAreFound(String name) {
		assertThat(RuntimeHintsPredicates.reflection().onType(TypeReference.of(name))).accepts(this.hints);
	}

	@Test
	void whatIsNotThereNeedsNoHint() {
		RuntimeHints without = register(new FilteredClassLoader("io.grpc", "io.opentelemetry", "ch.qos.logback"));
		assertThat(without.reflection().typeHints()).extracting((hint) -> hint.getType().getName())
			.containsExactlyInAnyOrder("java.net.http.HttpClient", "io.micrometer.core.instrument.MeterRegistry");
	}

	// As Spring's ahead-of-time processing finds them.
	private static RuntimeHints register(ClassLoader classLoader) {
		RuntimeHints hints = new RuntimeHints();
		assertThat(SpringFactoriesLoader.forResourceLocation("META-INF/spring/aot.factories")
			.load(RuntimeHintsRegistrar.class)
			.stream()
			.filter(OtlpRuntimeHints.class::isInstance)
			.peek((registrar) -> registrar.registerHints(hints, classLoader))).hasSize(1);
		return hints;
	}

}
