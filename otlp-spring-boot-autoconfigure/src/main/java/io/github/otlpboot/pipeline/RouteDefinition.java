package io.github.otlpboot.pipeline;

import java.util.function.Supplier;

import io.github.otlpboot.breaker.CircuitBreaker;
import io.github.otlpboot.forwarder.RouteSettings;
import io.github.otlpboot.forwarder.Transport;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.PipelineStatus.Target;
import org.jspecify.annotations.Nullable;

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
 * @param credential tells where the credential comes from, {@code null} if there is none
 */
public record RouteDefinition(String destination, Signal signal, String url, String configuredBy, Transport transport,
		CircuitBreaker breaker, RouteSettings settings, @Nullable Supplier<CredentialStatus> credential) {

	/**
	 * Create a definition without a credential.
	 * @param destination the name of the destination
	 * @param signal the signal
	 * @param url where it goes, without anything secret
	 * @param configuredBy which setting says so
	 * @param transport how to send; closed by the pipeline
	 * @param breaker guards the destination, for this route alone
	 * @param settings how to send
	 */
	public RouteDefinition(String destination, Signal signal, String url, String configuredBy, Transport transport,
			CircuitBreaker breaker, RouteSettings settings) {
		this(destination, signal, url, configuredBy, transport, breaker, settings, null);
	}

	/**
	 * Return where the route leads.
	 * @return the target, with what is known of the credential now
	 */
	Target target() {
		return new Target(this.destination, this.signal, this.url, this.configuredBy,
				(this.credential != null) ? this.credential.get() : null);
	}

}
