package io.github.otlpboot.autoconfigure.resilience4j;

import io.github.otlpboot.autoconfigure.CircuitBreakerFactory;
import io.github.otlpboot.autoconfigure.InvalidOtlpPropertyException;
import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.autoconfigure.OtlpProperties;
import io.github.otlpboot.breaker.resilience4j.Resilience4jSettings;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of Resilience4j's circuit breaker, only where a property asks for
 * it. It registers as {@code otlp-<destination>-<signal>} where the application has a
 * registry.
 */
@AutoConfiguration(before = OtlpPipelineAutoConfiguration.class)
@ConditionalOnClass(CircuitBreakerRegistry.class)
@ConditionalOnProperty(name = "otlp.forwarder.circuit-breaker.type", havingValue = "resilience4j")
@EnableConfigurationProperties(OtlpProperties.class)
public final class OtlpResilience4jAutoConfiguration {

	private static final String PREFIX = "otlp.forwarder.circuit-breaker.";

	OtlpResilience4jAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(CircuitBreakerFactory.class)
	Resilience4jCircuitBreakers otlpResilience4jCircuitBreakerFactory(OtlpProperties properties,
			ObjectProvider<CircuitBreakerRegistry> registry) {
		return new Resilience4jCircuitBreakers(settings(properties.forwarder().circuitBreaker()), registry);
	}

	private static Resilience4jSettings settings(OtlpProperties.CircuitBreaker breaker) {
		float rate = (breaker.failureRateThreshold() != null) ? breaker.failureRateThreshold() : 100;
		check(rate > 0 && rate <= 100, "failure-rate-threshold", rate, "must be more than 0 and at most 100",
				"Set it to a percentage such as '50'");
		return new Resilience4jSettings(rate,
				positive("sliding-window-size", breaker.slidingWindowSize(), breaker.failureThreshold()),
				positive("minimum-number-of-calls", breaker.minimumNumberOfCalls(), breaker.failureThreshold()));
	}

	private static int positive(String name, @Nullable Integer value, int failureThreshold) {
		int result = (value != null) ? value : Math.max(1, failureThreshold);
		check(result >= 1, name, result, "must be at least 1", "Set it to a positive number");
		return result;
	}

	private static void check(boolean valid, String name, Object value, String reason, String remedy) {
		if (!valid) {
			throw new InvalidOtlpPropertyException(PREFIX + name, value.toString(), reason,
					remedy + ", or remove it to use the failure threshold alone.");
		}
	}

}
