package io.github.otlpboot.autoconfigure.traces;

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
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingConnectionDetails;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.Transport;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * Auto-configuration that tells the pipeline where Spring Boot's own settings and
 * connection details send spans to.
 */
@AutoConfiguration(before = OtlpPipelineAutoConfiguration.class)
@ConditionalOnClass(OtlpTracingConnectionDetails.class)
@ConditionalOnBooleanProperty(name = "otlp.enabled", matchIfMissing = true)
public final class OtlpTracesEndpointAutoConfiguration {

	private static final String TRANSPORT = "management.opentelemetry.tracing.export.otlp.transport";

	OtlpTracesEndpointAutoConfiguration() {
	}

	@Bean
	SignalEndpointSource otlpTracesManagementEndpoint(ObjectProvider<OtlpTracingConnectionDetails> connectionDetails,
			Environment environment) {
		if (EndpointProperties.isOutOfReach(environment, Signal.TRACES)) {
			return List::of;
		}
		// Connection details answer no URL for another transport than the configured one.
		Transport transport = Binder.get(environment).bind(TRANSPORT, Transport.class).orElse(Transport.HTTP);
		ManagementEndpoint endpoint = new ManagementEndpoint(Signal.TRACES, environment);
		return () -> connectionDetails.stream()
			.map((details) -> endpoint.of(details, details.getUrl(transport), details.getSslBundle()))
			.limit(1)
			.toList();
	}

}
