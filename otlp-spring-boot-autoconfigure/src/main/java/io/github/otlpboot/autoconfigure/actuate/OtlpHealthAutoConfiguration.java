package io.github.otlpboot.autoconfigure.actuate;

import io.github.otlpboot.actuate.OtlpHealthIndicator;
import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.autoconfigure.OtlpProperties;
import io.github.otlpboot.pipeline.Pipeline;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of health: one indicator named {@code otlp}, a member of neither
 * liveness nor readiness.
 */
@AutoConfiguration(after = OtlpPipelineAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(Pipeline.class)
@ConditionalOnEnabledHealthIndicator("otlp")
public final class OtlpHealthAutoConfiguration {

	OtlpHealthAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = "otlpHealthIndicator")
	OtlpHealthIndicator otlpHealthIndicator(Pipeline pipeline, OtlpProperties properties) {
		return new OtlpHealthIndicator(pipeline::status, properties.health().degradedStatus(),
				properties.health().dataLossStatus());
	}

}
