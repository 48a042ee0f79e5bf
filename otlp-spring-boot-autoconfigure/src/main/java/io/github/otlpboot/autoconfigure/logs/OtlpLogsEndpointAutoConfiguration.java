package io.github.otlpboot.autoconfigure.logs;

import java.util.List;

import io.github.otlpboot.autoconfigure.EndpointProperties;
import io.github.otlpboot.autoconfigure.ManagementEndpoint;
import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.autoconfigure.SignalEndpointSource;
import io.github.otlpboot.model.Signal;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.opentelemetry.autoconfigure.logging.otlp.OtlpLoggingConnectionDetails;
import org.springframework.boot.opentelemetry.autoconfigure.logging.otlp.Transport;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration that tells the pipeline where Spring Boot's own settings and
 * connection details send log records to.
 */
@AutoConfiguration(before = OtlpPipelineAutoConfiguration.class)
@ConditionalOnClass(OtlpLoggingConnectionDetails.class)
@ConditionalOnBooleanProperty(name = "otlp.enabled", matchIfMissing = true)
public final class OtlpLogsEndpointAutoConfiguration {

	private static final String TRANSPORT = "management.opentelemetry.logging.export.otlp.transport";

	OtlpLogsEndpointAutoConfiguration() {
	}

	@Bean
	SignalEndpointSource otlpLogsManagementEndpoint(ObjectProvider<OtlpLoggingConnectionDetails> connectionDetails,
			Environment environment) {
		if (EndpointProperties.isOutOfReach(environment, Signal.LOGS)) {
			return List::of;
		}
		// Connection details answer no URL for another transport than the configured one.
		Transport transport = Binder.get(environment).bind(TRANSPORT, Transport.class).orElse(Transport.HTTP);
		ManagementEndpoint endpoint = new ManagementEndpoint(Signal.LOGS, environment);
		return () -> connectionDetails.stream()
			.map((details) -> endpoint.of(details, details.getUrl(transport), details.getSslBundle()))
			.limit(1)
			.toList();
	}

}
