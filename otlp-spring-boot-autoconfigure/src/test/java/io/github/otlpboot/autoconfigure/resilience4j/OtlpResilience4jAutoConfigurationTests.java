package io.github.otlpboot.autoconfigure.resilience4j;

import java.time.Clock;

import io.github.otlpboot.autoconfigure.CircuitBreakerFactory;
import io.github.otlpboot.autoconfigure.InvalidOtlpPropertyException;
import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.SingleLockCircuitBreaker;
import io.github.otlpboot.breaker.resilience4j.Resilience4jCircuitBreaker;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OtlpResilience4jAutoConfiguration}.
 */
class OtlpResilience4jAutoConfigurationTests {

	private static final String TYPE = "otlp.forwarder.circuit-breaker.type=resilience4j";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(OtlpResilience4jAutoConfiguration.class, OtlpPipelineAutoConfiguration.class))
		.withPropertyValues("otlp.forwarder.endpoint=http://localhost:1", "otlp.shutdown-timeout=0s");

	@Test
	void libraryOnTheClassPathChangesNothing() {
		this.runner.run((context) -> assertThat(create(context.getBean(CircuitBreakerFactory.class)))
			.isInstanceOf(SingleLockCircuitBreaker.class));
	}

	@Test
	void isUsedWhereThePropertyAsksForIt() {
		this.runner.withPropertyValues(TYPE).run((context) -> {
			assertThat(context).hasSingleBean(Pipeline.class);
			assertThat(create(context.getBean(CircuitBreakerFactory.class)))
				.isInstanceOf(Resilience4jCircuitBreaker.class);
		});
	}

	@Test
	void registersInTheRegistryOfTheApplicationWithOurSettings() {
		this.runner.withUserConfiguration(RegistryConfiguration.class)
			.withPropertyValues(TYPE, "otlp.forwarder.circuit-breaker.failure-rate-threshold=60",
					"otlp.forwarder.circuit-breaker.sliding-window-size=20",
					"otlp.forwarder.circuit-breaker.minimum-number-of-calls=10")
			.run((context) -> {
				CircuitBreakerRegistry registry = context.getBean(CircuitBreakerRegistry.class);
				assertThat(registry.getAllCircuitBreakers()).extracting(CircuitBreaker::getName)
					.containsExactlyInAnyOrder("otlp-default-traces", "otlp-default-metrics", "otlp-default-logs");
				CircuitBreakerConfig config = registry.circuitBreaker("otlp-default-traces").getCircuitBreakerConfig();
				assertThat(config.getFailureRateThreshold()).isEqualTo(60);
				assertThat(config.getSlidingWindowSize()).isEqualTo(20);
				assertThat(config.getMinimumNumberOfCalls()).isEqualTo(10);
			});
	}

	@Test
	void registryMayNeedThePipeline() {
		this.runner.withUserConfiguration(DependentRegistryConfiguration.class)
			.withPropertyValues(TYPE)
			.run((context) -> {
				CircuitBreakerRegistry registry = context.getBean(CircuitBreakerRegistry.class);
				assertThat(registry.getAllCircuitBreakers()).hasSize(3);
				context.getBean(CircuitBreakerFactory.class)
					.create("other", Signal.LOGS, CircuitBreakerSettings.DEFAULTS);
				assertThat(registry.getAllCircuitBreakers()).extracting(CircuitBreaker::getName)
					.contains("otlp-other-logs");
			});
	}

	@Test
	void configurationNamedOtlpWins() {
		this.runner.withUserConfiguration(ConfiguredRegistryConfiguration.class)
			.withPropertyValues(TYPE, "otlp.forwarder.circuit-breaker.failure-rate-threshold=60")
			.run((context) -> assertThat(context.getBean(CircuitBreakerRegistry.class)
				.circuitBreaker("otlp-default-logs")
				.getCircuitBreakerConfig()
				.getFailureRateThreshold()).isEqualTo(33));
	}

	@Test
	void defaultsFollowTheFailureThreshold() {
		this.runner.withUserConfiguration(RegistryConfiguration.class)
			.withPropertyValues(TYPE, "otlp.forwarder.circuit-breaker.failure-threshold=7")
			.run((context) -> {
				CircuitBreakerConfig config = context.getBean(CircuitBreakerRegistry.class)
					.circuitBreaker("otlp-default-traces")
					.getCircuitBreakerConfig();
				assertThat(config.getFailureRateThreshold()).isEqualTo(100);
				assertThat(config.getSlidingWindowSize()).isEqualTo(7);
				assertThat(config.getMinimumNumberOfCalls()).isEqualTo(7);
			});
	}

	@Test
	void missingLibraryEndsStartUp() {
		this.runner.withClassLoader(new FilteredClassLoader("io.github.resilience4j"))
			.withPropertyValues(TYPE)
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(InvalidOtlpPropertyException.class, (ex) -> assertThat(ex.remedy())
					.contains("io.github.resilience4j:resilience4j-circuitbreaker")));
	}

	@Test
	void factoryOfAUserTakesPrecedence() {
		this.runner.withUserConfiguration(FactoryConfiguration.class)
			.withPropertyValues(TYPE)
			.run((context) -> assertThat(context).hasSingleBean(CircuitBreakerFactory.class).hasBean("userFactory"));
	}

	@ParameterizedTest
	@CsvSource({ "failure-rate-threshold, 0", "failure-rate-threshold, 101", "sliding-window-size, 0",
			"minimum-number-of-calls, -1", "failure-threshold, 0" })
	void valueThatCannotWorkEndsStartUp(String property, String value) {
		this.runner.withPropertyValues(TYPE, "otlp.forwarder.circuit-breaker." + property + "=" + value)
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(InvalidOtlpPropertyException.class,
						(ex) -> assertThat(ex.property()).isEqualTo("otlp.forwarder.circuit-breaker." + property)));
	}

	private static io.github.otlpboot.breaker.CircuitBreaker create(CircuitBreakerFactory factory) {
		return factory.create("default", Signal.TRACES, CircuitBreakerSettings.DEFAULTS);
	}

	@Configuration(proxyBeanMethods = false)
	static class RegistryConfiguration {

		@Bean
		CircuitBreakerRegistry circuitBreakerRegistry() {
			return CircuitBreakerRegistry.ofDefaults();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DependentRegistryConfiguration {

		@Bean
		CircuitBreakerRegistry circuitBreakerRegistry(Pipeline pipeline) {
			assertThat(pipeline).isNotNull();
			return CircuitBreakerRegistry.ofDefaults();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ConfiguredRegistryConfiguration {

		@Bean
		CircuitBreakerRegistry circuitBreakerRegistry() {
			CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
			registry.addConfiguration("otlp", CircuitBreakerConfig.custom().failureRateThreshold(33).build());
			return registry;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class FactoryConfiguration {

		@Bean
		CircuitBreakerFactory userFactory() {
			return (destination, signal, settings) -> new SingleLockCircuitBreaker(settings, Clock.systemUTC(),
					System::nanoTime);
		}

	}

}
