package io.github.otlpboot.autoconfigure;

import java.time.Duration;
import java.util.Map;

import io.github.otlpboot.autoconfigure.SignalEndpoint.Source;
import io.github.otlpboot.forwarder.http.Compression;
import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

/**
 * Reads what Spring Boot's own settings say of the way of a signal.
 */
public final class ManagementEndpoint {

	private final Signal signal;

	private final Binder binder;

	private final String property;

	private final String prefix;

	private final @Nullable TransportType transport;

	/**
	 * Create a reader.
	 * @param signal the signal
	 * @param environment the environment
	 */
	public ManagementEndpoint(Signal signal, Environment environment) {
		this.signal = signal;
		this.binder = Binder.get(environment);
		this.property = EndpointProperties.ofManagement(signal);
		this.prefix = this.property.substring(0, this.property.lastIndexOf('.') + 1);
		this.transport = EndpointProperties.transport(environment, signal);
	}

	/**
	 * Return where connection details lead to.
	 * @param connectionDetails the connection details, which Spring Boot makes of the
	 * properties where there are no others
	 * @param url their URL
	 * @param sslBundle their keys and certificates
	 * @return the endpoint, with the settings that stand beside the URL if it is that of
	 * the properties
	 */
	public SignalEndpoint of(Object connectionDetails, String url, @Nullable SslBundle sslBundle) {
		boolean micrometer = this.signal == Signal.METRICS;
		if (!url.equals(this.binder.bind(this.property, String.class).orElse(null))) {
			return new SignalEndpoint(this.signal, Source.CONNECTION_DETAILS, url,
					ClassUtils.getShortName(connectionDetails.getClass()), Map.of(), sslBundle,
					micrometer ? null : this.transport, null, null, null);
		}
		Map<String, String> headers = this.binder
			.bind(this.prefix + "headers", Bindable.mapOf(String.class, String.class))
			.orElse(Map.of());
		return new SignalEndpoint(this.signal, Source.MANAGEMENT, url, this.property, headers, sslBundle,
				this.transport, get(micrometer ? "compression-mode" : "compression", Compression.class),
				get(micrometer ? "read-timeout" : "timeout", Duration.class), get("connect-timeout", Duration.class));
	}

	private <T> @Nullable T get(String name, Class<T> type) {
		return this.binder.bind(this.prefix + name, type).orElse(null);
	}

}
