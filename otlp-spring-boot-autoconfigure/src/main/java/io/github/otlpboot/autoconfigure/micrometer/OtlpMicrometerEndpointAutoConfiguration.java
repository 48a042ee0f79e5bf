package io.github.otlpboot.autoconfigure.micrometer;

import java.util.List;
import java.util.stream.Stream;

import io.github.otlpboot.autoconfigure.ManagementEndpoint;
import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.autoconfigure.SignalEndpoint;
import io.github.otlpboot.autoconfigure.SignalEndpointSource;
import io.github.otlpboot.model.Signal;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.otlp.OtlpMetricsConnectionDetails;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Auto-configuration that tells the pipeline where Spring Boot's own settings and
 * connection details send metrics to.
 */
@AutoConfiguration(before = OtlpPipelineAutoConfiguration.class)
@ConditionalOnClass(OtlpMetricsConnectionDetails.class)
@ConditionalOnBooleanProperty(name = "otlp.enabled", matchIfMissing = true)
public final class OtlpMicrometerEndpointAutoConfiguration {

	private static final String PREFIX = "management.otlp.metrics.export.";

	OtlpMicrometerEndpointAutoConfiguration() {
	}

	@Bean
	SignalEndpointSource otlpMetricsManagementEndpoint(ObjectProvider<OtlpMetricsConnectionDetails> connectionDetails,
			ObjectProvider<SslBundles> sslBundles, Environment environment) {
		ManagementEndpoint endpoint = new ManagementEndpoint(Signal.METRICS, environment);
		return () -> {
			List<SignalEndpoint> ofBeans = connectionDetails.stream()
				// That one only repeats what the pipeline has decided on.
				.filter((details) -> !(details instanceof PipelineMetricsConnectionDetails))
				.flatMap((details) -> of(endpoint, details))
				.limit(1)
				.toList();
			return !ofBeans.isEmpty() ? ofBeans : ofProperties(endpoint, sslBundles, environment);
		};
	}

	private static Stream<SignalEndpoint> of(ManagementEndpoint endpoint, OtlpMetricsConnectionDetails details) {
		String url = details.getUrl();
		return (url != null) ? Stream.of(endpoint.of(details, url, details.getSslBundle())) : Stream.empty();
	}

	// Where ours are the only connection details, Spring Boot makes none of its
	// properties.
	private static List<SignalEndpoint> ofProperties(ManagementEndpoint endpoint, ObjectProvider<SslBundles> sslBundles,
			Environment environment) {
		String url = environment.getProperty(PREFIX + "url");
		if (!StringUtils.hasText(url)) {
			return List.of();
		}
		String bundle = environment.getProperty(PREFIX + "ssl.bundle");
		SslBundle sslBundle = StringUtils.hasText(bundle) ? sslBundles.getObject().getBundle(bundle) : null;
		return List.of(endpoint.of(environment, url, sslBundle));
	}

}
