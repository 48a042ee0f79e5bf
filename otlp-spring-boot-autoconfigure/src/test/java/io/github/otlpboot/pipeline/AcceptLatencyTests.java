package io.github.otlpboot.pipeline;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.SingleLockCircuitBreaker;
import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.WhenFull;
import io.github.otlpboot.forwarder.BatchSettings;
import io.github.otlpboot.forwarder.RetrySettings;
import io.github.otlpboot.forwarder.RouteSettings;
import io.github.otlpboot.forwarder.SendRequest;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.forwarder.Transport;
import io.github.otlpboot.forwarder.grpc.CodePolicy;
import io.github.otlpboot.forwarder.grpc.GrpcConnector;
import io.github.otlpboot.forwarder.grpc.GrpcConnectorSettings;
import io.github.otlpboot.forwarder.grpc.GrpcTransportSettings;
import io.github.otlpboot.forwarder.http.HttpConnector;
import io.github.otlpboot.forwarder.http.HttpConnectorSettings;
import io.github.otlpboot.forwarder.http.HttpTransportSettings;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.FsyncPolicy;
import io.github.otlpboot.storage.LocalDisk;
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.storage.SlotOwner;
import io.github.otlpboot.storage.StorageSettings;
import io.github.otlpboot.storage.WhenLogFull;
import io.github.otlpboot.testing.OtlpGrpcTestAnswer;
import io.github.otlpboot.testing.OtlpGrpcTestServer;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestServer;
import io.github.otlpboot.testing.Race;
import io.github.otlpboot.testing.SpanBatches;
import io.github.otlpboot.testing.TcpFaultProxy;
import io.grpc.Status;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the application feels while the collector is in trouble: nothing. 64 threads hand
 * batches over to a healthy collector, and then to the same one in trouble.
 */
class AcceptLatencyTests {

	private static final int THREADS = 64;

	private static final int BATCHES = 150;

	private static final Duration TIMEOUT = Duration.ofMillis(500);

	/**
	 * Below which the scheduler of a busy machine has more to say than the pipeline. Who
	 * waited for an attempt would take longer than {@link #DELAY}.
	 */
	private static final Duration NOISE = Duration.ofMillis(100);

	/** How long answers take. */
	private static final Duration DELAY = Duration.ofMillis(300);

	private final byte[] bytes = bytes();

	private final AtomicLong longestAttempt = new AtomicLong();

	private final AtomicBoolean timedOut = new AtomicBoolean();

