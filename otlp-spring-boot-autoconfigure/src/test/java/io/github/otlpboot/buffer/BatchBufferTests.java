package io.github.otlpboot.buffer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.FakeTime;
import io.github.otlpboot.testing.Race;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link BatchBuffer}.
 */
class BatchBufferTests {

	private static final BufferCounts UNTOUCHED = new BufferCounts(0, 0, 0, 0, Backlog.EMPTY, 0, 0, 0);

	private final FakeTime time = new FakeTime();

	private final TestBatches batches = new TestBatches();

	private final AtomicInteger arrivals = new AtomicInteger();

	@Test
	void startsEmpty() {
		BatchBuffer buffer = buffer(10, 100);
		assertThat(buffer.counts()).isEqualTo(UNTOUCHED);
		assertThat(buffer.drain()).isEmpty();
		assertThat(buffer.isClosed()).isFalse();
		assertThat(buffer.signal()).isEqualTo(Signal.TRACES);
		assertThat(buffer.limits()).isEqualTo(new BufferLimits(10, 100));
	}

	@Test
	void drainGivesAllThatWaitsInOrder() {
		BatchBuffer buffer = buffer(10, 100);
		long first = this.time.millis();
		buffer.offer(this.batches.batch(1, 2, 4));
		this.time.advance(Duration.ofSeconds(3));
		buffer.offerAll(List.of(this.batches.batch(2, 1, 4), this.batches.batch(3, 1, 8)));
		assertThat(buffer.counts().waiting()).isEqualTo(new Backlog(3, 4, 16, first));
		List<BufferedBatch> drained = buffer.drain();
		assertThat(TestBatches.numbers(drained)).containsExactly(1, 2, 3);
		assertThat(drained).extracting(BufferedBatch::acceptedAt).containsExactly(first, first + 3000, first + 3000);
		assertThat(buffer.drain()).isEmpty();
		assertThat(buffer.counts()).isEqualTo(new BufferCounts(4, 4, 0, 0, Backlog.EMPTY, 3, 4, 16));
	}

	@Test
	@DisplayName("M05: a clear refusal, state unchanged, accepting again once there is room")
	void whenFullRefusesAndKeepsState() {
		BatchBuffer buffer = buffer(3, 100);
		buffer.offer(this.batches.batch(1, 3, 10));
		BufferCounts before = buffer.counts();
		assertThat(buffer.offer(this.batches.batch(2, 1, 10))).isEqualTo(RefusalReason.BUFFER_FULL);
		assertThat(buffer.counts()).isEqualTo(new BufferCounts(4, 3, 1, 0, before.waiting(), 1, 3, 10));
		assertThat(TestBatches.numbers(buffer.drain())).containsExactly(1);
		// Drained is not freed: it is still in memory
		assertThat(buffer.offer(this.batches.batch(3, 1, 10))).isEqualTo(RefusalReason.BUFFER_FULL);
		buffer.free(1, 3, 10);
		assertThat(buffer.offer(this.batches.batch(4, 3, 10))).isNull();
		assertThat(TestBatches.numbers(buffer.drain())).containsExactly(4);
		assertThat(this.batches.released()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "4, 1", "1, 41", "4, 41" })
	void batchThatAloneExceedsALimitIsRefusedEvenIfEmpty(int items, int bytes) {
		BatchBuffer buffer = buffer(3, 40);
		assertThat(buffer.offer(this.batches.batch(items, bytes))).isEqualTo(RefusalReason.BUFFER_FULL);
		assertThat(buffer.counts()).isEqualTo(new BufferCounts(items, 0, items, 0, Backlog.EMPTY, 0, 0, 0));
	}

	@Test
	void bytesAreLimitedToo() {
		BatchBuffer buffer = buffer(100, 40);
		assertThat(buffer.offer(this.batches.batch(1, 40))).isNull();
		assertThat(buffer.offer(this.batches.batch(1, 1))).isEqualTo(RefusalReason.BUFFER_FULL);
	}

	@Test
	void batchesWithoutItemsAndBytesAreLimitedToo() {
		BatchBuffer buffer = buffer(3, 40);
		for (int i = 0; i < 3; i++) {
			assertThat(buffer.offer(this.batches.batch(0, 0))).isNull();
		}
		assertThat(buffer.offer(this.batches.batch(0, 0))).isEqualTo(RefusalReason.BUFFER_FULL);
		buffer.drain();
		buffer.free(3, 0, 0);
		assertThat(buffer.offer(this.batches.batch(0, 0))).isNull();
	}

	@Test
	void offerAllTakesAllOrNothing() {
		BatchBuffer buffer = buffer(3, 100);
		List<Batch> four = List.of(this.batches.batch(1, 1, 4), this.batches.batch(2, 1, 4),
				this.batches.batch(3, 1, 4), this.batches.batch(4, 1, 4));
		assertThat(buffer.offerAll(four)).isEqualTo(RefusalReason.BUFFER_FULL);
		assertThat(buffer.counts()).isEqualTo(new BufferCounts(4, 0, 4, 0, Backlog.EMPTY, 0, 0, 0));
		assertThat(this.arrivals).hasValue(0);
		assertThat(buffer.offerAll(four.subList(1, 4))).isNull();
		assertThat(TestBatches.numbers(buffer.drain())).containsExactly(2, 3, 4);
	}

