package io.github.otlpboot.sample.control;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

import io.github.otlpboot.sample.collector.EmbeddedCollector;
import io.github.otlpboot.sample.load.LoadGenerator;
import io.github.otlpboot.sample.load.LoadProperties;
import io.github.otlpboot.sample.status.PipelineFigures;
import io.github.otlpboot.sample.status.RecentSamples;
import io.github.otlpboot.sample.status.Sample;
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

	private static final List<String> WITHOUT_SPANS = List.of("/actuator", "/collector", "/pipeline", "/page/",
			"/webjars/", "/index.html", "/favicon.ico");

	@Bean
	LoadGenerator loadGenerator(LoadProperties properties) {
		return new LoadGenerator(properties.requestsPerSecond());
	}

	@Bean
	RecentSamples recentSamples(EmbeddedCollector collector, Supplier<Optional<PipelineFigures>> pipeline) {
		return new RecentSamples(() -> {
			// The collector is asked first: what it has must have been accepted before
			Map<String, Long> received = new LinkedHashMap<>();
			collector.status().signals().forEach((signal, counts) -> received.put(signal, counts.items()));
			return new Sample(System.currentTimeMillis(),
					pipeline.get().map(PipelineFigures::signals).orElse(List.of()), received);
		});
	}

	@Bean
	ObservationPredicate withoutNoise() {
		return (name, context) -> !(context instanceof ServerRequestObservationContext request && isNoise(request));
	}

	private static boolean isNoise(ServerRequestObservationContext context) {
		HttpServletRequest request = context.getCarrier();
		return request != null && (request.getRequestURI().equals("/")
				|| WITHOUT_SPANS.stream().anyMatch(request.getRequestURI()::startsWith));
	}

}
