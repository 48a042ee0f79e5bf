package io.github.otlpboot.pipeline;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.SingleLockCircuitBreaker;
import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.WhenFull;
import io.github.otlpboot.forwarder.BatchSettings;
import io.github.otlpboot.forwarder.RetrySettings;
import io.github.otlpboot.forwarder.RouteSettings;
import io.github.otlpboot.forwarder.http.HttpConnector;
import io.github.otlpboot.forwarder.http.HttpConnectorSettings;
import io.github.otlpboot.forwarder.http.HttpTransportSettings;
import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.RequestWalker;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.WalkResult;
import io.github.otlpboot.storage.FsyncPolicy;
import io.github.otlpboot.storage.LocalDisk;
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.storage.SlotOwner;
import io.github.otlpboot.storage.StorageSettings;
import io.github.otlpboot.storage.WhenLogFull;
import io.github.otlpboot.testing.OtlpTestServer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Items and batches over the limits, of every signal, with a log on disk and without.
 */
class OversizedTests {

	/** The most bytes of a request. */
	private static final int LIMIT = 32 * 1024;

	private static final int ROUNDS = 30;

	@TempDir
	private Path directory;

	@ParameterizedTest(name = "{0}, stored {1}")
	@MethodSource
	@DisplayName("T37: what is over the limit is refused or split at accept, and what comes after it is delivered")
	void neverWedge(Signal signal, boolean stored) {
		try (OtlpTestServer server = OtlpTestServer.open();
				HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC());
				Pipeline pipeline = pipeline(server, connector, signal, stored)) {
			pipeline.start();
			long delivered = 0;
			long refused = 0;
			for (int round = 0; round < ROUNDS; round++) {
				// An item that is too large, alone and between two that are not
				assertThat(accept(pipeline, batch(signal, LIMIT + round)))
					.isEqualTo(AcceptResult.refused(1, RefusalReason.TOO_LARGE));
				assertThat(accept(pipeline, batch(signal, 10, 2 * LIMIT, 10)))
					.isEqualTo(new AcceptResult(2, 1, RefusalReason.TOO_LARGE));
				// What is around the items is too large
				assertThat(accept(pipeline, around(signal, batch(signal, 10, 10))))
					.isEqualTo(AcceptResult.refused(2, RefusalReason.TOO_LARGE));
				// Too large, and nothing that could be split
				byte[] garbage = new byte[LIMIT + 1];
				Arrays.fill(garbage, (byte) 0xFF);
				assertThat(accept(pipeline, new Batch(signal, Payload.of(garbage), 3)))
					.isEqualTo(AcceptResult.refused(3, RefusalReason.TOO_LARGE));
				// Items that are small enough, together too large
				int[] many = new int[40];
				Arrays.fill(many, 3_000);
				assertThat(accept(pipeline, batch(signal, many))).isEqualTo(AcceptResult.accepted(many.length));
				assertThat(accept(pipeline, batch(signal, 10))).isEqualTo(AcceptResult.accepted(1));
				delivered += 2 + many.length + 1;
				refused += 1 + 1 + 2 + 3;
				long expected = delivered;
				await().until(() -> pipeline.ledgers().get(0).routes().get(0).delivered() == expected);
			}
			SignalLedger ledger = pipeline.ledgers().get(0);
			assertThat(ledger.refused()).isEqualTo(Map.of(RefusalReason.TOO_LARGE, refused));
			assertThat(ledger.routes().get(0).lostItems()).isZero();
			assertThat(ledger.isBalanced()).isTrue();
			assertThat(server.requests())
				.allSatisfy((request) -> assertThat(request.body()).hasSizeLessThanOrEqualTo(LIMIT));
		}
	}

	static Stream<Arguments> neverWedge() {
		return Arrays.stream(Signal.values())
			.flatMap((signal) -> Stream.of(Arguments.of(signal, true), Arguments.of(signal, false)));
	}

	private static AcceptResult accept(Pipeline pipeline, Batch batch) {
		return pipeline.accept(batch).orTimeout(30, TimeUnit.SECONDS).join();
	}

	/**
	 * Return a request with an item of each length.
	 */
	private static Batch batch(Signal signal, int... lengths) {
		byte[] bytes = switch (signal) {
			case TRACES -> {
				ScopeSpans.Builder scope = ScopeSpans.newBuilder();
				Arrays.stream(lengths)
					.forEach((length) -> scope.addSpans(Span.newBuilder().setName("x".repeat(length))));
				yield ExportTraceServiceRequest.newBuilder()
					.addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
					.build()
					.toByteArray();
			}
			case LOGS -> {
				ScopeLogs.Builder scope = ScopeLogs.newBuilder();
				Arrays.stream(lengths)
					.forEach((length) -> scope.addLogRecords(
							LogRecord.newBuilder().setBody(AnyValue.newBuilder().setStringValue("x".repeat(length)))));
				yield ExportLogsServiceRequest.newBuilder()
					.addResourceLogs(ResourceLogs.newBuilder().addScopeLogs(scope))
					.build()
					.toByteArray();
			}
			case METRICS -> {
				Gauge.Builder gauge = Gauge.newBuilder();
				Arrays.stream(lengths)
					.forEach((length) -> gauge.addDataPoints(NumberDataPoint.newBuilder()
						.setAsInt(1)
						.addAttributes(KeyValue.newBuilder().setKey("x".repeat(length)))));
				yield ExportMetricsServiceRequest.newBuilder()
					.addResourceMetrics(ResourceMetrics.newBuilder()
						.addScopeMetrics(ScopeMetrics.newBuilder()
							.addMetrics(Metric.newBuilder().setName("requests").setGauge(gauge))))
					.build()
					.toByteArray();
			}
		};
		assertThat(RequestWalker.count(signal, bytes, 0, bytes.length))
			.isEqualTo(new WalkResult.Counted(lengths.length));
		return new Batch(signal, Payload.of(bytes), lengths.length);
	}

	// The URL of the schema, which stands beside the resource in a request of any signal
	private static Batch around(Signal signal, Batch batch) {
		try {
			byte[] bytes = batch.payload().array();
			byte[] result = switch (signal) {
				case TRACES -> {
					ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.parseFrom(bytes).toBuilder();
					request.getResourceSpansBuilder(0).setSchemaUrl("x".repeat(LIMIT));
					yield request.build().toByteArray();
				}
				case LOGS -> {
					ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.parseFrom(bytes).toBuilder();
					request.getResourceLogsBuilder(0).setSchemaUrl("x".repeat(LIMIT));
					yield request.build().toByteArray();
				}
				case METRICS -> {
					ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.parseFrom(bytes)
						.toBuilder();
					request.getResourceMetricsBuilder(0).setSchemaUrl("x".repeat(LIMIT));
					yield request.build().toByteArray();
				}
			};
			return new Batch(signal, Payload.of(result), batch.items());
		}
		catch (InvalidProtocolBufferException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Pipeline pipeline(OtlpTestServer server, HttpConnector connector, Signal signal, boolean stored) {
		PipelineTime time = new PipelineTime(Clock.systemUTC(), System::nanoTime, () -> 0.5);
		RouteSettings settings = new RouteSettings(new BatchSettings(1000, LIMIT, Duration.ofMillis(1)),
				new RetrySettings(Duration.ofMillis(50), Duration.ofMillis(200), 1.5, 0.5), Duration.ofSeconds(5), 1,
				stored ? null : LossReason.SHUTDOWN);
		RouteDefinition route = new RouteDefinition("default", signal, "test", "test",
				connector.transport(HttpTransportSettings.of(server.endpoint(signal))),
				new SingleLockCircuitBreaker(CircuitBreakerSettings.DEFAULTS, time.clock(), time.nanos()), settings);
		LogSettings log = new LogSettings(16 << 20, Duration.ofHours(1), 1 << 20, Duration.ofMinutes(10), 0,
				WhenLogFull.REJECT, Duration.ZERO, FsyncPolicy.INTERVAL, Duration.ofMillis(50));
		StoragePlan storage = stored ? new StoragePlan(
				new StorageSettings(this.directory, SlotOwner.of("shop", List.of("default")), Map.of(signal, log)),
				true, new LocalDisk()) : null;
		return new Pipeline(new PipelineSettings(new BufferLimits(10_000, 1 << 20), WhenFull.REJECT,
				Duration.ofSeconds(2), storage), List.of(route), time);
	}

}
