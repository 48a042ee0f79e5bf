package io.github.otlpboot.autoconfigure.actuate;

import io.github.otlpboot.actuate.OtlpMeters;
import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.pipeline.Pipeline;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of meters, which every registry of the application gets.
 */
@AutoConfiguration(after = OtlpPipelineAutoConfiguration.class)
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(Pipeline.class)
public final class OtlpMetersAutoConfiguration {

	OtlpMetersAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	OtlpMeters otlpMeters(Pipeline pipeline) {
		return new OtlpMeters(pipeline);
	}

}
