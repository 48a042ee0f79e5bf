package io.github.otlpboot.autoconfigure;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.SingleLockCircuitBreaker;
import io.github.otlpboot.forwarder.Transport;
import io.github.otlpboot.forwarder.http.Compression;
import io.github.otlpboot.forwarder.http.HttpTransportSettings;
import io.github.otlpboot.forwarder.http.StatusPolicy;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.PipelineTime;
import io.github.otlpboot.pipeline.RouteDefinition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.unit.DataSize;

/**
 * Builds the pipeline that the configuration describes. The one place where real clocks
 * come in.
 */
final class PipelineFactory {

	private static final Logger logger = LoggerFactory.getLogger(PipelineFactory.class);

	private static final String DESTINATION = "default";

	static final PipelineTime REAL_TIME = new PipelineTime(Clock.systemUTC(), System::nanoTime,
			() -> ThreadLocalRandom.current().nextDouble());

	private final OtlpProperties properties;

	private final SettingsMapper settings;

	private final HttpConnectors connectors;

	private final Environment environment;

	PipelineFactory(OtlpProperties properties, HttpConnectors connectors, Environment environment) {
		this.properties = properties;
		this.settings = new SettingsMapper(properties);
		this.connectors = connectors;
		this.environment = environment;
	}

	/**
	 * Build a pipeline.
	 * @param others what other sources of configuration say of where signals go
	 * @return a pipeline to be started
	 * @throws InvalidOtlpPropertyException if a property has a value that cannot work
	 */
	Pipeline create(List<SignalEndpoint> others) {
		SignalEndpoints endpoints = new SignalEndpoints(this.properties.forwarder(), others);
		List<RouteDefinition> routes = new ArrayList<>();
		SignalEndpoint traces = endpoints.resolve(Signal.TRACES);
		if (traces != null && this.properties.exporter().traces().enabled()) {
			routes.add(route(traces));
		}
		Pipeline pipeline = new Pipeline(this.settings.pipeline(routes.size(), Runtime.getRuntime().maxMemory()),
				routes, REAL_TIME);
		routes.forEach((route) -> logRoute(route, pipeline));
		return pipeline;
	}

	private RouteDefinition route(SignalEndpoint endpoint) {
		Signal signal = endpoint.signal();
		OtlpProperties.Forwarder forwarder = this.properties.forwarder();
		Duration timeout = PropertyCheck.positive("forwarder.timeout",
				choose("timeout", Duration.class, endpoint.timeout(), forwarder.timeout()));
		Duration connectTimeout = PropertyCheck.positive("forwarder.connect-timeout",
				choose("connect-timeout", Duration.class, endpoint.connectTimeout(), forwarder.connectTimeout()));
		Compression compression = choose("compression", Compression.class, endpoint.compression(),
				forwarder.compression());
		URI url = ForwarderUrl.complete(endpoint.configuredBy(), endpoint.url());
		Transport transport = this.connectors.connector(connectTimeout, endpoint.sslBundle())
			.transport(transportSettings(endpoint, url, compression));
		CircuitBreakerSettings breaker = this.settings.breaker(timeout);
		return new RouteDefinition(DESTINATION, signal, endpoint.shownUrl(), endpoint.configuredBy(), transport,
				new SingleLockCircuitBreaker(breaker, REAL_TIME.clock(), REAL_TIME.nanos()),
				this.settings.route(signal, timeout));
	}

	private HttpTransportSettings transportSettings(SignalEndpoint endpoint, URI url, Compression compression) {
		try {
			return new HttpTransportSettings(url, endpoint.headers(), compression, StatusPolicy.DEFAULT,
					HttpTransportSettings.DEFAULT_USER_AGENT);
		}
		catch (IllegalArgumentException ex) {
			// Its message says which header, and never its value.
			throw new InvalidOtlpPropertyException(endpoint.headersProperty(), null,
					"cannot be sent: " + ex.getMessage(),
					"Use header names of letters, digits, and hyphens that the HTTP client does not set itself, "
							+ "and values of one line.");
		}
	}

	// A setting of ours wins where it is set, then the one of the source that names the
	// endpoint, then our default.
	private <T> T choose(String name, Class<T> type, @Nullable T ofSource, T ours) {
		boolean set = Binder.get(this.environment).bind("otlp.forwarder." + name, type).isBound();
		return (set || ofSource == null) ? ours : ofSource;
	}

	private void logRoute(RouteDefinition route, Pipeline pipeline) {
		String sampling = this.environment.getProperty("management.tracing.sampling.probability", "0.1");
		logger.info(
				"OTLP {} go to {} ({}); up to {} kB wait in memory while it does not take them; "
						+ "sampling probability {} (management.tracing.sampling.probability)",
				route.signal().itemName(), route.url(), route.configuredBy(),
				DataSize.ofBytes(pipeline.status().buffer().maxBytes()).toKilobytes(), sampling);
	}

}
