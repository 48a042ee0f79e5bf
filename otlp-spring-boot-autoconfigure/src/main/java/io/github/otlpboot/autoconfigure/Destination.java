package io.github.otlpboot.autoconfigure;

import java.util.Map;

import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.RouteDefinition;

/**
 * One place that telemetry is sent to, with everything that is its alone: settings,
 * transports, credentials, and circuit breakers. Nothing in here knows that there is one
 * only.
 */
final class Destination {

	/**
	 * The name of the one that {@code otlp.forwarder.*} describes.
	 */
	static final String DEFAULT = "default";

	private final String name;

	private final ForwarderSettingsMapper settings;

	private final Map<TransportType, TransportFactory> transports;

	private final Security security;

	private final CircuitBreakerFactory breakers;

	/**
	 * Create a destination.
	 * @param name its name
	 * @param settings says how to send
	 * @param transports one for each kind
	 * @param security what may be shown to it
	 * @param breakers make the circuit breaker of each signal
	 */
	Destination(String name, ForwarderSettingsMapper settings, Map<TransportType, TransportFactory> transports,
			Security security, CircuitBreakerFactory breakers) {
		this.name = name;
		this.settings = settings;
		this.transports = Map.copyOf(transports);
		this.security = security;
		this.breakers = breakers;
	}

	Security security() {
		return this.security;
	}

	/**
	 * Define the way of one signal to here.
	 * @param request how its requests are made
	 * @return the definition
	 * @throws InvalidOtlpPropertyException if a property has a value that cannot work
	 */
	RouteDefinition route(RequestSettings request) {
		TransportFactory factory = factory(request);
		SignalEndpoint endpoint = request.endpoint();
		Signal signal = endpoint.signal();
		this.security.check(endpoint);
		return new RouteDefinition(this.name, signal, factory.shownUrl(request), endpoint.configuredBy(),
				factory.create(request),
				this.breakers.create(this.name, signal, this.settings.breaker(request.timeout())),
				this.settings.route(signal, request.timeout()), this.security.status(endpoint));
	}

	/**
	 * Return where the requests of one signal would go.
	 * @param request how its requests would be made
	 * @return the URL as far as it counts, without anything secret
	 */
	String shownUrl(RequestSettings request) {
		return factory(request).shownUrl(request);
	}

	private TransportFactory factory(RequestSettings request) {
		TransportFactory factory = this.transports.get(request.transport());
		if (factory == null) {
			throw new IllegalStateException("There is nothing for " + request.transport());
		}
		return factory;
	}

}
