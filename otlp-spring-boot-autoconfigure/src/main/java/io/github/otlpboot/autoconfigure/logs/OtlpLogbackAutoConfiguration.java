package io.github.otlpboot.autoconfigure.logs;

import ch.qos.logback.classic.LoggerContext;
import io.github.otlpboot.autoconfigure.ConditionalOnSignalEndpoint;
import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.autoconfigure.ShutdownSequence;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.resources.Resource;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.opentelemetry.autoconfigure.ConditionalOnEnabledOpenTelemetry;
import org.springframework.boot.opentelemetry.autoconfigure.OpenTelemetrySdkAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.logging.ConditionalOnEnabledLoggingExport;
import org.springframework.boot.opentelemetry.autoconfigure.logging.OpenTelemetryLoggingAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the Logback appender, which turns every line of log into a log
 * record.
 */
@AutoConfiguration(after = { OtlpPipelineAutoConfiguration.class, OtlpLogsAutoConfiguration.class,
		OpenTelemetrySdkAutoConfiguration.class, OpenTelemetryLoggingAutoConfiguration.class })
@ConditionalOnClass({ LoggerContext.class, SdkLoggerProvider.class, OpenTelemetryLoggingAutoConfiguration.class })
@ConditionalOnBean({ Pipeline.class, OpenTelemetry.class, SdkLoggerProvider.class })
@ConditionalOnSignalEndpoint(Signal.LOGS)
@ConditionalOnBooleanProperty(name = { "otlp.exporter.logs.enabled", "otlp.exporter.logs.appender.enabled" },
		matchIfMissing = true)
@ConditionalOnEnabledLoggingExport("otlp")
@ConditionalOnEnabledOpenTelemetry
public final class OtlpLogbackAutoConfiguration {

	OtlpLogbackAutoConfiguration() {
	}

	// Takes OpenTelemetry as it is: a provider would not make it a dependency, and the
	// order of destruction would be left to chance.
	// One for all contexts of a hierarchy, which share OpenTelemetry, pipeline and
	// appender.
	@Bean
	@ConditionalOnMissingBean
	@Nullable LogbackInstaller otlpLogbackInstaller(OpenTelemetry openTelemetry, Pipeline pipeline,
			ObjectProvider<Resource> resource, ShutdownSequence shutdown) {
		LogbackRoot root = LogbackRoot.inUse();
		return (root != null) ? new LogbackInstaller(root, openTelemetry, pipeline,
				resource.getIfAvailable(Resource::getDefault), shutdown) : null;
	}

	@Bean
	static FailedStartLines otlpFailedStartLines(ShutdownSequence shutdown, ObjectProvider<Resource> resource) {
		return new FailedStartLines(shutdown, resource);
	}

}
