package io.github.otlpboot.actuate;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.otlpboot.forwarder.Route;
import io.github.otlpboot.pipeline.PipelineStatus;
import io.github.otlpboot.pipeline.StorageStatus;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.Access;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * The {@code otlp} endpoint: everything that health shows, what became of every item, and
 * operations on the routes. Read-only unless access is granted. Thread-safe.
 */
@Endpoint(id = "otlp", defaultAccess = Access.READ_ONLY)
public final class OtlpEndpoint {

	private final Supplier<PipelineStatus> status;

	private final List<Route> routes;

	private final Map<String, Object> settings;

	/**
	 * Create an endpoint.
	 * @param status tells how the pipeline is doing
	 * @param routes what operations apply to
	 * @param settings what else is worth knowing, such as the sampling probability; no
	 * secrets
	 */
	public OtlpEndpoint(Supplier<PipelineStatus> status, List<Route> routes, Map<String, Object> settings) {
		this.status = status;
		this.routes = List.copyOf(routes);
		this.settings = Map.copyOf(settings);
	}

	/**
	 * Return how the pipeline is doing.
	 * @return the document
	 */
	@ReadOperation
	public Map<String, Object> otlp() {
		PipelineStatus current = this.status.get();
		Assessment assessment = Assessment.of(current);
		StatusDocument document = new StatusDocument(current);
		Map<String, Object> result = new LinkedHashMap<>();
		result.put("status", assessment.level().name());
		String description = assessment.description();
		if (description != null) {
			result.put("description", description);
		}
		result.putAll(this.settings);
		StorageStatus storage = current.storage();
		if (storage != null && storage.slot() != null) {
			result.put("slot", storage.slot());
		}
		result.put("destinations", document.destinations());
		result.put("storage", document.storage());
		result.put("signals", document.signals());
		result.put("lastFailures", document.failures());
		return result;
	}

	/**
	 * Operate routes.
	 * @param operation {@code flush}, {@code reset}, {@code close}, which is the same, or
	 * {@code force-open}
	 * @param destination the name of the destination, all of them if it is missing
	 * @param signal {@code traces}, {@code metrics} or {@code logs}, all of them if it is
	 * missing
	 * @return the state of the circuit breaker of each route that was operated
	 * @throws InvalidEndpointRequestException if there is no such operation or route
	 */
	@WriteOperation
	public Map<String, Object> operate(@Selector String operation, @Nullable String destination,
			@Nullable String signal) {
		RouteOperation chosen = RouteOperation.of(operation)
			.orElseThrow(() -> invalid("operation", operation,
					Arrays.stream(RouteOperation.values()).map(RouteOperation::id)));
		List<Route> operated = this.routes.stream()
			.filter((route) -> destination == null || destination.equals(route.destination()))
			.filter((route) -> signal == null || signal.equals(route.signal().id()))
			.toList();
		if (operated.isEmpty()) {
			throw invalid("route", destination + "/" + signal,
					this.routes.stream().map((route) -> route.destination() + "/" + route.signal().id()));
		}
		operated.forEach(chosen::apply);
		Map<String, Object> result = new LinkedHashMap<>();
		operated.forEach((route) -> result.put(route.destination() + "/" + route.signal().id(),
				route.breaker().snapshot().state().name()));
		return result;
	}

	private static InvalidEndpointRequestException invalid(String what, String value, Stream<String> valid) {
		String names = valid.collect(Collectors.joining(", "));
		return new InvalidEndpointRequestException("There is no " + what + " '" + value + "'; there are: " + names,
				"Use one of: " + names);
	}

}
