package io.github.otlpboot.pipeline;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
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
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.Disk;
import io.github.otlpboot.storage.FsyncPolicy;
import io.github.otlpboot.storage.LocalDisk;
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.storage.SimulatedDisk;
import io.github.otlpboot.storage.SimulatedDisk.Operation;
import io.github.otlpboot.storage.SlotOwner;
import io.github.otlpboot.storage.StorageSettings;
import io.github.otlpboot.storage.StorageUnavailableException;
import io.github.otlpboot.storage.WhenLogFull;
import io.github.otlpboot.testing.OtlpTestServer;
import io.github.otlpboot.testing.Race;
import io.github.otlpboot.testing.SpanBatches;
import io.github.otlpboot.testing.SpanBatches.Made;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Pipeline}, {@link DiskLaneStore} and {@link StorageWorker} with a log
 * on disk, over real HTTP to a real server.
 */
class PipelineStorageTests {

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

	@ParameterizedTest
	@EnumSource
	@DisplayName("What was acknowledged while the server was away is on disk, and the next process delivers it")
	void theNextProcessDeliversWhatWasAcknowledged(FsyncPolicy fsync) {
		this.log = settings(4 * MIB, WhenLogFull.DROP_OLDEST, fsync);
		this.server.stop();
		Pipeline first = start(new LocalDisk());
		Made made = this.batches.make(100);
		assertThat(accept(first, made)).isEqualTo(AcceptResult.accepted(100));
		first.close();
		SignalLedger left = ledger(first);
		assertThat(left.isBalanced()).isTrue();
		assertThat(left.routes().get(0).pending().items()).isEqualTo(100);
		this.server.start();
		Pipeline second = start(new LocalDisk());
		Made more = this.batches.make(10);
		accept(second, more);
		await().atMost(LONG)
			.untilAsserted(() -> assertThat(this.server.spanIds()).containsAll(made.ids()).containsAll(more.ids()));
		await().atMost(LONG).until(() -> ledger(second).routes().get(0).delivered() == 110);
		SignalLedger ledger = ledger(second);
		assertThat(ledger.isBalanced()).isTrue();
		assertThat(ledger.accepted()).isEqualTo(110);
		assertThat(ledger.earlier()).isEqualTo(100);
		assertThat(this.server.spanIds()).hasSize(110);
	}

	@Test
	void theLedgerGoesOnWhereTheProcessBeforeLeftOff() {
		Pipeline first = start(new LocalDisk());
		accept(first, this.batches.make(50));
		await().atMost(LONG).until(() -> ledger(first).routes().get(0).delivered() == 50);
		first.close();
		Pipeline second = start(new LocalDisk());
		SignalLedger ledger = ledger(second);
		assertThat(ledger.accepted()).isEqualTo(50);
		assertThat(ledger.routes().get(0).delivered()).isEqualTo(50);
		assertThat(ledger.routes().get(0).earlier().delivered()).isEqualTo(50);
		assertThat(ledger.isBalanced()).isTrue();
	}

	@Test
	@DisplayName("T14: a disk that stops working at run time costs durability and nothing else")
	void whenTheDiskStopsWorkingMemoryTakesItsPlaceUntilItWorksAgain() {
		SimulatedDisk disk = new SimulatedDisk();
		this.server.stop();
		Pipeline pipeline = start(disk);
		List<Made> all = new ArrayList<>();
		all.add(accepted(pipeline, 10));
		disk.failAll(Operation.WRITE);
		disk.failAll(Operation.OPEN);
		all.add(accepted(pipeline, 20));
		all.add(accepted(pipeline, 30));
		await().atMost(LONG).until(() -> !storage(pipeline).isDurable());
		assertThat(storage(pipeline).reason()).isNotEmpty();
		assertThat(ledger(pipeline).isBalanced()).isTrue();
		assertThat(ledger(pipeline).routes().get(0).pending().items()).isEqualTo(60);
		disk.heal();
		this.elapsed.addAndGet(Duration.ofSeconds(2).toNanos());
		all.add(accepted(pipeline, 40));
		await().atMost(LONG).until(() -> storage(pipeline).isDurable());
		assertThat(ledger(pipeline).isBalanced()).isTrue();
		// Everything is on disk now, also what was in memory: another process finds it.
		pipeline.close();
		this.server.start();
		Pipeline next = start(disk);
		all.forEach((made) -> await().atMost(LONG)
			.untilAsserted(() -> assertThat(this.server.spanIds()).containsAll(made.ids())));
		await().atMost(LONG).until(() -> ledger(next).routes().get(0).delivered() == 100);
		assertThat(this.server.spanIds()).hasSize(100);
		assertThat(ledger(next).isBalanced()).isTrue();
	}

