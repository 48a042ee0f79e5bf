package io.github.otlpboot.autoconfigure.actuate;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

import io.github.otlpboot.actuate.OtlpEndpoint;
import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.pipeline.Pipeline;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration of the {@code otlp} endpoint.
 */
@AutoConfiguration(after = OtlpPipelineAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(Pipeline.class)
@ConditionalOnAvailableEndpoint(OtlpEndpoint.class)
public final class OtlpEndpointAutoConfiguration {

	OtlpEndpointAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	OtlpEndpoint otlpEndpoint(Pipeline pipeline, Environment environment, ObjectProvider<Temporality> temporality) {
		Map<String, Object> settings = new LinkedHashMap<>();
		settings.put("samplingProbability", environment.getProperty("management.tracing.sampling.probability", "0.1"));
		temporality.ifAvailable((value) -> settings.put("temporality", value.name().toLowerCase(Locale.ROOT)));
		return new OtlpEndpoint(pipeline::status, pipeline.routes(), settings);
	}

}
