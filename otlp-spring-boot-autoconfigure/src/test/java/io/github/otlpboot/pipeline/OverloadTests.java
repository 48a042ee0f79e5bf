package io.github.otlpboot.pipeline;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.SingleLockCircuitBreaker;
import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.WhenFull;
import io.github.otlpboot.exporter.SinkExporters;
import io.github.otlpboot.forwarder.BatchSettings;
import io.github.otlpboot.forwarder.RetrySettings;
import io.github.otlpboot.forwarder.RouteSettings;
import io.github.otlpboot.forwarder.http.HttpConnector;
import io.github.otlpboot.forwarder.http.HttpConnectorSettings;
import io.github.otlpboot.forwarder.http.HttpTransportSettings;
import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.BatchSink;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.FsyncPolicy;
import io.github.otlpboot.storage.LocalDisk;
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.storage.SlotOwner;
import io.github.otlpboot.storage.StorageSettings;
import io.github.otlpboot.storage.WhenLogFull;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestServer;
import io.github.otlpboot.testing.Race;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Far more than the collector takes, from 64 threads and through the official exporter.
 */
class OverloadTests {

	private static final int THREADS = 64;

	private static final int SPANS = 100;

	/** Needs a machine that does nothing else: 64 threads show each disturbance. */
	private static final boolean LATENCY = Boolean.getBoolean("overload.latency");

	private static final long MIB = 1024 * 1024;

	private static final Duration TIME = Duration.ofSeconds(1);

	private static final List<SpanData> BATCH = Collections.nCopies(SPANS, span());

	private final AtomicLong accepted = new AtomicLong();

	private final AtomicLong refused = new AtomicLong();

	@TempDir
	private Path directory;

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@DisplayName("T36: ten times the throughput: every span is accepted or refused, export takes no longer, memory is bounded")
	void tenTimesTheThroughput(boolean stored) throws Exception {
		try (OtlpTestServer server = OtlpTestServer.open();
				HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC());
				Pipeline pipeline = pipeline(server, connector, stored);
				Race race = new Race(THREADS)) {
			server.answer(OtlpTestAnswer.ok().delay(Duration.ofMillis(50)));
			pipeline.start();
			BatchSink noop = (batch) -> {
				batch.payload().release();
				return CompletableFuture.completedFuture(AcceptResult.accepted(batch.items()));
			};
			// For the compiler
			measure(race, noop);
			measure(race, this::none);
			long heap = heapInUse();
			Measured nothing = measure(race, noop);
			Measured real = measure(race, counting(pipeline));
			long grown = heapInUse() - heap;
			SignalLedger ledger = pipeline.ledgers().get(0);
			assertThat(this.accepted.get() + this.refused.get()).isEqualTo(real.offered());
			assertThat(ledger.offered()).isEqualTo(real.offered());
			assertThat(ledger.accepted()).isEqualTo(this.accepted.get());
			assertThat(ledger.isBalanced()).isTrue();
			assertThat(this.refused.get()).isPositive();
			assertThat(real.offered()).as("ten times what was delivered")
				.isGreaterThan(10 * ledger.routes().get(0).delivered());
			assertThat(grown).as("growth of the heap").isLessThan(32 * MIB);
			System.out.printf("stored %s: 99th percentile of export %d us, %d us with a sink that does nothing%n",
					stored, real.p99().toNanos() / 1000, nothing.p99().toNanos() / 1000);
			if (LATENCY) {
				Duration limit = max(Duration.ofMillis(10), nothing.p99().multipliedBy(3));
				assertThat(real.p99()).as("99th percentile of export, %s with a sink that does nothing", nothing.p99())
					.isLessThan(limit);
			}
		}
	}

	private CompletableFuture<AcceptResult> none(Batch batch) {
		batch.payload().release();
		return CompletableFuture.completedFuture(AcceptResult.refused(batch.items(), RefusalReason.BUFFER_FULL));
	}

	private BatchSink counting(Pipeline pipeline) {
		return (batch) -> pipeline.accept(batch).thenApply((result) -> {
			this.accepted.addAndGet(result.accepted());
			this.refused.addAndGet(result.refused());
			return result;
		});
	}

	// As many exports as the threads can make, one after the other has been answered
	private static Measured measure(Race race, BatchSink sink) throws Exception {
		OtlpHttpSpanExporter exporter = SinkExporters.spanExporter(sink);
		long end = System.nanoTime() + TIME.toNanos();
		List<long[]> times = race.run((thread) -> {
			List<Long> own = new ArrayList<>();
			while (System.nanoTime() < end) {
				long start = System.nanoTime();
				CompletableResultCode result = exporter.export(BATCH);
				own.add(System.nanoTime() - start);
				result.join(10, TimeUnit.SECONDS);
			}
			return own.stream().mapToLong(Long::longValue).toArray();
		});
		long[] sorted = times.stream().flatMapToLong(Arrays::stream).sorted().toArray();
		return new Measured((long) SPANS * sorted.length, Duration.ofNanos(sorted[sorted.length * 99 / 100]));
	}

	private static Duration max(Duration left, Duration right) {
		return (left.compareTo(right) > 0) ? left : right;
	}

	private static long heapInUse() {
		System.gc();
		return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
	}

	private Pipeline pipeline(OtlpTestServer server, HttpConnector connector, boolean stored) {
		PipelineTime time = new PipelineTime(Clock.systemUTC(), System::nanoTime, () -> 0.5);
		RouteSettings settings = new RouteSettings(new BatchSettings(SPANS, (int) MIB, Duration.ofMillis(10)),
				new RetrySettings(Duration.ofMillis(50), Duration.ofMillis(200), 1.5, 0.5), Duration.ofSeconds(5), 1,
				stored ? null : LossReason.SHUTDOWN);
		RouteDefinition route = new RouteDefinition("default", Signal.TRACES, "test", "test",
				connector.transport(HttpTransportSettings.of(server.endpoint(Signal.TRACES))),
				new SingleLockCircuitBreaker(CircuitBreakerSettings.DEFAULTS, time.clock(), time.nanos()), settings);
		LogSettings log = new LogSettings(MIB, Duration.ofHours(1), MIB / 4, Duration.ofMinutes(10), 0,
				WhenLogFull.REJECT, Duration.ZERO, FsyncPolicy.INTERVAL, Duration.ofSeconds(1));
		StoragePlan storage = stored ? new StoragePlan(new StorageSettings(this.directory,
				SlotOwner.of("shop", List.of("default")), Map.of(Signal.TRACES, log)), true, new LocalDisk()) : null;
		return new Pipeline(new PipelineSettings(new BufferLimits(20_000, (int) (4 * MIB)), WhenFull.REJECT,
				Duration.ZERO, storage), List.of(route), time);
	}

	private static SpanData span() {
		try (SdkTracerProvider provider = SdkTracerProvider.builder().build()) {
			Span span = provider.get("shop").spanBuilder("checkout").setAttribute("customer", "somebody").startSpan();
			span.end();
			return ((ReadableSpan) span).toSpanData();
		}
	}

	/**
	 * What came of a run.
	 */
	private record Measured(long offered, Duration p99) {

	}

}
