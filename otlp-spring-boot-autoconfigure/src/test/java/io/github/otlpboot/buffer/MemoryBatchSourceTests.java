package io.github.otlpboot.buffer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.SourcedBatch;
import io.github.otlpboot.testing.FakeTime;
import io.github.otlpboot.testing.Race;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link MemoryBatchSource}.
 */
class MemoryBatchSourceTests {

	private static final long ANY = Long.MAX_VALUE;

	private final FakeTime time = new FakeTime();

	private final TestBatches batches = new TestBatches();

	private final BatchBuffer buffer = new BatchBuffer(Signal.TRACES, new BufferLimits(100, 1000), this.time.clock(),
			() -> {
			});

	private final MemoryBatchSource source = new MemoryBatchSource(this.buffer);

	@AfterEach
	void everyItemIsAccountedFor() {
		assertThat(this.source.ledger()).matches(MemoryLedger::isBalanced, "is balanced");
	}

	@Test
	void startsEmpty() {
		assertThat(this.source.signal()).isEqualTo(Signal.TRACES);
		assertThat(this.source.next(ANY, ANY)).isNull();
		assertThat(this.source.unread()).isEqualTo(Backlog.EMPTY);
		assertThat(this.source.backlog()).isEqualTo(Backlog.EMPTY);
		assertThat(this.source.ledger()).isEqualTo(new MemoryLedger(0, 0, Map.of(), 0, Map.of(), Backlog.EMPTY));
	}

	@Test
	void handsOutTheOldestFirst() {
		long first = this.time.millis();
		offer(1, 1, 4);
		this.time.advance(Duration.ofSeconds(2));
		offer(2, 1, 4);
		SourcedBatch one = this.source.next(ANY, ANY);
		offer(3, 1, 4);
		SourcedBatch two = this.source.next(ANY, ANY);
		SourcedBatch three = this.source.next(ANY, ANY);
		assertThat(List.of(one, two, three)).extracting((batch) -> TestBatches.number(batch.batch()))
			.containsExactly(1, 2, 3);
		assertThat(List.of(one, two, three)).extracting(SourcedBatch::acceptedAt)
			.containsExactly(first, first + 2000, first + 2000);
		assertThat(one.sequence()).isLessThan(two.sequence());
		assertThat(two.sequence()).isLessThan(three.sequence());
		assertThat(this.source.next(ANY, ANY)).isNull();
	}

	@Test
	void handsOutOnlyWhatFitsAndNothingOutOfTurn() {
		offer(1, 5, 50);
		offer(2, 1, 4);
		assertThat(this.source.next(4, 50)).isNull();
		assertThat(this.source.next(5, 49)).isNull();
		assertThat(this.source.unread().batches()).isEqualTo(2);
		assertThat(TestBatches.number(this.source.next(5, 50).batch())).isOne();
		assertThat(TestBatches.number(this.source.next(1, 4).batch())).isEqualTo(2);
	}

	@Test
	void settlingReleasesThePayloadAndFreesTheSpace() {
		offer(1, 100, 10);
		SourcedBatch batch = this.source.next(ANY, ANY);
		assertThat(this.buffer.offer(this.batches.batch(1, 1))).isEqualTo(RefusalReason.BUFFER_FULL);
		this.source.settle(batch, new Settlement(70, Map.of(LossReason.PARTIAL_SUCCESS, 20, LossReason.REJECTED, 10)));
		assertThat(this.batches.released()).isOne();
		assertThat(this.source.ledger()).isEqualTo(new MemoryLedger(101, 100, Map.of(RefusalReason.BUFFER_FULL, 1L), 70,
				Map.of(LossReason.PARTIAL_SUCCESS, 20L, LossReason.REJECTED, 10L), Backlog.EMPTY));
		offer(2, 100, 10);
	}

