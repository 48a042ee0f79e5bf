package io.github.otlpboot.autoconfigure;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/**
 * Auto-configuration of the pipeline: it is on as soon as any source of configuration
 * says where telemetry goes.
 */
@AutoConfiguration(
		// Its connection details are always there, and would look like configured ones.
		beforeName = "org.springframework.boot.micrometer.metrics.autoconfigure.export.otlp.OtlpMetricsExportAutoConfiguration")
@ConditionalOnBooleanProperty(name = "otlp.enabled", matchIfMissing = true)
@EnableConfigurationProperties(OtlpProperties.class)
@Import({ ShutdownSequence.class, OtlpPipelineConfigurations.On.class, OtlpPipelineConfigurations.Off.class })
public final class OtlpPipelineAutoConfiguration {

	OtlpPipelineAutoConfiguration() {
	}

}
