package io.github.otlpboot.autoconfigure;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.RouteDefinition;
import io.github.otlpboot.pipeline.StoragePlan;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.core.env.Environment;

/**
 * Builds the pipeline that the configuration describes.
 */
final class PipelineFactory {

	private final OtlpProperties properties;

	private final Environment environment;

	private final Destination destination;

	private final Machine machine;

	PipelineFactory(OtlpProperties properties, Environment environment, Destination destination, Machine machine) {
		this.properties = properties;
		this.environment = environment;
		this.destination = destination;
		this.machine = machine;
	}

	/**
	 * Build a pipeline.
	 * @param others what other sources of configuration say of where signals go
	 * @param temporality the temporality of metrics
	 * @return a pipeline to be started
	 * @throws InvalidOtlpPropertyException if a property has a value that cannot work
	 */
	Pipeline create(List<SignalEndpoint> others, Temporality temporality) {
		List<SignalEndpoint> known = new ArrayList<>(others);
		for (Signal signal : Signal.values()) {
			SignalEndpoint endpoint = OtelVariables.endpoint(this.environment, signal);
			if (endpoint != null) {
				known.add(endpoint);
			}
		}
		SignalEndpoints endpoints = new SignalEndpoints(this.properties.forwarder(), known,
				this.destination.security().ssl());
		List<RouteDefinition> routes = new ArrayList<>();
		Map<Signal, String> switchedOff = new EnumMap<>(Signal.class);
		for (Signal signal : Signal.values()) {
			if (!this.properties.exporter().isEnabled(signal)) {
				urlOfSwitchedOff(endpoints, signal).ifPresent((url) -> switchedOff.put(signal, url));
				continue;
			}
			SignalEndpoint endpoint = endpoints.resolve(signal);
			if (endpoint != null) {
				routes.add(this.destination.route(request(endpoint)));
			}
		}
		StoragePlan storage = new StoragePlanner(this.properties.storage(), this.environment, temporality,
				this.machine.disk())
			.plan(routes, switchedOff);
		return new Pipeline(
				new SettingsMapper(this.properties).pipeline(routes.size(), Runtime.getRuntime().maxMemory(), storage),
				routes, this.machine.time());
	}

	// Nothing goes there, so that a value that cannot work is nobody's concern.
	private Optional<String> urlOfSwitchedOff(SignalEndpoints endpoints, Signal signal) {
		try {
			return endpoints.candidates(signal)
				.stream()
				.findFirst()
				.map((endpoint) -> this.destination.shownUrl(request(endpoint)));
		}
		catch (InvalidOtlpPropertyException | BindException ex) {
			return Optional.empty();
		}
	}

	private RequestSettings request(SignalEndpoint endpoint) {
		return RequestSettings.of(endpoint, this.properties.forwarder(), this.environment);
	}

}