	@Test
	void whileTheDiskDoesNotWorkWhatIsInMemoryIsDelivered() {
		SimulatedDisk disk = new SimulatedDisk();
		Pipeline pipeline = start(disk);
		disk.failAll(Operation.OPEN);
		disk.failAll(Operation.WRITE);
		Made made = accepted(pipeline, 25);
		await().atMost(LONG).untilAsserted(() -> assertThat(this.server.spanIds()).containsAll(made.ids()));
		await().atMost(LONG).until(() -> ledger(pipeline).routes().get(0).delivered() == 25);
		assertThat(ledger(pipeline).isBalanced()).isTrue();
		disk.heal();
	}

	@Test
	void whenTheDiskDoesNotWorkAndMemoryIsFullRefuses() {
		this.buffer = new BufferLimits(100, MIB);
		SimulatedDisk disk = new SimulatedDisk();
		this.server.stop();
		Pipeline pipeline = start(disk);
		disk.failAll(Operation.OPEN);
		disk.failAll(Operation.WRITE);
		accepted(pipeline, 60);
		accepted(pipeline, 40);
		assertThat(accept(pipeline, this.batches.make(1)))
			.isEqualTo(AcceptResult.refused(1, RefusalReason.BUFFER_FULL));
		assertThat(ledger(pipeline).refused()).isEqualTo(Map.of(RefusalReason.BUFFER_FULL, 1L));
		assertThat(ledger(pipeline).isBalanced()).isTrue();
		assertThat(pipeline.status().losses().isLosing()).isTrue();
		pipeline.close();
		// Nobody can save it now, and the ledger says so.
		assertThat(ledger(pipeline).routes().get(0).lost()).isEqualTo(Map.of(LossReason.SHUTDOWN, 100L));
		assertThat(ledger(pipeline).isBalanced()).isTrue();
		disk.heal();
	}

	@Test
	@DisplayName("T14: a directory that cannot be used at the start is tried again")
	void whenTheDirectoryCannotBeUsedAtTheStartItIsTriedAgain() {
		SimulatedDisk disk = new SimulatedDisk();
		disk.failAll(Operation.CREATE_DIRECTORIES);
		this.server.stop();
		Pipeline pipeline = start(disk);
		assertThat(storage(pipeline).isDurable()).isFalse();
		Made made = accepted(pipeline, 10);
		disk.heal();
		this.elapsed.addAndGet(Duration.ofSeconds(6).toNanos());
		Made more = accepted(pipeline, 10);
		await().atMost(LONG).until(() -> storage(pipeline).isDurable());
		pipeline.close();
		this.server.start();
		start(disk);
		await().atMost(LONG)
			.untilAsserted(() -> assertThat(this.server.spanIds()).containsAll(made.ids()).containsAll(more.ids()));
	}