	@Test
	void offeringNothingChangesNothing() {
		BatchBuffer buffer = buffer(3, 100);
		assertThat(buffer.offerAll(List.of())).isNull();
		assertThat(buffer.counts()).isEqualTo(UNTOUCHED);
		assertThat(this.arrivals).hasValue(0);
	}

	@Test
	void batchOfAnotherSignalIsAMistake() {
		BatchBuffer buffer = buffer(3, 100);
		Batch logs = new Batch(Signal.LOGS, Payload.of(new byte[1]), 1);
		List<Batch> mixed = List.of(this.batches.batch(1, 4), logs);
		assertThatIllegalArgumentException().isThrownBy(() -> buffer.offerAll(mixed))
			.withMessageContaining("LOGS")
			.withMessageContaining("TRACES");
		assertThat(buffer.counts()).isEqualTo(UNTOUCHED);
	}

	@ParameterizedTest
	@CsvSource({ "2, 2, 20", "1, 3, 20", "1, 2, 21" })
	void freeingMoreThanWasDrainedIsAMistake(long freedBatches, long items, long bytes) {
		BatchBuffer buffer = buffer(10, 100);
		buffer.offer(this.batches.batch(2, 20));
		buffer.drain();
		buffer.offer(this.batches.batch(5, 50));
		BufferCounts before = buffer.counts();
		assertThatIllegalStateException().isThrownBy(() -> buffer.free(freedBatches, items, bytes));
		assertThat(buffer.counts()).isEqualTo(before);
		buffer.free(1, 2, 20);
		assertThatIllegalStateException().isThrownBy(() -> buffer.free(1, 2, 20));
		assertThat(buffer.counts().held()).isEqualTo(new Tally(1, 5, 50));
	}

	@ParameterizedTest
	@CsvSource({ "-1, 0, 0", "0, -1, 0", "0, 0, -1" })
	void freeingANegativeAmountIsAMistake(long freedBatches, long items, long bytes) {
		BatchBuffer buffer = buffer(10, 100);
		assertThatIllegalArgumentException().isThrownBy(() -> buffer.free(freedBatches, items, bytes));
		assertThat(buffer.counts()).isEqualTo(UNTOUCHED);
	}

	// Arrival and close

	@Test
	void arrivalIsToldWhenSomethingWaitsWhereNothingDid() {
		BatchBuffer buffer = buffer(3, 100);
		buffer.offer(this.batches.batch(1, 1));
		assertThat(this.arrivals).hasValue(1);
		buffer.offer(this.batches.batch(1, 1));
		assertThat(this.arrivals).hasValue(1);
		buffer.drain();
		buffer.offer(this.batches.batch(2, 1));
		assertThat(this.arrivals).hasValue(1);
		buffer.offer(this.batches.batch(1, 1));
		assertThat(this.arrivals).hasValue(2);
	}

	@Test
	void arrivalIsToldOnceItIsThere() {
		AtomicReference<BatchBuffer> reference = new AtomicReference<>();
		List<Long> seen = Collections.synchronizedList(new ArrayList<>());
		BatchBuffer buffer = new BatchBuffer(Signal.TRACES, new BufferLimits(3, 100), this.time.clock(),
				() -> seen.add(CompletableFuture.supplyAsync(() -> reference.get().counts().heldItems())
					.orTimeout(10, TimeUnit.SECONDS)
					.join()));
		reference.set(buffer);
		buffer.offer(this.batches.batch(1, 1));
		buffer.close();
		assertThat(seen).containsExactly(1L, 1L);
	}

	@Test
	void closedBufferRefusesAndStillGivesWhatWaits() {
		BatchBuffer buffer = buffer(3, 100);
		buffer.offer(this.batches.batch(1, 1, 4));
		buffer.close();
		assertThat(buffer.isClosed()).isTrue();
		assertThat(buffer.offer(this.batches.batch(2, 2, 4))).isEqualTo(RefusalReason.CLOSED);
		assertThat(buffer.counts().offered()).isEqualTo(3);
		assertThat(buffer.counts().refused()).containsExactly(Map.entry(RefusalReason.CLOSED, 2L));
		assertThat(TestBatches.numbers(buffer.drain())).containsExactly(1);
		buffer.free(1, 1, 4);
		assertThat(buffer.counts().held()).isEqualTo(Tally.NOTHING);
	}

	@Test
	void closeWakesWhoeverWaits() throws Exception {
		Semaphore wakeUps = new Semaphore(0);
		BatchBuffer buffer = new BatchBuffer(Signal.TRACES, new BufferLimits(3, 100), this.time.clock(),
				wakeUps::release);
		CompletableFuture<Boolean> woken = CompletableFuture.supplyAsync(() -> {
			try {
				return wakeUps.tryAcquire(10, TimeUnit.SECONDS) && buffer.isClosed();
			}
			catch (InterruptedException ex) {
				return false;
			}
		});
		buffer.close();
		assertThat(woken.get(20, TimeUnit.SECONDS)).isTrue();
		buffer.close();
		assertThat(wakeUps.availablePermits()).isZero();
	}

