package io.github.otlpboot.pipeline;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.buffer.BatchBuffer;
import io.github.otlpboot.buffer.MemoryBatchSource;
import io.github.otlpboot.buffer.MemoryLedger;
import io.github.otlpboot.buffer.MemoryStore;
import io.github.otlpboot.forwarder.BatchSettings;
import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.BatchSource;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.RequestSplitter;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.SplitResult;

/**
 * The way of one signal from the exporters to its route. Thread-safe; the account is
 * exact at every moment, because what the buffer counts is read in one piece, and what
 * never comes to it is added to what was offered and to what was refused alike.
 */
final class Lane {

	private final String destination;

	private final BatchBuffer buffer;

	private final MemoryBatchSource source;

	private final MemoryStore store;

	private final long maxItems;

	private final long maxBytes;

	private final RequestSplitter splitter;

	private final RecentLosses losses;

	private final RefusalLog refusals;

	/** What was refused before it came to the buffer; guarded by itself. */
	private final Map<RefusalReason, Long> refusedEarly = new EnumMap<>(RefusalReason.class);

	Lane(String destination, BatchBuffer buffer, PipelineSettings settings, BatchSettings requestLimits,
			RecentLosses losses, RefusalLog refusals) {
		this.destination = destination;
		this.buffer = buffer;
		this.source = new MemoryBatchSource(buffer);
		this.store = new MemoryStore(this.source, settings.whenFull(),
				(items) -> losses.lost(items, LossReason.OVERFLOW));
		// What is larger than the whole buffer could never be accepted.
		this.maxItems = Math.min(requestLimits.maxItems(), buffer.limits().maxItems());
		this.maxBytes = Math.min(requestLimits.maxBytes(), buffer.limits().maxBytes());
		this.splitter = new RequestSplitter(this.maxItems, this.maxBytes);
		this.losses = losses;
		this.refusals = refusals;
	}

	Signal signal() {
		return this.buffer.signal();
	}

	BatchSource source() {
		return this.source;
	}

	/**
	 * Take a batch, or refuse it, and own its payload in either case.
	 * @param batch the batch, of at least one item
	 * @return what became of it
	 */
	AcceptResult accept(Batch batch) {
		boolean fits = batch.items() <= this.maxItems && batch.size() <= this.maxBytes;
		return fits ? offer(List.of(batch), batch.items()) : acceptInParts(batch);
	}

	private AcceptResult acceptInParts(Batch batch) {
		SplitResult result = this.splitter.split(batch);
		// What cannot be read cannot be split, and what is too large was not to be sent.
		List<Batch> parts = (result instanceof SplitResult.Parts split) ? split.batches() : List.of();
		if (result instanceof SplitResult.Parts split && !split.copied()) {
			return offer(parts, batch.items());
		}
		batch.payload().release();
		int items = parts.stream().mapToInt(Batch::items).sum();
		int left = Math.max(0, batch.items() - items);
		if (left > 0) {
			countRefused(left, RefusalReason.TOO_LARGE);
		}
		if (items == 0) {
			return AcceptResult.refused(left, RefusalReason.TOO_LARGE);
		}
		AcceptResult offered = offer(parts, items);
		if (left == 0 || !offered.isAccepted()) {
			return new AcceptResult(offered.accepted(), offered.refused() + left, offered.reason());
		}
		return new AcceptResult(items, left, RefusalReason.TOO_LARGE);
	}

	private AcceptResult offer(List<Batch> batches, int items) {
		RefusalReason refusal = this.store.accept(batches);
		if (refusal == null) {
			return AcceptResult.accepted(items);
		}
		batches.forEach((batch) -> batch.payload().release());
		tellRefused(items, refusal);
		return AcceptResult.refused(items, refusal);
	}

	/**
	 * Count items that did not come as far as the buffer as offered and as refused.
	 * @param items how many
	 * @param reason why
	 */
	void countRefused(long items, RefusalReason reason) {
		synchronized (this.refusedEarly) {
			this.refusedEarly.merge(reason, items, Long::sum);
		}
		tellRefused(items, reason);
	}

	private void tellRefused(long items, RefusalReason reason) {
		this.losses.refused(items, reason);
		this.refusals.refused(items, reason);
	}

	void closeIntake() {
		this.buffer.close();
	}

	/**
	 * Count what no route has taken as lost.
	 */
	void discardRemaining() {
		long items = this.source.discardRemaining(LossReason.SHUTDOWN);
		if (items > 0) {
			this.losses.lost(items, LossReason.SHUTDOWN);
		}
	}

	SignalLedger ledger() {
		MemoryLedger ledger = this.source.ledger();
		Map<RefusalReason, Long> refused = new EnumMap<>(RefusalReason.class);
		refused.putAll(ledger.refused());
		long early = 0;
		synchronized (this.refusedEarly) {
			for (Map.Entry<RefusalReason, Long> entry : this.refusedEarly.entrySet()) {
				refused.merge(entry.getKey(), entry.getValue(), Long::sum);
				early += entry.getValue();
			}
		}
		return new SignalLedger(signal(), ledger.offered() + early, ledger.accepted(), refused, List
			.of(new SignalLedger.RouteLedger(this.destination, ledger.delivered(), ledger.pending(), ledger.lost())));
	}

}
