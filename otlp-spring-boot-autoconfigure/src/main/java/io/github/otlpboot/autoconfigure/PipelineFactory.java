package io.github.otlpboot.autoconfigure;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.forwarder.Transport;
import io.github.otlpboot.forwarder.grpc.GrpcTransportSettings;
import io.github.otlpboot.forwarder.http.Compression;
import io.github.otlpboot.forwarder.http.HttpTransportSettings;
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

	private final GrpcConnectors grpcConnectors;

	private final AnswerPolicies answers;

	private final Environment environment;

	PipelineFactory(OtlpProperties properties, CircuitBreakerFactory breakers, HttpConnectors connectors,
			GrpcConnectors grpcConnectors, Environment environment) {
		this.properties = properties;
		this.breakers = breakers;
		this.settings = new SettingsMapper(properties);
		this.connectors = connectors;
		this.grpcConnectors = grpcConnectors;
		this.answers = AnswerPolicies.of(properties.forwarder().retry());
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
		boolean grpc = transportType(endpoint) == TransportType.GRPC;
		Transport transport = grpc ? grpc(endpoint, url, compression, connectTimeout)
				: this.connectors.connector(connectTimeout, endpoint.sslBundle())
					.transport(transportSettings(endpoint, url, compression));
		return new RouteDefinition(DESTINATION, signal, grpc ? ForwarderUrl.server(url) : endpoint.shownUrl(),
				endpoint.configuredBy(), transport,
				this.breakers.create(DESTINATION, signal, this.settings.breaker(timeout)),
				this.settings.route(signal, timeout));
	}

	private TransportType transportType(SignalEndpoint endpoint) {
		TransportType ofSource = EndpointProperties.isGrpc(this.environment, endpoint.signal()) ? TransportType.GRPC
				: TransportType.HTTP;
		return switch (endpoint.source()) {
			case OTLP -> this.properties.forwarder().transport();
			case MANAGEMENT ->
				choose("transport", TransportType.class, ofSource, this.properties.forwarder().transport());
			// They have a URL for each transport, and were asked for this one.
			case CONNECTION_DETAILS -> ofSource;
		};
	}

	private Transport grpc(SignalEndpoint endpoint, URI url, Compression compression, Duration connectTimeout) {
		if (!GrpcLibrary.isPresent()) {
			throw new InvalidOtlpPropertyException("otlp.forwarder.transport", "grpc",
					"needs grpc-java, which is not on the class path",
					"Add the dependency 'io.grpc:grpc-netty' (or 'io.grpc:grpc-netty-shaded', which brings a Netty of "
							+ "its own), or remove the property to use HTTP.");
		}
		return this.grpcConnectors.connector(connectTimeout, endpoint.sslBundle())
			.transport(checkHeaders(endpoint, () -> new GrpcTransportSettings(url, endpoint.headers(),
					compression == Compression.GZIP, this.answers.grpc(), HttpTransportSettings.DEFAULT_USER_AGENT)));
	}

	private HttpTransportSettings transportSettings(SignalEndpoint endpoint, URI url, Compression compression) {
		return checkHeaders(endpoint, () -> new HttpTransportSettings(url, endpoint.headers(), compression,
				this.answers.http(), HttpTransportSettings.DEFAULT_USER_AGENT));
	}

	private static <T> T checkHeaders(SignalEndpoint endpoint, Supplier<T> settings) {
		try {
			return settings.get();
		}
		catch (IllegalArgumentException ex) {
			// Its message says which header, and never its value.
			throw new InvalidOtlpPropertyException(endpoint.headersProperty(), null,
					"cannot be sent: " + ex.getMessage(),
					"Use header names of letters, digits, and hyphens that the client does not set itself, "
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
