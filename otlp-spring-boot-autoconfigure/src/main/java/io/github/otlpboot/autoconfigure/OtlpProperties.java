package io.github.otlpboot.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import io.github.otlpboot.buffer.WhenFull;
import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.forwarder.http.Compression;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.FsyncPolicy;
import io.github.otlpboot.storage.WhenLogFull;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/**
 * Everything that can be configured.
 *
 * @param enabled Whether telemetry takes the way through the pipeline; false is exactly
 * Spring Boot without this library. In tests with an application context it is off unless
 * the test itself says otherwise.
 * @param buffer What is held in memory.
 * @param storage What is kept on disk.
 * @param forwarder Where telemetry goes, and how.
 * @param exporter Which kinds of telemetry take part.
 * @param health How health speaks of the pipeline.
 * @param shutdownTimeout How long the end of the application may wait for the last
 * telemetry to be delivered; with storage on, what is left stays on disk for the next
 * process.
 */
@ConfigurationProperties("otlp")
public record OtlpProperties(@DefaultValue("true") boolean enabled, @DefaultValue Buffer buffer,
		@DefaultValue Storage storage, @DefaultValue Forwarder forwarder, @DefaultValue Exporter exporter,
		@DefaultValue Health health, @DefaultValue("10s") Duration shutdownTimeout) {

	/**
	 * What is held in memory.
	 *
	 * @param maxItems The most items that are held in memory for each signal.
	 * @param maxSize The most bytes that are held in memory for each signal, and as many
	 * for a disk that does not work; all signals together never take more than 5% of the
	 * heap.
	 * @param whenFull What happens to telemetry for which there is no room: reject
	 * refuses what is new, drop-oldest lets the oldest go and needs storage to be off.
	 */
	public record Buffer(@DefaultValue("65536") int maxItems, @DefaultValue("8MB") DataSize maxSize,
			@DefaultValue("reject") WhenFull whenFull) {

	}

	/**
	 * What is kept on disk.
	 *
	 * @param enabled Whether telemetry goes to disk before it is acknowledged; otherwise
	 * it is in memory only.
	 * @param directory Where it is kept; if not set, a directory of the user and the
	 * application below java.io.tmpdir, which survives a killed process, not a new
	 * container.
	 * @param maxSize The most bytes on disk in all; what signals with a size of their own
	 * leave of it is divided evenly between the others that have an endpoint.
	 * @param maxAge How long undelivered telemetry is kept.
	 * @param segmentSize Where a file ends and the next one begins; at most a quarter of
	 * what the signal may take.
	 * @param minFreeSpace The free space of the volume below which storage does not grow.
	 * @param whenFull What happens where there is no room: drop-oldest deletes the
	 * oldest, delivered or not; reject refuses what is new.
	 * @param keepDelivered How long delivered telemetry stays on disk; it makes room
	 * where that is needed.
	 * @param fsync When telemetry is made to survive a power loss: always before it is
	 * accepted, at an interval, or never by this library; a killed process loses nothing
	 * in any case.
	 * @param fsyncInterval How often telemetry is synced where that is done at an
	 * interval, up to 1h; also how often it is saved what has been delivered.
	 * @param onUnavailable What happens where the directory cannot be used at the start:
	 * memory accepts telemetry into memory and goes on trying, fail ends the start.
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
	 * @param maxSize The most bytes of this signal on disk, as a part of
	 * otlp.storage.max-size; an even part of what is left of that if not set.
	 * @param maxAge How long undelivered telemetry of this signal is kept; as
	 * otlp.storage.max-age says if not set.
	 */
	public record StorageOfSignal(@Nullable DataSize maxSize, @Nullable Duration maxAge) {

	}

	/**
	 * Where telemetry goes, and how.
	 *
	 * @param endpoint Base URL of the OTLP server; v1/traces, v1/metrics and v1/logs are
	 * appended for HTTP, while for gRPC only scheme, host, and port count. If no endpoint
	 * is configured anywhere, the pipeline is off.
	 * @param transport How requests travel; gRPC needs grpc-java on the class path.
	 * @param traces What is special to spans.
	 * @param metrics What is special to data points.
	 * @param logs What is special to log records.
	 * @param headers HTTP headers, or gRPC metadata, that every request carries; values
	 * are never shown.
	 * @param compression Compression of requests.
	 * @param timeout How long one attempt may take, from the start of the connection to
	 * the last byte of the answer.
	 * @param connectTimeout How long making a connection may take.
	 * @param maxInFlight The most requests of one signal that are under way at once; for
	 * metrics always 1, which keeps their order.
	 * @param batch How much goes into one request.
	 * @param retry How long to wait after a failure.
	 * @param circuitBreaker When to stop trying for a while.
	 * @param ssl Keys and certificates.
	 * @param authentication The credential, one of the three kinds.
	 * @param proxy The HTTP proxy; where it is not set, the system properties of the JDK
	 * count, such as https.proxyHost.
	 * @param replayLimit The most bytes a second that each signal sends on average,
	 * before compression, so that a backlog does not flood a server that has come back;
	 * more than the application makes, or it never catches up.
	 */
	public record Forwarder(@Nullable String endpoint, @DefaultValue("http") TransportType transport,
			@DefaultValue Destination traces, @DefaultValue Destination metrics, @DefaultValue Destination logs,
			@DefaultValue Map<String, String> headers, @DefaultValue("gzip") Compression compression,
			@DefaultValue("10s") Duration timeout, @DefaultValue("10s") Duration connectTimeout,
			@DefaultValue("2") int maxInFlight, @DefaultValue Batch batch, @DefaultValue Retry retry,
			@DefaultValue CircuitBreaker circuitBreaker, @DefaultValue Ssl ssl,
			@DefaultValue Authentication authentication, @DefaultValue Proxy proxy, @Nullable DataSize replayLimit) {

		Destination of(Signal signal) {
			return switch (signal) {
				case TRACES -> this.traces;
				case METRICS -> this.metrics;
				case LOGS -> this.logs;
			};
		}

		// What must not be mixed with an endpoint of another source.
		List<String> security() {
			List<String> set = new ArrayList<>();
			if (!this.headers.isEmpty()) {
				set.add("otlp.forwarder.headers");
			}
			if (this.authentication.isSet()) {
				set.add("otlp.forwarder.authentication");
			}
			if (StringUtils.hasText(this.ssl.bundle())) {
				set.add("otlp.forwarder.ssl.bundle");
			}
			return set;
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
	 * @param endpoint Complete URL for this signal, used as it is, in place of the one
	 * derived from the base URL; where only such URLs are set, only those signals are
	 * forwarded.
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
	 * Keys and certificates.
	 *
	 * @param bundle Name of the SSL bundle with the certificates to trust and, where the
	 * server asks for one, the client's own; renewed without a restart when the bundle
	 * is.
	 */
	public record Ssl(@Nullable String bundle) {

	}

	/**
	 * The credential that every request carries; at most one kind may be set.
	 *
	 * @param bearer A token.
	 * @param basic User name and password.
	 * @param apiKey A key in a header of any name.
	 */
	public record Authentication(@DefaultValue Bearer bearer, @DefaultValue Basic basic, @DefaultValue ApiKey apiKey) {

		boolean isSet() {
			return Stream
				.of(this.bearer.token(), this.bearer.tokenLocation(), this.basic.username(), this.basic.password(),
						this.apiKey.header(), this.apiKey.value())
				.anyMatch(StringUtils::hasText);
		}

	}

	/**
	 * A token.
	 *
	 * @param token Token of the Authorization header; at most one kind of credential may
	 * be set.
	 * @param tokenLocation Location of a file with nothing but the token, such as
	 * file:/var/run/secrets/otlp/token; read again within a second of a change.
	 */
	public record Bearer(@Nullable String token, @Nullable String tokenLocation) {

		@Override
		public String toString() {
			return "Bearer[tokenLocation=" + ForwarderUrl.shown(this.tokenLocation) + "]";
		}

	}

	/**
	 * User name and password.
	 *
	 * @param username User name of the Authorization header; it needs a password.
	 * @param password Password of the Authorization header.
	 */
	public record Basic(@Nullable String username, @Nullable String password) {

		@Override
		public String toString() {
			return "Basic";
		}

	}

	/**
	 * A key in a header of any name.
	 *
	 * @param header Name of the header that carries the key.
	 * @param value The key itself.
	 */
	public record ApiKey(@Nullable String header, @Nullable String value) {

		@Override
		public String toString() {
			return "ApiKey";
		}

	}

	/**
	 * The HTTP proxy.
	 *
	 * @param host Name or address of the HTTP proxy, which gRPC does not use; if not set,
	 * the system properties of the JDK count, such as https.proxyHost.
	 * @param port Port of the proxy.
	 */
	public record Proxy(@Nullable String host, @Nullable Integer port) {

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
	 * @param maxInterval The longest wait, give or take the jitter.
	 * @param multiplier By how much the wait grows from failure to failure.
	 * @param jitter The part of the wait that is random, from 0 to 1.
	 * @param retryableStatuses The HTTP statuses and gRPC codes after which the same
	 * request is sent again, in place of those that the OTLP specification names: 429,
	 * 502, 503, 504, and CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE,
	 * UNAVAILABLE, DATA_LOSS.
	 * @param holdStatuses The HTTP statuses and gRPC codes that stop a signal and keep
	 * its data until the configuration is mended, in place of 401, 403, 404, 405, 407,
	 * 501, 3xx, and UNAUTHENTICATED, PERMISSION_DENIED, UNIMPLEMENTED; set to nothing,
	 * they let the data go as the OTLP specification says.
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
	 * @param temporality Whether metrics of the OpenTelemetry SDK and of Micrometer count
	 * since the start (cumulative) or since the last export (delta, lowmemory); if not
	 * set, Spring Boot's management.otlp.metrics.export.aggregation-temporality decides,
	 * which is cumulative by default.
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
	 * @param enabled Whether this kind of telemetry takes the way through the pipeline.
	 * @param interval How often metrics of the OpenTelemetry SDK are exported; if not
	 * set, as Spring Boot's management.otlp.metrics.export.step says for Micrometer, 1m
	 * by default.
	 */
	public record Metrics(@DefaultValue("true") boolean enabled, @Nullable Duration interval) {

	}

	/**
	 * Log records.
	 *
	 * @param enabled Whether this kind of telemetry takes the way through the pipeline.
	 * @param appender The Logback appender that turns every line of log into a record.
	 */
	public record Logs(@DefaultValue("true") boolean enabled, @DefaultValue Appender appender) {

	}

	/**
	 * The Logback appender.
	 *
	 * @param enabled Whether the Logback appender that turns every line of log into a
	 * record attaches itself.
	 */
	public record Appender(@DefaultValue("true") boolean enabled) {

	}

	/**
	 * One kind of telemetry.
	 *
	 * @param enabled Whether this kind of telemetry takes the way through the pipeline.
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