	@Test
	void batchesAreSettledInAnyOrder() {
		offer(1, 1, 4);
		offer(2, 2, 4);
		offer(3, 3, 4);
		SourcedBatch one = this.source.next(ANY, ANY);
		SourcedBatch two = this.source.next(ANY, ANY);
		SourcedBatch three = this.source.next(ANY, ANY);
		this.source.settle(two, Settlement.delivered(2));
		this.source.settle(three, Settlement.lost(3, LossReason.REJECTED));
		assertThat(this.source.backlog().items()).isOne();
		this.source.settle(one, Settlement.delivered(1));
		assertThat(this.batches.released()).isEqualTo(3);
		assertThat(this.source.ledger().delivered()).isEqualTo(3);
		assertThat(this.source.ledger().lost()).isEqualTo(Map.of(LossReason.REJECTED, 3L));
	}

	@Test
	void settlementOfAnotherNumberOfItemsIsAMistakeAndSettlesNothing() {
		offer(1, 5, 10);
		SourcedBatch batch = this.source.next(ANY, ANY);
		MemoryLedger before = this.source.ledger();
		assertThatIllegalArgumentException().isThrownBy(() -> this.source.settle(batch, Settlement.delivered(4)))
			.withMessageContaining("4")
			.withMessageContaining("5");
		assertThat(this.source.ledger()).isEqualTo(before);
		assertThat(this.batches.released()).isZero();
		this.source.settle(batch, Settlement.delivered(5));
	}

	@Test
	void settlingTwiceIsAMistakeAndChangesNothing() {
		offer(1, 5, 10);
		offer(2, 5, 10);
		SourcedBatch batch = this.source.next(ANY, ANY);
		this.source.next(ANY, ANY);
		this.source.settle(batch, Settlement.delivered(5));
		MemoryLedger before = this.source.ledger();
		assertThatIllegalStateException().isThrownBy(() -> this.source.settle(batch, Settlement.delivered(5)));
		assertThat(this.source.ledger()).isEqualTo(before);
		assertThat(this.batches.released()).isOne();
	}

	@Test
	void settlingWhatWasNotHandedOutIsAMistake() {
		offer(1, 5, 10);
		SourcedBatch batch = this.source.next(ANY, ANY);
		SourcedBatch foreign = new SourcedBatch(batch.sequence(), batch.acceptedAt(), this.batches.batch(1, 5, 10));
		assertThatIllegalStateException().isThrownBy(() -> this.source.settle(foreign, Settlement.delivered(5)));
		this.source.settle(batch, Settlement.delivered(5));
	}

	@Test
	void backlogsAreExactWhereverTheBatchesAre() {
		long first = this.time.millis();
		offer(1, 1, 10);
		this.time.advance(Duration.ofSeconds(1));
		offer(2, 2, 20);
		this.time.advance(Duration.ofSeconds(1));
		offer(3, 3, 30);
		Backlog all = new Backlog(3, 6, 60, first);
		assertThat(this.source.unread()).isEqualTo(all);
		assertThat(this.source.backlog()).isEqualTo(all);
		SourcedBatch one = this.source.next(ANY, ANY);
		this.time.advance(Duration.ofSeconds(1));
		offer(4, 4, 40);
		assertThat(this.source.unread()).isEqualTo(new Backlog(3, 9, 90, first + 1000));
		assertThat(this.source.backlog()).isEqualTo(new Backlog(4, 10, 100, first));
		SourcedBatch two = this.source.next(ANY, ANY);
		this.source.settle(one, Settlement.delivered(1));
		assertThat(this.source.backlog()).isEqualTo(new Backlog(3, 9, 90, first + 1000));
		this.source.settle(two, Settlement.delivered(2));
		assertThat(this.source.backlog()).isEqualTo(new Backlog(2, 7, 70, first + 2000));
		SourcedBatch three = this.source.next(ANY, ANY);
		assertThat(this.source.unread()).isEqualTo(new Backlog(1, 4, 40, first + 3000));
		this.source.settle(three, Settlement.delivered(3));
		assertThat(this.source.backlog()).isEqualTo(new Backlog(1, 4, 40, first + 3000));
		assertThat(this.source.ledger().pending()).isEqualTo(this.source.backlog());
	}

