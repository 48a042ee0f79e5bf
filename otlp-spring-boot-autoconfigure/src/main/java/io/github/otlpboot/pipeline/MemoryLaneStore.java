package io.github.otlpboot.pipeline;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.otlpboot.buffer.BatchBuffer;
import io.github.otlpboot.buffer.MemoryBatchSource;
import io.github.otlpboot.buffer.MemoryLedger;
import io.github.otlpboot.buffer.MemoryStore;
import io.github.otlpboot.buffer.WhenFull;
import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.BatchSource;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.SignalLedger.RouteLedger;

/**
 * Keeps batches in memory alone, where storage is off. Thread-safe; has no state of its
 * own.
 */
final class MemoryLaneStore implements LaneStore {

	private final String destination;

	private final BatchBuffer buffer;

	private final MemoryBatchSource source;

	private final MemoryStore store;

	private final RecentLosses losses;

	private final Runnable wake;

	/**
	 * Create a store.
	 * @param destination who reads it
	 * @param buffer holds the batches
	 * @param whenFull what happens to a batch for which there is no room
	 * @param losses is told of what is dropped
	 * @param wake makes the forwarder look
	 */
	MemoryLaneStore(String destination, BatchBuffer buffer, WhenFull whenFull, RecentLosses losses, Runnable wake) {
		this.destination = destination;
		this.buffer = buffer;
		this.source = new MemoryBatchSource(buffer);
		this.store = new MemoryStore(this.source, whenFull, (items) -> losses.lost(items, LossReason.OVERFLOW));
		this.losses = losses;
		this.wake = wake;
	}

	@Override
	public Signal signal() {
		return this.buffer.signal();
	}

	@Override
	public CompletableFuture<AcceptResult> accept(List<Batch> batches) {
		int items = batches.stream().mapToInt(Batch::items).sum();
		RefusalReason refusal = this.store.accept(batches);
		if (refusal == null) {
			// Not only on arrival: what fills a request goes at once.
			this.wake.run();
			return CompletableFuture.completedFuture(AcceptResult.accepted(items));
		}
		batches.forEach((batch) -> batch.payload().release());
		return CompletableFuture.completedFuture(AcceptResult.refused(items, refusal));
	}

	@Override
	public BatchSource source() {
		return this.source;
	}

	@Override
	public void closeIntake() {
		this.buffer.close();
	}

	@Override
	public void discardRemaining() {
		long items = this.source.discardRemaining(LossReason.SHUTDOWN);
		if (items > 0) {
			this.losses.lost(items, LossReason.SHUTDOWN);
		}
	}

	@Override
	public SignalLedger ledger() {
		MemoryLedger ledger = this.source.ledger();
		return new SignalLedger(signal(), ledger.offered(), ledger.accepted(), ledger.refused(),
				List.of(new RouteLedger(this.destination, ledger.delivered(), ledger.pending(), ledger.lost())));
	}

}
