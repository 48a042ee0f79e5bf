package io.github.otlpboot.pipeline;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

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
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.Disk;
import io.github.otlpboot.storage.FsyncPolicy;
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.storage.SimulatedDisk;
import io.github.otlpboot.storage.SimulatedDisk.Operation;
import io.github.otlpboot.storage.SlotOwner;
import io.github.otlpboot.storage.StorageSettings;
import io.github.otlpboot.storage.WhenLogFull;
import io.github.otlpboot.testing.OtlpTestServer;
import io.github.otlpboot.testing.SpanBatches;
import io.github.otlpboot.testing.SpanBatches.Made;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Pipeline}, {@link DiskLaneStore} and {@link StorageWorker} with a log
 * on a disk that has too little room, or fails in ways that nobody expects.
 */
class PipelineDegradationTests {

	private static final RetrySettings QUICK = new RetrySettings(Duration.ofMillis(10), Duration.ofMillis(50), 1.5,
			0.5);

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final long MIB = 1024 * 1024;

	private final SpanBatches batches = new SpanBatches();

	private final OtlpTestServer server = OtlpTestServer.open();

	private final HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC());

	private final AtomicLong elapsed = new AtomicLong();

	private final List<Pipeline> pipelines = new ArrayList<>();

	private BufferLimits buffer = new BufferLimits(10_000, MIB);

	private LogSettings log = settings(4 * MIB, WhenLogFull.DROP_OLDEST, FsyncPolicy.INTERVAL);

	private boolean required;

	@TempDir
	private Path directory;

	@AfterEach
	void tearDown() {
		this.pipelines.forEach(Pipeline::close);
		this.connector.close();
		this.server.close();
	}

	@Test
	void whatWaitedInMemoryGoesToDiskAsSoonAsThereIsASlot() {
		SimulatedDisk disk = new SimulatedDisk();
		disk.failAll(Operation.CREATE_DIRECTORIES);
		this.server.stop();
		Pipeline pipeline = start(disk);
		accepted(pipeline, 10);
		// The route holds on to the first one; what comes then is unread.
		await().atMost(LONG).until(() -> pipeline.status().routes().get(0).consecutiveFailures() > 0);
		accepted(pipeline, 20);
		disk.heal();
		this.elapsed.addAndGet(Duration.ofSeconds(6).toNanos());
		await().atMost(LONG).until(() -> storage(pipeline).isDurable());
		await().atMost(LONG).untilAsserted(() -> assertThat(storage(pipeline).used()).isPositive());
	}

	@Test
	void aDeliveredSlotThatCannotBeDeletedIsCountedOnce() throws Exception {
		SimulatedDisk disk = new SimulatedDisk();
		this.server.stop();
		Pipeline live = start(disk);
		Pipeline other = start(disk);
		accepted(other, 30);
		other.close();
		this.server.start();
		disk.failAll(Operation.DELETE);
		for (int i = 0; i < 3; i++) {
			this.elapsed.addAndGet(Duration.ofSeconds(61).toNanos());
			accepted(live, 1);
			int delivered = 30 + i + 1;
			await().atMost(LONG).until(() -> ledger(live).routes().get(0).delivered() >= delivered);
			await().atMost(LONG).until(() -> ledger(live).routes().get(0).pending().isEmpty());
		}
		assertThat(ledger(live).accepted()).isEqualTo(33);
		disk.heal();
	}

	@Test
	void lowSpaceAndAHealthyCollector() {
		SimulatedDisk disk = new SimulatedDisk();
		disk.usableSpace(1000);
		this.log = new LogSettings(4 * MIB, Duration.ofHours(1), MIB, Duration.ofMinutes(10), MIB,
				WhenLogFull.DROP_OLDEST, Duration.ZERO, FsyncPolicy.INTERVAL, Duration.ofMillis(50));
		Pipeline pipeline = start(disk);
		assertThat(accept(pipeline, this.batches.make(10))).isEqualTo(AcceptResult.accepted(10));
	}

	@Test
	void anErrorDoesNotEndTheThread() throws Exception {
		java.util.concurrent.atomic.AtomicInteger turns = new java.util.concurrent.atomic.AtomicInteger();
		WorkerThread thread = new WorkerThread("review", new Worker() {
			@Override
			public void doWork() {
				if (turns.incrementAndGet() == 1) {
					throw new NoClassDefFoundError("once");
				}
			}

			@Override
			public long nanosUntilWork() {
				return 1000;
			}

			@Override
			public boolean isDraining(long since) {
				return false;
			}

			@Override
			public void close() {
			}
		}, System::nanoTime);
		thread.start();
		await().dontCatchUncaughtExceptions().atMost(LONG).until(() -> turns.get() > 1);
		assertThat(thread.stop(Duration.ofSeconds(1), LONG)).isTrue();
	}

	@Test
	void whoeverWaitsForABatchIsToldAlsoIfMemoryRunsOut() {
		SimulatedDisk disk = new SimulatedDisk();
		Pipeline pipeline = start(disk);
		accepted(pipeline, 10);
		java.util.concurrent.atomic.AtomicBoolean once = new java.util.concurrent.atomic.AtomicBoolean();
		disk.hook((operation, path) -> {
			if (operation == Operation.WRITE && path.toString().contains("/traces/")
					&& !path.toString().contains("cursors") && once.compareAndSet(false, true)) {
				throw new OutOfMemoryError("Cannot reserve 3145728 bytes of direct buffer memory");
			}
		});
		accepted(pipeline, 10);
		this.elapsed.addAndGet(Duration.ofSeconds(2).toNanos());
		accepted(pipeline, 10);
		assertThat(once).isTrue();
		await().atMost(LONG).until(() -> ledger(pipeline).routes().get(0).delivered() == 30);
		assertThat(ledger(pipeline).isBalanced()).isTrue();
	}

	private Made accepted(Pipeline pipeline, int spans) {
		Made made = this.batches.make(spans);
		assertThat(accept(pipeline, made)).isEqualTo(AcceptResult.accepted(spans));
		return made;
	}

	private static AcceptResult accept(Pipeline pipeline, Made made) {
		return pipeline.accept(made.batch()).orTimeout(30, java.util.concurrent.TimeUnit.SECONDS).join();
	}

	private static SignalLedger ledger(Pipeline pipeline) {
		return pipeline.ledgers().get(0);
	}

	private static StorageStatus storage(Pipeline pipeline) {
		StorageStatus status = pipeline.status().storage();
		assertThat(status).isNotNull();
		return status;
	}

	private Pipeline start(Disk disk) {
		PipelineTime time = new PipelineTime(Clock.systemUTC(), () -> System.nanoTime() + this.elapsed.get(),
				() -> ThreadLocalRandom.current().nextDouble());
		StorageSettings storage = new StorageSettings(this.directory, SlotOwner.of("shop", List.of("default")),
				Map.of(Signal.TRACES, this.log));
		RouteSettings settings = new RouteSettings(new BatchSettings(1000, 64 * 1024, Duration.ofMillis(20)), QUICK,
				Duration.ofSeconds(10), 2, null);
		RouteDefinition route = new RouteDefinition("default", Signal.TRACES,
				this.server.endpoint(Signal.TRACES).toString(), "test",
				this.connector.transport(HttpTransportSettings.of(this.server.endpoint(Signal.TRACES))),
				new SingleLockCircuitBreaker(new CircuitBreakerSettings(3, Duration.ofMillis(30),
						Duration.ofMillis(120), 1, Duration.ofSeconds(20)), time.clock(), time.nanos()),
				settings);
		Pipeline pipeline = new Pipeline(new PipelineSettings(this.buffer, WhenFull.REJECT, Duration.ofSeconds(2),
				new StoragePlan(storage, this.required, disk)), List.of(route), time);
		this.pipelines.add(pipeline);
		pipeline.start();
		return pipeline;
	}

	private static LogSettings settings(long maxSize, WhenLogFull whenFull, FsyncPolicy fsync) {
		return new LogSettings(maxSize, Duration.ofHours(1), maxSize / 4, Duration.ofMinutes(10), 0, whenFull,
				Duration.ZERO, fsync, Duration.ofMillis(50));
	}

}
