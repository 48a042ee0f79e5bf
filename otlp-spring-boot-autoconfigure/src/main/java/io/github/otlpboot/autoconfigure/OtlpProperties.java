package io.github.otlpboot.autoconfigure;

import java.time.Duration;
import java.util.Map;

import io.github.otlpboot.buffer.WhenFull;
import io.github.otlpboot.forwarder.http.Compression;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Everything that can be configured.
 *
 * @param enabled Whether telemetry takes the way through the pipeline; false is exactly
 * Spring Boot without this library.
 * @param buffer What is held in memory.
 * @param forwarder Where telemetry goes, and how.
 * @param exporter Which kinds of telemetry take part.
 * @param health How health speaks of the pipeline.
 * @param shutdownTimeout How long the end of the application may wait for the last
 * telemetry to be delivered.
 */
@ConfigurationProperties("otlp")
public record OtlpProperties(@DefaultValue("true") boolean enabled, @DefaultValue Buffer buffer,
		@DefaultValue Forwarder forwarder, @DefaultValue Exporter exporter, @DefaultValue Health health,
		@DefaultValue("10s") Duration shutdownTimeout) {

	/**
	 * What is held in memory.
	 *
	 * @param maxItems The most items that are held for each signal.
	 * @param maxSize The most bytes that are held for each signal; all signals together
	 * never take more than 5% of the heap.
	 * @param whenFull What happens to telemetry for which there is no room.
	 */
	public record Buffer(@DefaultValue("65536") int maxItems, @DefaultValue("8MB") DataSize maxSize,
			@DefaultValue("reject") WhenFull whenFull) {

	}

	/**
	 * Where telemetry goes, and how.
	 *
	 * @param endpoint Base URL of the OTLP/HTTP server; /v1/traces and the like are
	 * appended.
	 * @param traces What is special to spans.
	 * @param headers HTTP headers that every request carries.
	 * @param compression Compression of requests.
	 * @param timeout How long one attempt may take, from the start of the connection to
	 * the last byte of the answer.
	 * @param connectTimeout How long making a connection may take.
	 * @param maxInFlight The most requests of one signal that are under way at once.
	 * @param batch How much goes into one request.
	 * @param retry How long to wait after a failure.
	 * @param circuitBreaker When to stop trying for a while.
	 */
	public record Forwarder(@Nullable String endpoint, @DefaultValue Signal traces,
			@DefaultValue Map<String, String> headers, @DefaultValue("gzip") Compression compression,
			@DefaultValue("10s") Duration timeout, @DefaultValue("10s") Duration connectTimeout,
			@DefaultValue("2") int maxInFlight, @DefaultValue Batch batch, @DefaultValue Retry retry,
			@DefaultValue CircuitBreaker circuitBreaker) {

		/**
		 * Headers often carry credentials, so their values are not shown.
		 */
		@Override
		public String toString() {
			return "Forwarder[endpoint=" + ForwarderUrl.shown(this.endpoint) + ", headers=" + this.headers.keySet()
					+ "]";
		}

	}

	/**
	 * What is special to one signal.
	 *
	 * @param endpoint Complete URL that takes the place of the one derived from the base
	 * URL; it is used as it is.
	 */
	public record Signal(@Nullable String endpoint) {

		/**
		 * A URL may carry a credential, which is not shown.
		 */
		@Override
		public String toString() {
			return "Signal[endpoint=" + ForwarderUrl.shown(this.endpoint) + "]";
		}

	}

	/**
	 * How much goes into one request.
	 *
	 * @param maxItems The most spans, data points, or log records in one request.
	 * @param maxSize The most bytes in one request before compression.
	 * @param maxDelay How long telemetry waits for more to go with it.
	 */
	public record Batch(@DefaultValue("8192") int maxItems, @DefaultValue("3MB") DataSize maxSize,
			@DefaultValue("200ms") Duration maxDelay) {

	}

	/**
	 * How long to wait after a failure. Attempts never end.
	 *
	 * @param initialInterval The wait after the first failure.
	 * @param maxInterval The longest wait.
	 * @param multiplier By how much the wait grows from failure to failure.
	 * @param jitter The part of the wait that is random, from 0 to 1.
	 */
	public record Retry(@DefaultValue("1s") Duration initialInterval, @DefaultValue("30s") Duration maxInterval,
			@DefaultValue("1.5") double multiplier, @DefaultValue("0.5") double jitter) {

	}

	/**
	 * When to stop trying for a while.
	 *
	 * @param failureThreshold The number of failures in a row that open the breaker.
	 * @param waitDurationInOpenState How long an open breaker waits before it probes;
	 * doubles each time a probe fails.
	 * @param maxWaitDurationInOpenState The longest wait before a probe.
	 * @param permittedNumberOfCallsInHalfOpenState How many probes may be under way at
	 * once, and how many must succeed.
	 */
	public record CircuitBreaker(@DefaultValue("5") int failureThreshold,
			@DefaultValue("5s") Duration waitDurationInOpenState,
			@DefaultValue("30s") Duration maxWaitDurationInOpenState,
			@DefaultValue("1") int permittedNumberOfCallsInHalfOpenState) {

	}

	/**
	 * Which kinds of telemetry take part.
	 *
	 * @param traces Spans.
	 */
	public record Exporter(@DefaultValue Kind traces) {

	}

	/**
	 * One kind of telemetry.
	 *
	 * @param enabled Whether it takes the way through the pipeline.
	 */
	public record Kind(@DefaultValue("true") boolean enabled) {

	}

	/**
	 * How health speaks of the pipeline.
	 *
	 * @param degradedStatus The status while something fails and nothing is lost; set to
	 * DOWN to let it take the application's health down.
	 * @param dataLossStatus The status while items are being lost or refused; set to DOWN
	 * to let it take the application's health down.
	 */
	public record Health(@DefaultValue("DEGRADED") String degradedStatus,
			@DefaultValue("DATA_LOSS") String dataLossStatus) {

	}

}
