package io.github.otlpboot.buffer;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.SourcedBatch;
import io.github.otlpboot.testing.FakeTime;
import io.github.otlpboot.testing.Race;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link MemoryStore}.
 */
class MemoryStoreTests {

	private static final long ANY = Long.MAX_VALUE;

	private static final BufferLimits LIMITS = new BufferLimits(10, 100);

	private final TestBatches batches = new TestBatches();

	private final AtomicLong dropped = new AtomicLong();

	private final BatchBuffer buffer = new BatchBuffer(Signal.TRACES, LIMITS, new FakeTime().clock(), () -> {
	});

	private final MemoryBatchSource source = new MemoryBatchSource(this.buffer);

	@Test
	void rejectRefusesWhatDoesNotFitAndDropsNothing() {
		MemoryStore store = new MemoryStore(this.source, WhenFull.REJECT, this.dropped::addAndGet);
		assertThat(store.accept(List.of(batch(1, 6, 10), batch(2, 4, 10)))).isNull();
		assertThat(store.accept(List.of(batch(3, 1, 10)))).isEqualTo(RefusalReason.BUFFER_FULL);
		assertThat(this.source.ledger().lost()).isEmpty();
		assertThat(this.batches.released()).isZero();
		assertThat(remaining()).containsExactly(1, 2);
	}

	@Test
	void dropOldestDropsAsFewOfTheOldestAsPossible() {
		MemoryStore store = new MemoryStore(this.source, WhenFull.DROP_OLDEST, this.dropped::addAndGet);
		for (int number = 1; number <= 5; number++) {
			assertThat(store.accept(List.of(batch(number, 2, 4)))).isNull();
		}
		assertThat(this.source.ledger().lost()).isEmpty();
		assertThat(store.accept(List.of(batch(6, 1, 4), batch(7, 2, 4)))).isNull();
		assertThat(this.source.ledger())
			.isEqualTo(new MemoryLedger(13, 13, Map.of(), 0, Map.of(LossReason.OVERFLOW, 4L), this.source.backlog()));
		assertThat(this.source.backlog().items()).isEqualTo(9);
		assertThat(this.batches.released()).isEqualTo(2);
		assertThat(remaining()).containsExactly(3, 4, 5, 6, 7);
		assertThat(this.dropped).hasValue(4);
	}

	@Test
	void dropOldestMakesRoomForBytesToo() {
		MemoryStore store = new MemoryStore(this.source, WhenFull.DROP_OLDEST, this.dropped::addAndGet);
		store.accept(List.of(batch(1, 1, 50), batch(2, 1, 50)));
		assertThat(store.accept(List.of(batch(3, 1, 10)))).isNull();
		assertThat(remaining()).containsExactly(2, 3);
	}

	@Test
	void dropOldestSparesWhatIsOnItsWay() {
		MemoryStore store = new MemoryStore(this.source, WhenFull.DROP_OLDEST, this.dropped::addAndGet);
		store.accept(List.of(batch(1, 6, 4)));
		SourcedBatch onItsWay = this.source.next(ANY, ANY);
		store.accept(List.of(batch(2, 4, 4)));
		assertThat(store.accept(List.of(batch(3, 4, 4)))).isNull();
		// Would not fit even without the unread batch, so that one stays
		assertThat(store.accept(List.of(batch(4, 5, 4)))).isEqualTo(RefusalReason.BUFFER_FULL);
		assertThat(this.source.ledger().lost()).isEqualTo(Map.of(LossReason.OVERFLOW, 4L));
		assertThat(this.batches.released()).isOne();
		this.source.settle(onItsWay, Settlement.delivered(6));
		assertThat(remaining()).containsExactly(3);
		assertThat(this.source.ledger()).matches(MemoryLedger::isBalanced);
	}

	@ParameterizedTest
	@EnumSource
	void batchLargerThanTheLimitsIsRefusedAndDropsNothing(WhenFull whenFull) {
		MemoryStore store = new MemoryStore(this.source, whenFull, this.dropped::addAndGet);
		store.accept(List.of(batch(1, 1, 4)));
		assertThat(store.accept(List.of(batch(2, 11, 4)))).isEqualTo(RefusalReason.BUFFER_FULL);
		assertThat(store.accept(List.of(batch(3, 1, 101)))).isEqualTo(RefusalReason.BUFFER_FULL);
		assertThat(this.source.ledger().refused()).isEqualTo(Map.of(RefusalReason.BUFFER_FULL, 12L));
		assertThat(remaining()).containsExactly(1);
	}

	@ParameterizedTest
	@EnumSource
	void closedStoreRefusesAndDropsNothing(WhenFull whenFull) {
		MemoryStore store = new MemoryStore(this.source, whenFull, this.dropped::addAndGet);
		store.accept(List.of(batch(1, 10, 4)));
		this.buffer.close();
		assertThat(store.accept(List.of(batch(2, 10, 4)))).isEqualTo(RefusalReason.CLOSED);
		assertThat(this.source.ledger().refused()).isEqualTo(Map.of(RefusalReason.CLOSED, 10L));
		assertThat(this.source.ledger().lost()).isEmpty();
		assertThat(remaining()).containsExactly(1);
	}

