package io.github.otlpboot.pipeline;

import io.github.otlpboot.breaker.CircuitBreaker;
import io.github.otlpboot.forwarder.RouteSettings;
import io.github.otlpboot.forwarder.Transport;
import io.github.otlpboot.model.Signal;

/**
 * One signal's way to one destination.
 *
 * @param destination the name of the destination
 * @param signal the signal
 * @param url where it goes, without anything secret; for people to read
 * @param configuredBy which setting says so; for people to read
 * @param transport how to send; closed by the pipeline
 * @param breaker guards the destination, for this route alone
 * @param settings how to send
 */
public record RouteDefinition(String destination, Signal signal, String url, String configuredBy, Transport transport,
		CircuitBreaker breaker, RouteSettings settings) {

}
