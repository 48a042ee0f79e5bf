package io.github.otlpboot.autoconfigure.micrometer;

import io.github.otlpboot.autoconfigure.EndpointProperties;
import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/**
 * Leaves out Spring Boot's OTLP registry where Micrometer's metrics are switched off with
 * {@code otlp.exporter.micrometer.enabled}: without our sender, its own would look for a
 * server at localhost. A URL of its own keeps it, and so does a pipeline that does not
 * take metrics. Spring Boot's switch cannot be used for this, because it stands for the
 * SDK's metrics too.
 */
final class MicrometerExportFilter implements AutoConfigurationImportFilter, EnvironmentAware {

	private static final String REGISTRY = "org.springframework.boot.micrometer.metrics.autoconfigure.export.otlp"
			+ ".OtlpMetricsExportAutoConfiguration";

	private @Nullable Environment environment;

	MicrometerExportFilter() {
	}

	@Override
	public void setEnvironment(Environment environment) {
		this.environment = environment;
	}

	@Override
	public boolean[] match(@Nullable String[] autoConfigurationClasses, AutoConfigurationMetadata metadata) {
		boolean leaveOut = this.environment != null && isSwitchedOff(this.environment);
		boolean[] result = new boolean[autoConfigurationClasses.length];
		for (int i = 0; i < result.length; i++) {
			result[i] = !(leaveOut && REGISTRY.equals(autoConfigurationClasses[i]));
		}
		return result;
	}

	private static boolean isSwitchedOff(Environment environment) {
		Binder binder = Binder.get(environment);
		return isSet(binder, "otlp.enabled") && !isSet(binder, "otlp.exporter.micrometer.enabled")
				&& EndpointProperties.areSet(environment, Signal.METRICS)
				&& !EndpointProperties.isSetInManagement(environment, Signal.METRICS);
	}

	private static boolean isSet(Binder binder, String property) {
		return binder.bind(property, Boolean.class).orElse(true);
	}

}
