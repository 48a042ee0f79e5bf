package io.github.otlpboot.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.buffer.WhenFull;
import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.forwarder.http.Compression;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.FsyncPolicy;
import io.github.otlpboot.storage.WhenLogFull;
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
 * @param storage What is kept on disk.
 * @param forwarder Where telemetry goes, and how.
 * @param exporter Which kinds of telemetry take part.
 * @param health How health speaks of the pipeline.
 * @param shutdownTimeout How long the end of the application may wait for the last
 * telemetry to be delivered.
 */
@ConfigurationProperties("otlp")
public record OtlpProperties(@DefaultValue("true") boolean enabled, @DefaultValue Buffer buffer,
		@DefaultValue Storage storage, @DefaultValue Forwarder forwarder, @DefaultValue Exporter exporter,
		@DefaultValue Health health, @DefaultValue("10s") Duration shutdownTimeout) {

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
	 * What is kept on disk.
	 *
	 * @param enabled Whether telemetry goes to disk before it is acknowledged; otherwise
	 * it is in memory only.
	 * @param directory Where it is kept; a directory of the user and the application
	 * below that for temporary files if it is not set.
	 * @param maxSize The most bytes on disk in all, divided evenly between the signals.
	 * @param maxAge How long undelivered telemetry is kept.
	 * @param segmentSize Where a file ends and the next one begins; at most a quarter of
	 * what the signal may take.
	 * @param minFreeSpace The free space of the volume below which nothing grows.
	 * @param whenFull What happens to telemetry for which there is no room.
	 * @param keepDelivered How long delivered telemetry stays on disk.
	 * @param fsync When telemetry is made to survive a power loss; a killed process loses
	 * nothing in any case.
	 * @param fsyncInterval How often, where that is done at intervals.
	 * @param onUnavailable What happens where the directory cannot be used at the start.
	 * @param traces What is special to spans.
	 * @param metrics What is special to data points.
	 * @param logs What is special to log records.
	 */
	public record Storage(@DefaultValue("true") boolean enabled, @Nullable String directory,
			@DefaultValue("256MB") DataSize maxSize, @DefaultValue("24h") Duration maxAge,
			@DefaultValue("8MB") DataSize segmentSize, @DefaultValue("64MB") DataSize minFreeSpace,
			@DefaultValue("drop-oldest") WhenLogFull whenFull, @DefaultValue("0s") Duration keepDelivered,
			@DefaultValue("interval") FsyncPolicy fsync, @DefaultValue("1s") Duration fsyncInterval,
			@DefaultValue("memory") OnUnavailable onUnavailable, @DefaultValue StorageOfSignal traces,
			@DefaultValue StorageOfSignal metrics, @DefaultValue StorageOfSignal logs) {

		StorageOfSignal of(Signal signal) {
			return switch (signal) {
				case TRACES -> this.traces;
				case METRICS -> this.metrics;
				case LOGS -> this.logs;
			};
		}

	}

	/**
	 * What is special to one signal.
	 *
	 * @param maxSize The most bytes of it on disk; an even part of the whole if it is not
	 * set.
	 * @param maxAge How long it is kept while it is not delivered; as all others if it is
	 * not set.
	 */
	public record StorageOfSignal(@Nullable DataSize maxSize, @Nullable Duration maxAge) {

	}

	/**
	 * Where telemetry goes, and how.
	 *
	 * @param endpoint Base URL of the OTLP server; /v1/traces and the like are appended
	 * for HTTP, while for gRPC only scheme, host, and port count.
	 * @param transport How requests travel; gRPC needs grpc-java on the class path.
	 * @param traces What is special to spans.
	 * @param metrics What is special to data points.
	 * @param logs What is special to log records.
	 * @param headers HTTP headers, or gRPC metadata, that every request carries.
	 * @param compression Compression of requests.
	 * @param timeout How long one attempt may take, from the start of the connection to
	 * the last byte of the answer.
	 * @param connectTimeout How long making a connection may take.
	 * @param maxInFlight The most requests of one signal that are under way at once.
	 * @param batch How much goes into one request.
	 * @param retry How long to wait after a failure.
	 * @param circuitBreaker When to stop trying for a while.
	 */
	public record Forwarder(@Nullable String endpoint, @DefaultValue("http") TransportType transport,
			@DefaultValue Destination traces, @DefaultValue Destination metrics, @DefaultValue Destination logs,
			@DefaultValue Map<String, String> headers, @DefaultValue("gzip") Compression compression,
			@DefaultValue("10s") Duration timeout, @DefaultValue("10s") Duration connectTimeout,
			@DefaultValue("2") int maxInFlight, @DefaultValue Batch batch, @DefaultValue Retry retry,
			@DefaultValue CircuitBreaker circuitBreaker) {

		Destination of(Signal signal) {
			return switch (signal) {
				case TRACES -> this.traces;
				case METRICS -> this.metrics;
				case LOGS -> this.logs;
			};
		}

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
	public record Destination(@Nullable String endpoint) {

		/**
		 * A URL may carry a credential, which is not shown.
		 */
		@Override
		public String toString() {
			return "Destination[endpoint=" + ForwarderUrl.shown(this.endpoint) + "]";
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
	 * @param retryableStatuses The HTTP statuses and gRPC codes after which the same
	 * request is sent again, in place of those that the OTLP specification names.
	 * @param holdStatuses The HTTP statuses and gRPC codes that stop a signal and keep
	 * its data until the configuration is mended; set to nothing, they let the data go as
	 * the OTLP specification says.
	 */
	public record Retry(@DefaultValue("1s") Duration initialInterval, @DefaultValue("30s") Duration maxInterval,
			@DefaultValue("1.5") double multiplier, @DefaultValue("0.5") double jitter,
			@Nullable List<String> retryableStatuses, @Nullable List<String> holdStatuses) {

	}

	/**
	 * When to stop trying for a while.
	 *
	 * @param type Which circuit breaker: the single-lock one, or Resilience4j, which must
	 * then be on the class path.
	 * @param failureThreshold The number of failures in a row that open the breaker.
	 * @param waitDurationInOpenState How long an open breaker waits before it probes;
	 * doubles each time a probe fails.
	 * @param maxWaitDurationInOpenState The longest wait before a probe.
	 * @param permittedNumberOfCallsInHalfOpenState How many probes may be under way at
	 * once, and how many must succeed.
	 * @param failureRateThreshold For resilience4j, the percentage of failures in the
	 * window that opens the breaker; 100 if nothing is set.
	 * @param slidingWindowSize For resilience4j, the number of calls in the window; the
	 * failure threshold if nothing is set.
	 * @param minimumNumberOfCalls For resilience4j, how many calls must be in the window
	 * before it counts; the failure threshold if nothing is set.
	 */
	public record CircuitBreaker(@DefaultValue("single-lock") CircuitBreakerType type,
			@DefaultValue("5") int failureThreshold, @DefaultValue("5s") Duration waitDurationInOpenState,
			@DefaultValue("30s") Duration maxWaitDurationInOpenState,
			@DefaultValue("1") int permittedNumberOfCallsInHalfOpenState, @Nullable Float failureRateThreshold,
			@Nullable Integer slidingWindowSize, @Nullable Integer minimumNumberOfCalls) {

	}

	/**
	 * Which kinds of telemetry take part, and how.
	 *
	 * @param traces Spans.
	 * @param metrics Metrics of the OpenTelemetry SDK.
	 * @param logs Log records.
	 * @param micrometer Micrometer's metrics.
	 * @param temporality Whether metrics tell what happened since the start or since the
	 * last export; where it is not set, Spring Boot's
	 * management.otlp.metrics.export.aggregation-temporality counts for both sources.
	 */
	public record Exporter(@DefaultValue Kind traces, @DefaultValue Metrics metrics, @DefaultValue Logs logs,
			@DefaultValue Kind micrometer, @Nullable Temporality temporality) {

		// Two sources make metrics.
		boolean isEnabled(Signal signal) {
			return switch (signal) {
				case TRACES -> this.traces.enabled();
				case METRICS -> this.metrics.enabled() || this.micrometer.enabled();
				case LOGS -> this.logs.enabled();
			};
		}

	}

	/**
	 * Metrics of the OpenTelemetry SDK.
	 *
	 * @param enabled Whether they take the way through the pipeline.
	 * @param interval How often they are exported; where it is not set, Spring Boot's
	 * management.otlp.metrics.export.step counts for both sources.
	 */
	public record Metrics(@DefaultValue("true") boolean enabled, @Nullable Duration interval) {

	}

	/**
	 * Log records.
	 *
	 * @param enabled Whether they take the way through the pipeline.
	 * @param appender The Logback appender that turns every line of log into a record.
	 */
	public record Logs(@DefaultValue("true") boolean enabled, @DefaultValue Appender appender) {

	}

	/**
	 * The Logback appender.
	 *
	 * @param enabled Whether it attaches itself.
	 */
	public record Appender(@DefaultValue("true") boolean enabled) {

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
