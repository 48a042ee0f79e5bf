package io.github.otlpboot.autoconfigure.traces;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.autoconfigure.SignalEndpoint;
import io.github.otlpboot.autoconfigure.SignalEndpoint.Source;
import io.github.otlpboot.autoconfigure.SignalEndpointSource;
import io.github.otlpboot.forwarder.http.Compression;
import io.github.otlpboot.model.Signal;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingConnectionDetails;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.Transport;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Auto-configuration that tells the pipeline where Spring Boot's own settings and
 * connection details send spans to.
 */
@AutoConfiguration(before = OtlpPipelineAutoConfiguration.class)
@ConditionalOnClass(OtlpTracingConnectionDetails.class)
@ConditionalOnBooleanProperty(name = "otlp.enabled", matchIfMissing = true)
public final class OtlpTracesEndpointAutoConfiguration {

	private static final String PREFIX = "management.opentelemetry.tracing.export.otlp";

	OtlpTracesEndpointAutoConfiguration() {
	}

	@Bean
	SignalEndpointSource otlpTracesManagementEndpoint(ObjectProvider<OtlpTracingConnectionDetails> connectionDetails,
			Environment environment) {
		Binder binder = Binder.get(environment);
		// Connection details answer no URL for another transport than the configured one.
		if (binder.bind(PREFIX + ".transport", Transport.class).orElse(Transport.HTTP) != Transport.HTTP) {
			return List::of;
		}
		return () -> connectionDetails.stream().map((details) -> endpoint(details, binder)).limit(1).toList();
	}

	private static SignalEndpoint endpoint(OtlpTracingConnectionDetails details, Binder binder) {
		String url = details.getUrl(Transport.HTTP);
		// Boot makes connection details of the property where there are no others.
		boolean ofProperty = binder.bind(PREFIX + ".endpoint", String.class).map(url::equals).orElse(false);
		if (!ofProperty) {
			return new SignalEndpoint(Signal.TRACES, Source.CONNECTION_DETAILS, url,
					ClassUtils.getShortName(details.getClass()), Map.of(), details.getSslBundle(), null, null, null);
		}
		Map<String, String> headers = binder.bind(PREFIX + ".headers", Bindable.mapOf(String.class, String.class))
			.orElse(Map.of());
		return new SignalEndpoint(Signal.TRACES, Source.MANAGEMENT, url, PREFIX + ".endpoint", headers,
				details.getSslBundle(), binder.bind(PREFIX + ".compression", Compression.class).orElse(null),
				binder.bind(PREFIX + ".timeout", Duration.class).orElse(null),
				binder.bind(PREFIX + ".connect-timeout", Duration.class).orElse(null));
	}

}