	@Test
	void whenStorageIsRequiredADirectoryThatCannotBeUsedIsAnError() {
		SimulatedDisk disk = new SimulatedDisk();
		disk.failAll(Operation.CREATE_DIRECTORIES);
		this.required = true;
		assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> start(disk))
			.withCauseInstanceOf(StorageUnavailableException.class);
		disk.heal();
	}

	@Test
	void whenTheLogIsFullAndSetToRejectRefusesAndTakesAgainOnceDelivered() {
		this.log = settings(64 * 1024, WhenLogFull.REJECT, FsyncPolicy.INTERVAL);
		this.server.stop();
		Pipeline pipeline = start(new LocalDisk());
		AcceptResult result = accept(pipeline, this.batches.make(100));
		while (result.isAccepted()) {
			result = accept(pipeline, this.batches.make(100));
		}
		assertThat(result.reason()).isEqualTo(RefusalReason.LOG_FULL);
		SignalLedger full = ledger(pipeline);
		assertThat(full.isBalanced()).isTrue();
		assertThat(full.routes().get(0).lostItems()).isZero();
		this.server.start();
		await().atMost(LONG).until(() -> ledger(pipeline).routes().get(0).pending().isEmpty());
		await().atMost(LONG).until(() -> accept(pipeline, this.batches.make(100)).isAccepted());
	}

	@Test
	void whenTheLogIsFullTheOldestIsDroppedAndCounted() {
		this.log = settings(64 * 1024, WhenLogFull.DROP_OLDEST, FsyncPolicy.INTERVAL);
		this.server.stop();
		Pipeline pipeline = start(new LocalDisk());
		List<Made> all = new ArrayList<>();
		for (int i = 0; i < 40; i++) {
			all.add(accepted(pipeline, 100));
		}
		SignalLedger ledger = ledger(pipeline);
		assertThat(ledger.isBalanced()).isTrue();
		long lost = ledger.routes().get(0).lost().getOrDefault(LossReason.RETENTION_SIZE, 0L);
		assertThat(lost).isPositive();
		assertThat(pipeline.status().losses().isLosing()).isTrue();
		assertThat(storage(pipeline).used()).isLessThanOrEqualTo(64 * 1024);
		this.server.start();
		await().atMost(LONG).until(() -> ledger(pipeline).routes().get(0).pending().isEmpty());
		assertThat(this.server.spanIds()).hasSize((int) (4000 - ledger(pipeline).routes().get(0).lostItems()))
			.containsAll(all.get(39).ids());
	}

	@Test
	@DisplayName("T17: what another instance has left behind is delivered by a live one, and deleted")
	void aLiveInstanceDeliversWhatAnotherHasLeftBehind() {
		this.server.stop();
		Pipeline live = start(new LocalDisk());
		Pipeline other = start(new LocalDisk());
		Made left = accepted(other, 30);
		Made own = accepted(live, 5);
		other.close();
		SignalLedger before = ledger(live);
		this.elapsed.addAndGet(Duration.ofSeconds(61).toNanos());
		accepted(live, 1);
		await().atMost(LONG).until(() -> ledger(live).routes().get(0).pending().items() == 36);
		assertThat(ledger(live).isBalanced()).isTrue();
		// A counter that starts with this process must not jump.
		assertThat(ledger(live).accepted() - ledger(live).earlier())
			.isEqualTo(before.accepted() - before.earlier() + 1);
		this.server.start();
		await().atMost(LONG)
			.untilAsserted(() -> assertThat(this.server.spanIds()).containsAll(left.ids()).containsAll(own.ids()));
		await().atMost(LONG).until(() -> !Files.exists(this.directory.resolve("slot-1").resolve("META")));
		await().atMost(LONG).until(() -> ledger(live).routes().get(0).delivered() == 36);
		assertThat(ledger(live).isBalanced()).isTrue();
		assertThat(this.server.spanIds()).hasSize(36);
	}

	@Test
	@DisplayName("M06: while a hundred writers are busy the log goes from segment to segment, and all is kept")
	void whileWritersAreBusySegmentsRollAndNothingIsLost() throws Exception {
		this.log = new LogSettings(16 * MIB, Duration.ofHours(1), 16 * 1024, Duration.ofMinutes(10), 0,
				WhenLogFull.REJECT, Duration.ZERO, FsyncPolicy.INTERVAL, Duration.ofMillis(50));
		this.server.stop();
		Pipeline pipeline = start(new LocalDisk());
		Queue<String> accepted = new ConcurrentLinkedQueue<>();
		try (Race race = new Race(100)) {
			for (int round = 0; round < 20; round++) {
				race.run((thread) -> {
					accepted.addAll(accepted(pipeline, 5).ids());
					return null;
				});
				assertThat(ledger(pipeline).isBalanced()).isTrue();
			}
		}
		assertThat(
				this.directory.resolve("slot-0").resolve("traces").toFile().list((dir, name) -> name.endsWith(".seg")))
			.hasSizeGreaterThan(10);
		this.server.start();
		await().atMost(LONG).until(() -> ledger(pipeline).routes().get(0).delivered() == 10_000);
		assertThat(this.server.spanIds()).containsExactlyInAnyOrderElementsOf(accepted).hasSize(10_000);
		assertThat(ledger(pipeline).isBalanced()).isTrue();
	}

	@Test
	@DisplayName("T18: threads that are interrupted lose nothing")
	void interruptedProducersLoseNothing() throws Exception {
		Pipeline pipeline = start(new LocalDisk());
		List<Made> all = new ArrayList<>();
		List<Thread> threads = new ArrayList<>();
		List<CompletableFuture<AcceptResult>> results = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			Made made = this.batches.make(10);
			all.add(made);
			CompletableFuture<AcceptResult> result = new CompletableFuture<>();
			results.add(result);
			Thread thread = new Thread(() -> {
				Thread.currentThread().interrupt();
				pipeline.accept(made.batch()).thenAccept(result::complete);
			});
			threads.add(thread);
			thread.start();
		}
		for (Thread thread : threads) {
			thread.join();
		}
		for (CompletableFuture<AcceptResult> result : results) {
			assertThat(result.join()).isEqualTo(AcceptResult.accepted(10));
		}
		all.forEach((made) -> await().atMost(LONG)
			.untilAsserted(() -> assertThat(this.server.spanIds()).containsAll(made.ids())));
	}

	@Test
	@DisplayName("T18: a thread that is interrupted closes as every other, and stays interrupted")
	void anInterruptedThreadClosesInOrder() {
		Pipeline pipeline = start(new LocalDisk());
		Made made = accepted(pipeline, 100);
		Thread.currentThread().interrupt();
		pipeline.close();
		assertThat(Thread.interrupted()).isTrue();
		assertThat(this.server.spanIds()).containsExactlyInAnyOrderElementsOf(made.ids());
		assertThat(ledger(pipeline).routes().get(0).delivered()).isEqualTo(100);
	}

	@Test
	@DisplayName("What was delivered is not left on disk at the end")
	void whenEverythingWasDeliveredLeavesNoSegment() {
		Pipeline pipeline = start(new LocalDisk());
		accepted(pipeline, 100);
		await().atMost(LONG).until(() -> ledger(pipeline).routes().get(0).delivered() == 100);
		pipeline.close();
		assertThat(this.directory.resolve("slot-0").resolve("traces").toFile().list())
			.noneMatch((name) -> name.endsWith(".seg"));
		Pipeline next = start(new LocalDisk());
		accepted(next, 1);
		assertThat(ledger(next).accepted()).isEqualTo(101);
	}

	@Test
	@DisplayName("T37: a batch larger than a segment is split, and an item larger than that is refused at accept")
	void whatIsLargerThanASegmentNeverReachesTheLog() {
		this.log = settings(64 * 1024, WhenLogFull.DROP_OLDEST, FsyncPolicy.INTERVAL);
		Pipeline pipeline = start(new LocalDisk());
		Made many = accepted(pipeline, 800);
		AcceptResult huge = accept(pipeline, this.batches.make(1, "x".repeat(20_000)));
		assertThat(huge).isEqualTo(AcceptResult.refused(1, RefusalReason.TOO_LARGE));
		Made after = accepted(pipeline, 1);
		await().atMost(LONG)
			.untilAsserted(() -> assertThat(this.server.spanIds()).containsAll(many.ids()).containsAll(after.ids()));
		assertThat(ledger(pipeline).isBalanced()).isTrue();
	}

	private Made accepted(Pipeline pipeline, int spans) {
		Made made = this.batches.make(spans);
		assertThat(accept(pipeline, made)).isEqualTo(AcceptResult.accepted(spans));
		return made;
	}

	private static AcceptResult accept(Pipeline pipeline, Made made) {
		return pipeline.accept(made.batch()).orTimeout(LONG.toSeconds(), TimeUnit.SECONDS).join();
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
