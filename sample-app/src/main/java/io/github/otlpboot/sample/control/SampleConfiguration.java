package io.github.otlpboot.sample.control;

import java.util.List;

import io.github.otlpboot.sample.load.LoadGenerator;
import io.github.otlpboot.sample.load.LoadProperties;
import io.micrometer.observation.ObservationPredicate;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.observation.ServerRequestObservationContext;

/**
 * The virtual customer, and what keeps looking at the sample out of its spans.
 */
@Configuration(proxyBeanMethods = false)
class SampleConfiguration {

	private static final List<String> WITHOUT_SPANS = List.of("/actuator", "/collector", "/favicon.ico");

	@Bean
	LoadGenerator loadGenerator(LoadProperties properties) {
		return new LoadGenerator(properties.requestsPerSecond());
	}

	@Bean
	ObservationPredicate withoutNoise() {
		return (name, context) -> !(context instanceof ServerRequestObservationContext request && isNoise(request));
	}

	private static boolean isNoise(ServerRequestObservationContext context) {
		HttpServletRequest request = context.getCarrier();
		return request != null && WITHOUT_SPANS.stream().anyMatch(request.getRequestURI()::startsWith);
	}

}