	@ParameterizedTest
	@EnumSource
	void acceptingTellsOfTheArrivalOutsideTheLock(WhenFull whenFull) {
		AtomicInteger told = new AtomicInteger();
		List<MemoryBatchSource> sources = new ArrayList<>();
		BatchBuffer tellingBuffer = new BatchBuffer(Signal.TRACES, LIMITS, new FakeTime().clock(), () -> {
			CompletableFuture.supplyAsync(() -> sources.get(0).ledger()).orTimeout(10, TimeUnit.SECONDS).join();
			told.incrementAndGet();
		});
		sources.add(new MemoryBatchSource(tellingBuffer));
		MemoryStore store = new MemoryStore(sources.get(0), whenFull, this.dropped::addAndGet);
		store.accept(List.of(batch(1, 10, 4)));
		store.accept(List.of(batch(2, 10, 4)));
		assertThat(told).hasValue((whenFull == WhenFull.DROP_OLDEST) ? 2 : 1);
	}

	@Test
	void dropOldestAcceptsEveryoneUnderContention() throws Exception {
		MemoryStore store = new MemoryStore(this.source, WhenFull.DROP_OLDEST, this.dropped::addAndGet);
		int threads = 100;
		try (Race race = new Race(threads)) {
			for (int round = 1; round <= 20; round++) {
				List<RefusalReason> results = race.run((thread) -> store.accept(List.of(batch(thread, 1, 4))));
				assertThat(results).containsOnlyNulls();
				assertThat(this.source.backlog().items()).isEqualTo(10);
				assertThat(this.source.ledger().lostItems()).isEqualTo(round * threads - 10);
				assertThat(this.batches.released()).isEqualTo(round * threads - 10);
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("M01: the ledger balances in every snapshot while 16 threads offer and settle")
	void ledgerIsExactAtEveryMoment(WhenFull whenFull) throws Exception {
		long seed = System.nanoTime();
		int threads = 16;
		int settlers = 4;
		int watchers = 2;
		BatchBuffer large = new BatchBuffer(Signal.TRACES, new BufferLimits(300, 20_000), new FakeTime().clock(),
				() -> {
				});
		MemoryBatchSource ledgerSource = new MemoryBatchSource(large);
		MemoryStore store = new MemoryStore(ledgerSource, whenFull, this.dropped::addAndGet);
		AtomicInteger toSettle = new AtomicInteger(5_000);
		AtomicInteger running = new AtomicInteger(threads);
		AtomicLong refusedBatches = new AtomicLong();
		AtomicLong snapshots = new AtomicLong();
		List<MemoryLedger> broken = Collections.synchronizedList(new ArrayList<>());
		try (Race race = new Race(threads + watchers)) {
			race.run((thread) -> {
				Random random = new Random(seed + thread);
				if (thread >= threads) {
					while (running.get() > 0 && !Thread.interrupted()) {
						MemoryLedger ledger = ledgerSource.ledger();
						snapshots.incrementAndGet();
						if (!ledger.isBalanced() || ledger.pending().items() > 300
								|| ledger.pending().bytes() > 20_000) {
							broken.add(ledger);
						}
					}
				}
				else if (thread >= settlers) {
					while (toSettle.get() > 0 && !Thread.interrupted()) {
						List<Batch> offered = batches(random);
						if (store.accept(offered) != null) {
							refusedBatches.addAndGet(offered.size());
						}
					}
					large.close();
					running.decrementAndGet();
				}
				else {
					settle(ledgerSource, random, toSettle);
					running.decrementAndGet();
				}
				return null;
			});
		}
		ledgerSource.discardRemaining(LossReason.SHUTDOWN);
		MemoryLedger ledger = ledgerSource.ledger();
		assertThat(broken).as("seed %d", seed).isEmpty();
		assertThat(snapshots.get()).isPositive();
		assertThat(ledger).as("seed %d", seed).matches(MemoryLedger::isBalanced);
		assertThat(ledger.pending()).isEqualTo(Backlog.EMPTY);
		assertThat(ledger.delivered()).isPositive();
		assertThat(this.batches.released()).isEqualTo(this.batches.made() - refusedBatches.get());
	}

	private static void settle(MemoryBatchSource source, Random random, AtomicInteger toSettle) {
		while (toSettle.get() > 0 && !Thread.interrupted()) {
			SourcedBatch batch = source.next(ANY, ANY);
			if (batch != null) {
				int items = batch.batch().items();
				source.settle(batch, (random.nextInt(4) == 0) ? Settlement.lost(items, LossReason.REJECTED)
						: Settlement.delivered(items));
				toSettle.decrementAndGet();
			}
		}
	}

	private List<Batch> batches(Random random) {
		List<Batch> offered = new ArrayList<>();
		int count = 1 + random.nextInt(3);
		for (int i = 0; i < count; i++) {
			offered.add(batch(i, random.nextInt(20), random.nextInt(500)));
		}
		return offered;
	}

	private List<Integer> remaining() {
		List<Integer> numbers = new ArrayList<>();
		for (SourcedBatch next = this.source.next(ANY, ANY); next != null; next = this.source.next(ANY, ANY)) {
			numbers.add(TestBatches.number(next.batch()));
			this.source.settle(next, Settlement.delivered(next.batch().items()));
		}
		assertThat(this.source.ledger()).matches(MemoryLedger::isBalanced);
		return numbers;
	}

	private Batch batch(int number, int items, int bytes) {
		return this.batches.batch(number, items, bytes);
	}

}