	private final AtomicBoolean flapping = new AtomicBoolean();

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(strings = { "black hole", "trickle", "reset", "503", "401", "redirect", "partial success", "oversized",
			"flapping" })
	@DisplayName("T22, T23, T28, T29, T33: with HTTP and a log on disk, nobody waits, and attempts end")
	void nobodyWaitsForATroubledHttpServer(String trouble) throws Exception {
		try (OtlpTestServer server = OtlpTestServer.open();
				TcpFaultProxy proxy = TcpFaultProxy.open(server.url());
				HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC());
				Pipeline pipeline = pipeline(
						connector.transport(HttpTransportSettings.of(proxy.url().resolve("/v1/traces"))), storage())) {
			check(pipeline, () -> {
				switch (trouble) {
					case "black hole" -> server.answer(OtlpTestAnswer.hang());
					case "trickle" -> proxy.set(TcpFaultProxy.Fault.trickle(Duration.ofMillis(100)));
					case "reset" -> proxy.set(TcpFaultProxy.Fault.resetAfterUp(100));
					case "redirect" ->
						server.answer(OtlpTestAnswer.status(307).header("Location", "http://127.0.0.1:1").delay(DELAY));
					case "partial success" -> server.answer(answer(1, "one of them is too old"));
					case "oversized" -> server.answer(answer(0, "x".repeat(5 << 20)));
					case "flapping" -> flap(proxy);
					default -> server.answer(OtlpTestAnswer.status(Integer.parseInt(trouble)).delay(DELAY));
				}
			}, List.of("black hole", "trickle").contains(trouble));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "black hole", "trickle", "reset", "UNAVAILABLE", "UNAUTHENTICATED" })
	@DisplayName("T22, T23, T33: with gRPC, nobody waits, and attempts end")
	void nobodyWaitsForATroubledGrpcServer(String trouble) throws Exception {
		try (OtlpGrpcTestServer server = OtlpGrpcTestServer.open();
				TcpFaultProxy proxy = TcpFaultProxy.open(server.url());
				GrpcConnector connector = GrpcConnector.open(GrpcConnectorSettings.DEFAULT);
				Pipeline pipeline = pipeline(
						connector.transport(
								new GrpcTransportSettings(proxy.url(), Map.of(), true, CodePolicy.DEFAULT, "agent")),
						null)) {
			check(pipeline, () -> {
				switch (trouble) {
					case "black hole" -> server.answer(OtlpGrpcTestAnswer.silence());
					case "trickle" -> proxy.set(TcpFaultProxy.Fault.trickle(Duration.ofMillis(100)));
					case "reset" -> proxy.set(TcpFaultProxy.Fault.resetAfterUp(100));
					default -> server.answer(OtlpGrpcTestAnswer.status(Status.fromCode(Status.Code.valueOf(trouble))));
				}
			}, List.of("black hole", "trickle").contains(trouble));
		}
	}

	private void check(Pipeline pipeline, Runnable trouble, boolean silent) throws Exception {
		pipeline.start();
		try (Race race = new Race(THREADS)) {
			// For the compiler
			measure(race, pipeline);
			Duration healthy = measure(race, pipeline);
			trouble.run();
			Duration troubled = measure(race, pipeline);
			assertThat(troubled).as("99th percentile, %s while all was well", healthy)
				.isLessThan(healthy.multipliedBy(10).plus(NOISE));
		}
		await().until(() -> pipeline.status().routes().get(0).lastFailure() != null
				|| pipeline.ledgers().get(0).routes().get(0).lostItems() > 0);
		this.flapping.set(false);
		if (silent) {
			await("what was slow has been given up").untilTrue(this.timedOut);
		}
		// To the second: BlackHoleTests, without 64 threads that want the processor
		assertThat(Duration.ofNanos(this.longestAttempt.get())).isLessThan(TIMEOUT.plusSeconds(10));
		assertThat(pipeline.ledgers().get(0).isBalanced()).isTrue();
	}

	private static OtlpTestAnswer answer(long rejected, String message) {
		return OtlpTestAnswer.ok()
			.message(ExportTraceServiceResponse.newBuilder()
				.setPartialSuccess(
						ExportTracePartialSuccess.newBuilder().setRejectedSpans(rejected).setErrorMessage(message))
				.build())
			.delay(DELAY);
	}

	private void flap(TcpFaultProxy proxy) {
		this.flapping.set(true);
		Thread thread = new Thread(() -> {
			while (this.flapping.get()) {
				proxy.set(TcpFaultProxy.Fault.resetAfterUp(0));
				LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
				proxy.set(TcpFaultProxy.Fault.NONE);
				LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
			}
		}, "flapping");
		thread.setDaemon(true);
		thread.start();
	}

	private StoragePlan storage() {
		LogSettings log = new LogSettings(256 << 20, Duration.ofHours(1), 8 << 20, Duration.ofMinutes(10), 0,
				WhenLogFull.DROP_OLDEST, Duration.ZERO, FsyncPolicy.INTERVAL, Duration.ofSeconds(1));
		return new StoragePlan(new StorageSettings(this.directory, SlotOwner.of("shop", List.of("default")),
				Map.of(Signal.TRACES, log)), true, new LocalDisk());
	}

	private Duration measure(Race race, Pipeline pipeline) throws Exception {
		long[] nanos = race.run((thread) -> {
			long[] own = new long[BATCHES];
			for (int i = 0; i < BATCHES; i++) {
				long start = System.nanoTime();
				pipeline.accept(new Batch(Signal.TRACES, Payload.of(this.bytes), 10)).join();
				own[i] = System.nanoTime() - start;
			}
			return own;
		}).stream().flatMapToLong(Arrays::stream).sorted().toArray();
		return Duration.ofNanos(nanos[nanos.length * 99 / 100]);
	}

	private static byte[] bytes() {
		Payload payload = new SpanBatches().make(10).batch().payload();
		return Arrays.copyOfRange(payload.array(), payload.offset(), payload.offset() + payload.length());
	}

	private Pipeline pipeline(Transport transport, @Nullable StoragePlan storage) {
		PipelineTime time = new PipelineTime(Clock.systemUTC(), System::nanoTime, () -> 0.5);
		RouteSettings settings = new RouteSettings(new BatchSettings(8192, 3 << 20, Duration.ofMillis(10)),
				new RetrySettings(Duration.ofMillis(50), Duration.ofMillis(200), 1.5, 0.5), TIMEOUT, 2,
				(storage != null) ? null : LossReason.SHUTDOWN);
		Transport timed = new Transport() {

			@Override
			public CompletableFuture<SendResult> send(SendRequest request) {
				long start = System.nanoTime();
				CompletableFuture<SendResult> result = transport.send(request);
				result.whenComplete((value, ex) -> {
					AcceptLatencyTests.this.longestAttempt.accumulateAndGet(System.nanoTime() - start, Math::max);
					if (ex != null) {
						AcceptLatencyTests.this.timedOut.set(true);
					}
				});
				return result;
			}

			@Override
			public void close() {
				transport.close();
			}

		};
		return new Pipeline(
				new PipelineSettings(new BufferLimits(1 << 20, 64 << 20), WhenFull.REJECT, Duration.ZERO, storage),
				List.of(new RouteDefinition("default", Signal.TRACES, "test", "test", timed,
						new SingleLockCircuitBreaker(CircuitBreakerSettings.DEFAULTS, time.clock(), time.nanos()),
						settings)),
				time);
	}

}
