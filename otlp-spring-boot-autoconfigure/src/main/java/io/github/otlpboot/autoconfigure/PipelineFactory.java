package io.github.otlpboot.autoconfigure;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.forwarder.Transport;
import io.github.otlpboot.forwarder.http.Compression;
import io.github.otlpboot.forwarder.http.HttpTransportSettings;
import io.github.otlpboot.forwarder.http.StatusPolicy;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.PipelineTime;
import io.github.otlpboot.pipeline.RouteDefinition;
import io.github.otlpboot.pipeline.StoragePlan;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * Builds the pipeline that the configuration describes. The one place where real clocks
 * come in.
 */
final class PipelineFactory {

	private static final String DESTINATION = "default";

	static final PipelineTime REAL_TIME = new PipelineTime(new SteadyClock(Clock.systemUTC(), System::nanoTime),
			System::nanoTime, () -> ThreadLocalRandom.current().nextDouble());

	private final OtlpProperties properties;

	private final SettingsMapper settings;

	private final CircuitBreakerFactory breakers;

	private final HttpConnectors connectors;

	private final Environment environment;

	PipelineFactory(OtlpProperties properties, CircuitBreakerFactory breakers, HttpConnectors connectors,
			Environment environment) {
		this.properties = properties;
		this.breakers = breakers;
		this.settings = new SettingsMapper(properties);
		this.connectors = connectors;
		this.environment = environment;
	}

	/**
	 * Build a pipeline.
	 * @param others what other sources of configuration say of where signals go
	 * @param temporality the temporality of metrics
	 * @return a pipeline to be started
	 * @throws InvalidOtlpPropertyException if a property has a value that cannot work
	 */
	Pipeline create(List<SignalEndpoint> others, Temporality temporality) {
		SignalEndpoints endpoints = new SignalEndpoints(this.properties.forwarder(), others);
		List<RouteDefinition> routes = new ArrayList<>();
		for (Signal signal : Signal.values()) {
			SignalEndpoint endpoint = this.properties.exporter().isEnabled(signal) ? endpoints.resolve(signal) : null;
			if (endpoint != null) {
				routes.add(route(endpoint));
			}
		}
		StoragePlan storage = new StoragePlanner(this.properties.storage(), this.environment, temporality).plan(routes);
		return new Pipeline(this.settings.pipeline(routes.size(), Runtime.getRuntime().maxMemory(), storage), routes,
				REAL_TIME);
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
		return new RouteDefinition(DESTINATION, signal, endpoint.shownUrl(), endpoint.configuredBy(), transport,
				this.breakers.create(DESTINATION, signal, this.settings.breaker(timeout)),
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

}