	// Many threads

	@ParameterizedTest
	@CsvSource({ "40, 1000", "1000, 160" })
	@DisplayName("M05: when more offer at once than fit, exactly as many as fit are accepted, time and again")
	void whenMoreOfferThanFitExactlyTheCapacityIsAccepted(int maxItems, int maxBytes) throws Exception {
		int capacity = 40;
		int threads = 100;
		BatchBuffer buffer = buffer(maxItems, maxBytes);
		try (Race race = new Race(threads)) {
			for (int round = 1; round <= 50; round++) {
				List<RefusalReason> results = race.run((thread) -> buffer.offer(this.batches.batch(thread, 1, 4)));
				assertThat(results).filteredOn((result) -> result == null).hasSize(capacity);
				assertThat(results).filteredOn((result) -> result == RefusalReason.BUFFER_FULL)
					.hasSize(threads - capacity);
				BufferCounts counts = buffer.counts();
				assertThat(counts.offered()).isEqualTo(round * 100L);
				assertThat(counts.accepted()).isEqualTo(round * 40L);
				assertThat(counts.refusedFull()).isEqualTo(round * 60L);
				assertThat(counts.held()).isEqualTo(new Tally(capacity, capacity, capacity * 4));
				assertThat(buffer.drain()).hasSize(capacity);
				buffer.free(capacity, capacity, capacity * 4);
			}
		}
	}

	@Test
	@DisplayName("M01: 120 writers and 8 readers: nothing corrupted, lost or duplicated, exact counts")
	void manyWritersAndReadersLoseAndDuplicateNothing() throws Exception {
		int readers = 8;
		int writers = 120;
		int offers = 200;
		BatchBuffer buffer = buffer(500, 100_000);
		List<List<BufferedBatch>> drains = Collections.synchronizedList(new ArrayList<>());
		Map<Integer, Integer> accepted = Collections.synchronizedMap(new HashMap<>());
		AtomicInteger writing = new AtomicInteger(writers);
		List<String> broken = Collections.synchronizedList(new ArrayList<>());
		try (Race race = new Race(readers + writers)) {
			race.run((thread) -> {
				if (thread >= readers) {
					for (int i = 0; i < offers; i++) {
						int number = thread * offers + i;
						int items = 1 + number % 3;
						if (buffer.offer(this.batches.batch(number, items, 4 + number % 50)) == null) {
							accepted.put(number, items);
						}
					}
					writing.decrementAndGet();
					return null;
				}
				boolean last = false;
				while (!last) {
					last = writing.get() == 0;
					List<BufferedBatch> drained = buffer.drain();
					drains.add(drained);
					check(buffer, broken);
					drained.forEach((entry) -> buffer.free(1, entry.batch().items(), entry.batch().size()));
				}
				return null;
			});
		}
		assertThat(broken).isEmpty();
		List<BufferedBatch> drained = drains.stream().flatMap(List::stream).toList();
		assertThat(TestBatches.numbers(drained)).containsExactlyInAnyOrderElementsOf(accepted.keySet());
		assertThat(drained).allSatisfy((entry) -> {
			int number = TestBatches.number(entry.batch());
			assertThat(entry.batch().items()).isEqualTo(1 + number % 3);
			assertThat(entry.batch().size()).isEqualTo(4 + number % 50);
		});
		assertThat(drains).allSatisfy(this::assertKeepsTheOrderOfEachWriter);
		BufferCounts counts = buffer.counts();
		assertThat(counts.accepted()).isEqualTo(accepted.values().stream().mapToLong(Integer::longValue).sum());
		assertThat(counts.accepted()).isPositive();
		assertThat(counts.accepted() + counts.refusedFull()).isEqualTo(counts.offered());
		assertThat(counts.held()).isEqualTo(Tally.NOTHING);
		assertThat(counts.waiting()).isEqualTo(Backlog.EMPTY);
	}

	private void check(BatchBuffer buffer, List<String> broken) {
		BufferCounts counts = buffer.counts();
		boolean exact = counts.offered() == counts.accepted() + counts.refusedFull() + counts.refusedClosed();
		boolean within = counts.heldItems() <= 500 && counts.heldBytes() <= 100_000;
		boolean held = counts.waiting().items() <= counts.heldItems() && counts.heldItems() <= counts.accepted();
		if (!exact || !within || !held) {
			broken.add(counts.toString());
		}
	}

	private void assertKeepsTheOrderOfEachWriter(List<BufferedBatch> drained) {
		Map<Integer, Integer> last = new HashMap<>();
		for (int number : TestBatches.numbers(drained)) {
			Integer before = last.put(number / 200, number);
			assertThat(number).isGreaterThan((before != null) ? before : -1);
		}
	}

	private BatchBuffer buffer(long maxItems, long maxBytes) {
		return new BatchBuffer(Signal.TRACES, new BufferLimits(maxItems, maxBytes), this.time.clock(),
				this.arrivals::incrementAndGet);
	}

}