	@Test
	void batchWithoutItemsIsSettledToo() {
		offer(1, 0, 10);
		SourcedBatch batch = this.source.next(0, ANY);
		this.source.settle(batch, Settlement.delivered(0));
		assertThat(this.batches.released()).isOne();
		assertThat(this.source.backlog()).isEqualTo(Backlog.EMPTY);
	}

	@Test
	void discardingCountsAndReleasesAllThatWasNotHandedOut() {
		offer(1, 1, 10);
		offer(2, 2, 20);
		SourcedBatch batch = this.source.next(ANY, ANY);
		offer(3, 3, 30);
		this.buffer.close();
		assertThat(this.source.discardRemaining(LossReason.SHUTDOWN)).isEqualTo(5);
		assertThat(this.batches.released()).isEqualTo(2);
		assertThat(this.source.unread()).isEqualTo(Backlog.EMPTY);
		assertThat(this.source.ledger().lost()).isEqualTo(Map.of(LossReason.SHUTDOWN, 5L));
		assertThat(this.source.ledger().pending().items()).isOne();
		assertThat(this.source.next(ANY, ANY)).isNull();
		this.source.settle(batch, Settlement.lost(1, LossReason.SHUTDOWN));
		assertThat(this.source.ledger().lost()).isEqualTo(Map.of(LossReason.SHUTDOWN, 6L));
		assertThat(this.source.discardRemaining(LossReason.SHUTDOWN)).isZero();
		assertThat(this.batches.released()).isEqualTo(3);
	}

	@Test
	void payloadsAreReleasedOutsideTheLock() {
		AtomicReference<MemoryLedger> seen = new AtomicReference<>();
		Payload payload = Payload.of(new byte[4], 0, 4, () -> seen
			.set(CompletableFuture.supplyAsync(this.source::ledger).orTimeout(10, TimeUnit.SECONDS).join()));
		this.buffer.offer(new Batch(Signal.TRACES, payload, 1));
		this.source.settle(this.source.next(ANY, ANY), Settlement.delivered(1));
		assertThat(seen.get().delivered()).isOne();
		Payload discarded = Payload.of(new byte[4], 0, 4, () -> seen
			.set(CompletableFuture.supplyAsync(this.source::ledger).orTimeout(10, TimeUnit.SECONDS).join()));
		this.buffer.offer(new Batch(Signal.TRACES, discarded, 1));
		this.source.discardRemaining(LossReason.SHUTDOWN);
		assertThat(seen.get().lostItems()).isOne();
	}

	@Test
	@DisplayName("M01: no snapshot shows half of a settlement")
	void settlingMovesTheItemsInOneStep() throws Exception {
		AtomicBoolean done = new AtomicBoolean();
		List<MemoryLedger> broken = Collections.synchronizedList(new ArrayList<>());
		try (Race race = new Race(2)) {
			race.run((thread) -> {
				if (thread == 0) {
					for (int i = 0; i < 200_000; i++) {
						this.buffer.offer(this.batches.batch(1, 1));
						this.source.settle(this.source.next(ANY, ANY), Settlement.delivered(1));
					}
					done.set(true);
				}
				while (!done.get() && !Thread.interrupted()) {
					MemoryLedger ledger = this.source.ledger();
					if (!ledger.isBalanced()) {
						broken.add(ledger);
					}
				}
				return null;
			});
		}
		assertThat(broken).isEmpty();
		assertThat(this.batches.released()).isEqualTo(200_000);
	}

	private void offer(int number, int items, int bytes) {
		assertThat(this.buffer.offer(this.batches.batch(number, items, bytes))).isNull();
	}

}
