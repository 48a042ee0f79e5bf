package io.github.otlpboot.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

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
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.Disk;
import io.github.otlpboot.storage.FsyncPolicy;
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.storage.SimulatedDisk;
import io.github.otlpboot.storage.SimulatedDisk.Operation;
import io.github.otlpboot.storage.SlotOwner;
import io.github.otlpboot.storage.StorageSettings;
import io.github.otlpboot.storage.WhenLogFull;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestRequest;
import io.github.otlpboot.testing.OtlpTestServer;
import io.github.otlpboot.testing.SpanBatches;
import io.github.otlpboot.testing.SpanBatches.Made;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Faults of the disk that meet others: of the network, of the life cycle, or of the
 * virtual machine.
 */
class PipelineStorageFaultTests {

	private static final Path DIRECTORY = Path.of("/storage");

	private static final Duration LONG = Duration.ofSeconds(30);

	private static final Duration SHUTDOWN = Duration.ofSeconds(2);

	private static final long KIB = 1024;

	private final SpanBatches batches = new SpanBatches();

	private final OtlpTestServer server = OtlpTestServer.open();

	private final HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC());

	private final AtomicLong elapsed = new AtomicLong();

	private final List<Pipeline> pipelines = new ArrayList<>();

	private final SimulatedDisk disk = new SimulatedDisk();

	private final Set<String> taken = ConcurrentHashMap.newKeySet();

	private final AtomicBoolean chaos = new AtomicBoolean(true);

	private final AtomicBoolean hanging = new AtomicBoolean();

	private BufferLimits buffer = new BufferLimits(10_000, KIB * KIB);

	private Duration shutdown = SHUTDOWN;

	private LogSettings log = settings(4096 * KIB, WhenLogFull.DROP_OLDEST, FsyncPolicy.INTERVAL);

	@AfterEach
	void tearDown() {
		this.disk.heal();
		this.pipelines.forEach(Pipeline::close);
		this.connector.close();
		this.server.close();
	}

	@Test
	@DisplayName("What waits in memory goes to disk as soon as there is a slot, not when something new comes")
	void whatIsInMemoryGoesToDiskWhenTheDirectoryCanBeUsed() {
		this.disk.failAll(Operation.CREATE_DIRECTORIES);
		this.server.stop();
		Pipeline pipeline = start();
		accepted(pipeline, 10);
		await().atMost(LONG).until(() -> pipeline.status().routes().get(0).consecutiveFailures() > 0);
		// The route has taken the first, and nothing more while that fails.
		accepted(pipeline, 10);
		this.disk.heal();
		await().atMost(LONG).until(() -> storage(pipeline).isDurable());
		await().atMost(LONG).until(() -> segmentBytes() > 0);
		assertThat(ledger(pipeline).isBalanced()).isTrue();
	}

	@Test
	@DisplayName("What an earlier process has left goes out as soon as there is a slot, not when something new comes")
	void theBacklogIsDeliveredWhenTheDirectoryCanBeUsed() {
		this.server.stop();
		Pipeline before = start();
		Made made = accepted(before, 10);
		before.close();
		this.server.start();
		this.disk.failAll(Operation.CREATE_DIRECTORIES);
		Pipeline pipeline = start();
		assertThat(storage(pipeline).isDurable()).isFalse();
		this.disk.heal();
		await().atMost(LONG).untilAsserted(() -> assertThat(this.server.spanIds()).containsAll(made.ids()));
	}

	@Test
	@DisplayName("Memory that runs out while a batch is written costs neither the batch nor the thread")
	void anErrorOfTheVirtualMachineLosesNothing() {
		Pipeline pipeline = start();
		accepted(pipeline, 1);
		AtomicBoolean once = new AtomicBoolean(true);
		this.disk.hook((operation, path) -> {
			if (operation == Operation.WRITE && path.toString().contains(".seg") && once.getAndSet(false)) {
				throw new OutOfMemoryError("Cannot reserve 65536 bytes of direct buffer memory");
			}
		});
		Made made = accepted(pipeline, 10);
		Made more = accepted(pipeline, 10);
		await().atMost(LONG)
			.untilAsserted(() -> assertThat(this.server.spanIds()).containsAll(made.ids()).containsAll(more.ids()));
		await().atMost(LONG).until(() -> ledger(pipeline).routes().get(0).delivered() == 21);
		assertThat(ledger(pipeline).isBalanced()).isTrue();
	}

	@Test
	@DisplayName("An error that nobody expects costs neither a batch nor the room of it")
	void anErrorThatNobodyExpectsLosesNothing() {
		// Of two batches and a half, in front of the disk and in its stead
		this.buffer = new BufferLimits(25, KIB * KIB);
		Pipeline pipeline = start();
		accepted(pipeline, 1);
		for (int i = 0; i < 5; i++) {
			Made made = acceptedInSpiteOfAnError(pipeline);
			await().atMost(LONG).untilAsserted(() -> assertThat(this.server.spanIds()).containsAll(made.ids()));
		}
		await().atMost(LONG).until(() -> ledger(pipeline).routes().get(0).delivered() == 51);
		assertThat(ledger(pipeline).isBalanced()).isTrue();
	}

	@Test
	@DisplayName("An error that nobody expects keeps what waits in memory there")
	void anErrorThatNobodyExpectsLosesNothingOfWhatIsInMemory() {
		this.server.stop();
		Pipeline pipeline = start();
		for (int i = 0; i < 5; i++) {
			acceptedInSpiteOfAnError(pipeline);
		}
		assertThat(storage(pipeline).isDurable()).isFalse();
		assertThat(storage(pipeline).reason()).contains("NoClassDefFoundError");
		this.elapsed.addAndGet(Duration.ofSeconds(2).toNanos());
		accepted(pipeline, 1);
		this.server.start();
		await().atMost(LONG).until(() -> ledger(pipeline).routes().get(0).delivered() == 51);
		assertThat(ledger(pipeline).isBalanced()).isTrue();
	}

	private Made acceptedInSpiteOfAnError(Pipeline pipeline) {
		// The disk is tried again after a second
		this.elapsed.addAndGet(Duration.ofSeconds(2).toNanos());
		AtomicBoolean once = new AtomicBoolean(true);
		this.disk.hook((operation, path) -> {
			if (operation == Operation.WRITE && path.toString().contains(".seg") && once.getAndSet(false)) {
				throw new NoClassDefFoundError("io/github/otlpboot/Gone");
			}
		});
		Made made = accepted(pipeline, 10);
		assertThat(once).as("the error has not happened yet").isFalse();
		return made;
	}

	@ParameterizedTest
	@EnumSource(WhenLogFull.class)
	@DisplayName("T16: files that cannot be deleted count towards the budget")
	void filesThatCannotBeDeletedTakeSpace(WhenLogFull whenFull) {
		this.log = settings(64 * KIB, whenFull, FsyncPolicy.INTERVAL);
		Pipeline pipeline = start();
		this.disk.failAll(Operation.DELETE);
		for (int i = 0; i < 150; i++) {
			accept(pipeline, this.batches.make(50));
			assertThat(segmentBytes()).isLessThanOrEqualTo(64 * KIB + 16 * KIB);
			if (i == 75) {
				this.server.stop();
			}
		}
		assertThat(ledger(pipeline).isBalanced()).isTrue();
		this.disk.heal();
		this.server.start();
		await().atMost(LONG).until(() -> ledger(pipeline).routes().get(0).pending().isEmpty());
		await().atMost(LONG).until(() -> accept(pipeline, this.batches.make(50)).isAccepted());
		assertThat(ledger(pipeline).isBalanced()).isTrue();
	}

	@Test
	@DisplayName("T16: what could not be synced and is written again elsewhere takes no space twice")
	void whatCouldNotBeSyncedTakesNoSpace() {
		this.log = settings(64 * KIB, WhenLogFull.DROP_OLDEST, FsyncPolicy.ALWAYS);
		this.server.stop();
		Pipeline pipeline = start();
		accepted(pipeline, 1);
		for (int i = 0; i < 60; i++) {
			this.disk.fail(Operation.SYNC, 1);
			accepted(pipeline, 150);
			assertThat(segmentBytes()).isLessThanOrEqualTo(64 * KIB + 16 * KIB);
		}
		assertThat(ledger(pipeline).isBalanced()).isTrue();
	}

	@Test
	@DisplayName("T17: an orphan that cannot be deleted is counted once")
	void anOrphanThatCannotBeDeletedIsCountedOnce() {
		this.server.stop();
		Pipeline live = start();
		Pipeline other = start();
		accepted(other, 30);
		other.close();
		this.disk.failAll(Operation.DELETE);
		this.server.start();
		for (int i = 1; i <= 3; i++) {
			int own = i;
			this.elapsed.addAndGet(Duration.ofSeconds(61).toNanos());
			accepted(live, 1);
			await().atMost(LONG).until(() -> ledger(live).routes().get(0).delivered() >= 30 + own);
			await().atMost(LONG).until(() -> ledger(live).routes().get(0).pending().isEmpty());
			assertThat(ledger(live).isBalanced()).isTrue();
			assertThat(ledger(live).accepted()).isEqualTo(30 + own);
		}
		this.disk.heal();
		this.elapsed.addAndGet(Duration.ofSeconds(61).toNanos());
		accepted(live, 1);
		await().atMost(LONG).until(() -> !this.disk.exists(DIRECTORY.resolve("slot-1").resolve("META")));
		await().atMost(LONG).until(() -> ledger(live).routes().get(0).delivered() == 34);
		assertThat(ledger(live).accepted()).isEqualTo(34);
	}

	@Test
	@DisplayName("T17: what goes into a slot that is lost meanwhile is in another one before it is acknowledged")
	void whatWentIntoALostSlotIsWrittenAgain() throws IOException {
		this.server.stop();
		Pipeline pipeline = start();
		accepted(pipeline, 1);
		Path slot = DIRECTORY.resolve("slot-0");
		AtomicBoolean once = new AtomicBoolean(true);
		this.disk.hook((operation, path) -> {
			if (operation == Operation.WRITE && path.toString().contains(".seg") && once.getAndSet(false)) {
				stealLock(slot);
			}
		});
		accepted(pipeline, 10);
		// Nobody reads the first one for us any more.
		assertThat(segmentBytes(DIRECTORY.resolve("slot-1"))).isPositive();
		assertThat(ledger(pipeline).isBalanced()).isTrue();
	}

	@Test
	@DisplayName("T17: what is delivered and could not be deleted is left alone once somebody else has it")
	void aDeliveredSlotOfSomebodyElseIsNotDeleted() throws IOException {
		this.server.stop();
		Pipeline live = start();
		Pipeline other = start();
		accepted(other, 30);
		other.close();
		this.disk.failAll(Operation.DELETE);
		this.server.start();
		this.elapsed.addAndGet(Duration.ofSeconds(61).toNanos());
		accepted(live, 1);
		await().atMost(LONG).until(() -> ledger(live).routes().get(0).delivered() == 31);
		await().atMost(LONG).until(() -> ledger(live).routes().get(0).pending().isEmpty());
		accepted(live, 1);
		this.disk.heal();
		stealLock(DIRECTORY.resolve("slot-1"));
		this.elapsed.addAndGet(Duration.ofSeconds(61).toNanos());
		accepted(live, 1);
		await().atMost(LONG).until(() -> ledger(live).routes().get(0).delivered() == 33);
		assertThat(this.disk.exists(DIRECTORY.resolve("slot-1").resolve("META"))).isTrue();
		assertThat(ledger(live).isBalanced()).isTrue();
	}

	// As another process does it that finds none.
	private void stealLock(Path slot) {
		try {
			this.disk.delete(slot.resolve("LOCK"));
			assertThat(this.disk.tryLock(slot.resolve("LOCK"))).isNotNull();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@ParameterizedTest
	@EnumSource(FsyncPolicy.class)
	@DisplayName("T34: whoever accepts while the pipeline closes is told, and what was accepted is kept")
	void closingWhileManyAcceptLosesNothing(FsyncPolicy fsync) throws Exception {
		this.log = settings(4096 * KIB, WhenLogFull.DROP_OLDEST, fsync);
		this.server.stop();
		Pipeline pipeline = start();
		ConcurrentLinkedQueue<String> accepted = new ConcurrentLinkedQueue<>();
		ConcurrentLinkedQueue<Throwable> untold = new ConcurrentLinkedQueue<>();
		CountDownLatch warm = new CountDownLatch(50);
		AtomicBoolean ended = new AtomicBoolean();
		List<Thread> threads = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			Thread thread = new Thread(() -> {
				while (!ended.get()) {
					Made made = this.batches.make(2);
					try {
						if (accept(pipeline, made).isAccepted()) {
							accepted.addAll(made.ids());
						}
						else {
							Thread.yield();
						}
					}
					catch (RuntimeException ex) {
						untold.add(ex);
						return;
					}
					warm.countDown();
				}
			});
			threads.add(thread);
			thread.start();
		}
		warm.await();
		pipeline.close();
		ended.set(true);
		for (Thread thread : threads) {
			thread.join();
		}
		assertThat(untold).isEmpty();
		assertThat(ledger(pipeline).isBalanced()).isTrue();
		assertThat(ledger(pipeline).accepted()).isEqualTo(accepted.size());
		this.server.start();
		Pipeline next = start();
		assertThat(ledger(next).accepted()).isEqualTo(accepted.size());
		await().atMost(LONG).until(() -> ledger(next).routes().get(0).pending().isEmpty());
		assertThat(this.server.spanIds()).containsAll(accepted);
	}

	@ParameterizedTest
	@EnumSource(names = { "WRITE", "SYNC" })
	@DisplayName("T34: a disk that never answers does not keep the pipeline from closing within its bound and a second")
	void aHangingDiskDoesNotKeepThePipelineFromClosing(Operation operation) {
		this.log = settings(4096 * KIB, WhenLogFull.DROP_OLDEST, FsyncPolicy.ALWAYS);
		this.server.stop();
		Pipeline pipeline = start();
		Made kept = accepted(pipeline, 10);
		CountDownLatch hang = hangOn(operation);
		CompletableFuture<AcceptResult> waiting = pipeline.accept(this.batches.make(10).batch());
		long before = System.nanoTime();
		pipeline.close();
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SHUTDOWN.plusSeconds(1));
		assertThat(waiting).isCompletedWithValue(AcceptResult.refused(10, RefusalReason.CLOSED));
		hang.countDown();
		await().atMost(LONG).untilAsserted(() -> assertThat(ledger(pipeline).isBalanced()).isTrue());
		this.server.start();
		Pipeline next = start();
		this.elapsed.addAndGet(Duration.ofSeconds(61).toNanos());
		accepted(next, 1);
		await().atMost(LONG).untilAsserted(() -> assertThat(this.server.spanIds()).containsAll(kept.ids()));
	}

	@Test
	@DisplayName("T34: a producer that waits for a disk that never answers is told before the end, as all later ones are")
	void producersDoNotWaitForAHangingDiskAtTheEnd() {
		this.server.stop();
		Pipeline pipeline = start();
		accepted(pipeline, 10);
		CountDownLatch hang = hangOn(Operation.WRITE);
		CompletableFuture<AcceptResult> waiting = pipeline.accept(this.batches.make(10).batch());
		pipeline.expectClose();
		assertThat(waiting.orTimeout(SHUTDOWN.plusSeconds(1).toMillis(), TimeUnit.MILLISECONDS).join())
			.isEqualTo(AcceptResult.refused(10, RefusalReason.CLOSED));
		assertThat(pipeline.accept(this.batches.make(5).batch()))
			.isCompletedWithValue(AcceptResult.refused(5, RefusalReason.CLOSED));
		long before = System.nanoTime();
		pipeline.close();
		assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMillis(1500));
		hang.countDown();
		await().atMost(LONG).untilAsserted(() -> assertThat(ledger(pipeline).isBalanced()).isTrue());
	}

	@Test
	@DisplayName("T34: what is still being written when the end comes is delivered, if there is time for both")
	void whatIsBeingWrittenAtTheEndIsDelivered() {
		this.shutdown = Duration.ofSeconds(20);
		Pipeline pipeline = start();
		accepted(pipeline, 10);
		CountDownLatch hang = hangOn(Operation.WRITE);
		Made late = this.batches.make(10);
		CompletableFuture<AcceptResult> waiting = pipeline.accept(late.batch());
		await().atMost(LONG).until(() -> this.hanging.get());
		CompletableFuture<Void> closing = CompletableFuture.runAsync(pipeline::close);
		// Long enough for a forwarder that finds nothing to send.
		await().during(Duration.ofMillis(300)).atMost(LONG).until(() -> !closing.isDone());
		hang.countDown();
		closing.orTimeout(20, TimeUnit.SECONDS).join();
		assertThat(waiting).isCompletedWithValue(AcceptResult.accepted(10));
		assertThat(this.server.spanIds()).containsAll(late.ids());
		assertThat(ledger(pipeline).routes().get(0).pending().isEmpty()).isTrue();
	}

	@Test
	@DisplayName("A disk that does not answer is told to operators, who see nothing else of it")
	void aHangingDiskIsTold() {
		Pipeline pipeline = start();
		accepted(pipeline, 10);
		CountDownLatch hang = hangOn(Operation.WRITE);
		CompletableFuture<AcceptResult> waiting = pipeline.accept(this.batches.make(10).batch());
		await().atMost(LONG).until(() -> this.hanging.get());
		assertThat(storage(pipeline).reason()).isNull();
		this.elapsed.addAndGet(Duration.ofSeconds(11).toNanos());
		assertThat(storage(pipeline).reason()).isEqualTo("the disk does not answer");
		hang.countDown();
		assertThat(waiting.orTimeout(20, TimeUnit.SECONDS).join().isAccepted()).isTrue();
		await().atMost(LONG).until(() -> storage(pipeline).isDurable());
	}

	private CountDownLatch hangOn(Operation hung) {
		CountDownLatch hang = new CountDownLatch(1);
		this.disk.hook((operation, path) -> {
			if (operation == hung) {
				this.hanging.set(true);
				awaitUninterruptibly(hang);
			}
		});
		return hang;
	}

	@Test
	@DisplayName("T16: a smaller budget after a restart costs the oldest, counted")
	void aSmallerBudgetCostsTheOldest() {
		this.log = settings(1024 * KIB, WhenLogFull.DROP_OLDEST, FsyncPolicy.INTERVAL);
		this.server.stop();
		Pipeline first = start();
		List<Made> all = new ArrayList<>();
		for (int i = 0; i < 100; i++) {
			all.add(accepted(first, 100));
		}
		first.close();
		this.log = settings(64 * KIB, WhenLogFull.REJECT, FsyncPolicy.INTERVAL);
		Pipeline rejecting = start();
		assertThat(accept(rejecting, this.batches.make(1)).isAccepted()).isFalse();
		assertThat(ledger(rejecting).routes().get(0).lostItems()).isZero();
		rejecting.close();
		this.log = settings(256 * KIB, WhenLogFull.DROP_OLDEST, FsyncPolicy.INTERVAL);
		Pipeline second = start();
		accepted(second, 1);
		await().atMost(LONG).until(() -> segmentBytes() <= 256 * KIB + 64 * KIB);
		assertThat(ledger(second).isBalanced()).isTrue();
		assertThat(ledger(second).accepted()).isEqualTo(10_001);
		this.server.start();
		await().atMost(LONG).until(() -> ledger(second).routes().get(0).pending().isEmpty());
		assertThat(ledger(second).isBalanced()).isTrue();
		assertThat(this.server.spanIds()).hasSize((int) (10_001 - ledger(second).routes().get(0).lostItems()))
			.containsAll(all.get(99).ids());
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 2, 3, 4, 5, 6 })
	@DisplayName("Whatever fails on disk and in the network, every accepted span arrives or is counted as lost")
	void everySpanIsAccountedFor(long seed) {
		Random random = new Random(seed * 7919);
		FsyncPolicy[] policies = FsyncPolicy.values();
		ConcurrentLinkedQueue<String> accepted = new ConcurrentLinkedQueue<>();
		this.server.answer((request) -> answer(request, random));
		this.buffer = new BufferLimits(2_000, 256 * KIB);
		long lost = 0;
		for (int process = 0; process < 4; process++) {
			this.log = settings(((random.nextInt(2) == 0) ? 64 : 2048) * KIB, WhenLogFull.values()[random.nextInt(2)],
					policies[random.nextInt(policies.length)]);
			List<Pipeline> both = List.of(start(), start());
			for (int step = 0; step < 250; step++) {
				step(both.get(random.nextInt(2)), random, accepted);
				for (Pipeline each : both) {
					SignalLedger ledger = ledger(each);
					assertThat(ledger.isBalanced()).as("seed %s, process %s, step %s: %s", seed, process, step, ledger)
						.isTrue();
				}
			}
			for (Pipeline each : both) {
				each.close();
				SignalLedger ledger = ledger(each);
				assertThat(ledger.isBalanced()).as("closed: %s", ledger).isTrue();
				lost += lostNow(ledger);
			}
		}
		this.disk.heal();
		this.chaos.set(false);
		Pipeline last = start();
		long before = ledger(last).routes().get(0).lostItems() - lostNow(ledger(last));
		assertThat(before).isNotNegative();
		this.elapsed.addAndGet(Duration.ofSeconds(61).toNanos());
		// Wakes the thread that adopts; a log that rejects may still be full.
		Made fresh = this.batches.make(1);
		if (accept(last, fresh).isAccepted()) {
			accepted.addAll(fresh.ids());
		}
		await().atMost(LONG).until(() -> ledger(last).routes().get(0).pending().isEmpty() && slotsInUse() == 1);
		lost += lostNow(ledger(last));
		assertThat(ledger(last).isBalanced()).isTrue();
		List<String> missing = accepted.stream().filter((id) -> !this.taken.contains(id)).toList();
		assertThat((long) missing.size()).as("seed %s: %s missing, %s counted", seed, missing.size(), lost)
			.isLessThanOrEqualTo(lost);
	}

	// Which one the last process has taken depends on what the ones before could delete.
	private long slotsInUse() {
		return IntStream.range(0, 20)
			.filter((index) -> this.disk.exists(DIRECTORY.resolve("slot-" + index).resolve("META")))
			.count();
	}

	private static long lostNow(SignalLedger ledger) {
		SignalLedger.RouteLedger route = ledger.routes().get(0);
		return route.lostItems() - route.earlier().lost().values().stream().mapToLong(Long::longValue).sum();
	}

	private void step(Pipeline pipeline, Random random, ConcurrentLinkedQueue<String> accepted) {
		Operation[] operations = Operation.values();
		Operation operation;
		int dice;
		synchronized (random) {
			operation = operations[random.nextInt(operations.length)];
			dice = random.nextInt(40);
		}
		switch (dice) {
			case 0, 1, 2 -> this.disk.fail(operation, 1 + dice);
			case 3 -> this.disk.failAll(operation);
			case 4, 5 -> this.disk.heal();
			case 6 -> this.disk.noSpaceAfter(4096);
			case 7 -> this.disk.shortWrite(1, 100);
			case 8, 9 -> this.elapsed.addAndGet(Duration.ofMillis(1100).toNanos());
			case 10 -> this.elapsed.addAndGet(Duration.ofSeconds(61).toNanos());
			case 11 -> this.disk.failAll(Operation.SYNC);
			default -> {
				Made made = this.batches.make(1 + dice);
				if (accept(pipeline, made).isAccepted()) {
					accepted.addAll(made.ids());
				}
			}
		}
	}

	private OtlpTestAnswer answer(OtlpTestRequest request, Random random) {
		int dice = 11;
		if (this.chaos.get()) {
			synchronized (random) {
				dice = random.nextInt(12);
			}
		}
		List<String> ids = new ArrayList<>(request.spans()
			.stream()
			.map((span) -> HexFormat.of().formatHex(span.getSpanId().toByteArray()))
			.toList());
		switch (dice) {
			case 0, 1, 2 -> {
				return OtlpTestAnswer.status(503);
			}
			case 3 -> {
				return OtlpTestAnswer.status(400);
			}
			case 4 -> {
				return OtlpTestAnswer.status(413);
			}
			case 5 -> {
				return OtlpTestAnswer.reset();
			}
			case 6 -> {
				ids.remove(0);
				this.taken.addAll(ids);
				return OtlpTestAnswer.ok()
					.message(ExportTraceServiceResponse.newBuilder()
						.setPartialSuccess(
								ExportTracePartialSuccess.newBuilder().setRejectedSpans(1).setErrorMessage("one"))
						.build());
			}
			default -> {
				this.taken.addAll(ids);
				return OtlpTestAnswer.ok();
			}
		}
	}

	private static void awaitUninterruptibly(CountDownLatch latch) {
		while (latch.getCount() > 0) {
			try {
				latch.await();
			}
			catch (InterruptedException ex) {
				// Such is a disk.
			}
		}
	}

	private long segmentBytes() {
		try {
			long bytes = 0;
			for (Path slot : this.disk.list(DIRECTORY)) {
				bytes += segmentBytes(slot);
			}
			return bytes;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private long segmentBytes(Path slot) throws IOException {
		long bytes = 0;
		for (Path file : this.disk.list(slot.resolve("traces"))) {
			bytes += file.toString().endsWith(".seg") ? size(file) : 0;
		}
		return bytes;
	}

	private long size(Path file) {
		try {
			return this.disk.contents(file).length;
		}
		catch (IllegalArgumentException ex) {
			// Deleted in the meantime.
			return 0;
		}
	}

	private Made accepted(Pipeline pipeline, int spans) {
		Made made = this.batches.make(spans);
		assertThat(accept(pipeline, made)).isEqualTo(AcceptResult.accepted(spans));
		return made;
	}

	private static AcceptResult accept(Pipeline pipeline, Made made) {
		return pipeline.accept(made.batch()).orTimeout(20, TimeUnit.SECONDS).join();
	}

	private static SignalLedger ledger(Pipeline pipeline) {
		return pipeline.ledgers().get(0);
	}

	private static StorageStatus storage(Pipeline pipeline) {
		StorageStatus status = pipeline.status().storage();
		assertThat(status).isNotNull();
		return status;
	}

	private Pipeline start() {
		return start(this.disk);
	}

	private Pipeline start(Disk on) {
		PipelineTime time = new PipelineTime(Clock.systemUTC(), () -> System.nanoTime() + this.elapsed.get(),
				() -> ThreadLocalRandom.current().nextDouble());
		StorageSettings storage = new StorageSettings(DIRECTORY, SlotOwner.of("shop", List.of("default")),
				Map.of(Signal.TRACES, this.log));
		RetrySettings retry = new RetrySettings(Duration.ofMillis(5), Duration.ofMillis(20), 1.5, 0.5);
		RouteSettings settings = new RouteSettings(new BatchSettings(1000, 64 * 1024, Duration.ofMillis(5)), retry,
				Duration.ofSeconds(10), 2, null);
		RouteDefinition route = new RouteDefinition("default", Signal.TRACES, "test", "test",
				this.connector.transport(HttpTransportSettings.of(this.server.endpoint(Signal.TRACES))),
				new SingleLockCircuitBreaker(new CircuitBreakerSettings(5, Duration.ofMillis(10), Duration.ofMillis(30),
						1, Duration.ofSeconds(1)), time.clock(), time.nanos()),
				settings);
		Pipeline pipeline = new Pipeline(
				new PipelineSettings(this.buffer, WhenFull.REJECT, this.shutdown, new StoragePlan(storage, false, on)),
				List.of(route), time);
		this.pipelines.add(pipeline);
		pipeline.start();
		return pipeline;
	}

	private static LogSettings settings(long maxSize, WhenLogFull whenFull, FsyncPolicy fsync) {
		return new LogSettings(maxSize, Duration.ofHours(1), maxSize / 4, Duration.ofMinutes(10), 0, whenFull,
				Duration.ZERO, fsync, Duration.ofMillis(50));
	}

}
