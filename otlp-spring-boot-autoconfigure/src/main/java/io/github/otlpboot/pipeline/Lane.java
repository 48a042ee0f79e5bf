package io.github.otlpboot.pipeline;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.RequestSplitter;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.SplitResult;

/**
 * The way of one signal from the exporters to its store: what is larger than one request
 * may be is split, and what is refused is counted and told. Thread-safe; the account is
 * exact at every moment, because what the store counts is read in one piece, and what
 * never comes to it is added to what was offered and to what was refused alike.
 */
final class Lane {

	private final LaneStore store;

	private final long maxItems;

	private final long maxBytes;

	private final RequestSplitter splitter;

	private final RecentLosses losses;

	private final RefusalLog refusals;

	/** What was refused before it came to the store; guarded by itself. */
	private final Map<RefusalReason, Long> refusedEarly = new EnumMap<>(RefusalReason.class);

	/**
	 * Create a lane.
	 * @param store where the batches go
	 * @param maxItems the most items in one batch
	 * @param maxBytes the most bytes in one batch
	 * @param losses is told of what is refused
	 * @param refusals tells of it on the console
	 */
	Lane(LaneStore store, long maxItems, long maxBytes, RecentLosses losses, RefusalLog refusals) {
		this.store = store;
		this.maxItems = maxItems;
		this.maxBytes = maxBytes;
		this.splitter = new RequestSplitter(maxItems, maxBytes);
		this.losses = losses;
		this.refusals = refusals;
	}

	Signal signal() {
		return this.store.signal();
	}

	LaneStore store() {
		return this.store;
	}

	/**
	 * Take a batch, or refuse it, and own its payload in either case.
	 * @param batch the batch, of at least one item
	 * @return completes with what became of it
	 */
	CompletableFuture<AcceptResult> accept(Batch batch) {
		boolean fits = batch.items() <= this.maxItems && batch.size() <= this.maxBytes;
		return fits ? offer(List.of(batch)) : acceptInParts(batch);
	}

	private CompletableFuture<AcceptResult> acceptInParts(Batch batch) {
		SplitResult result = this.splitter.split(batch);
		// What cannot be read cannot be split, and what is too large was not to be sent.
		List<Batch> parts = (result instanceof SplitResult.Parts split) ? split.batches() : List.of();
		if (result instanceof SplitResult.Parts split && !split.copied()) {
			return offer(parts);
		}
		batch.payload().release();
		int left = Math.max(0, batch.items() - parts.stream().mapToInt(Batch::items).sum());
		if (left > 0) {
			countRefused(left, RefusalReason.TOO_LARGE);
		}
		if (parts.isEmpty()) {
			return CompletableFuture.completedFuture(AcceptResult.refused(left, RefusalReason.TOO_LARGE));
		}
		return offer(parts).thenApply((offered) -> withRefused(offered, left));
	}

	private static AcceptResult withRefused(AcceptResult offered, int left) {
		if (left == 0) {
			return offered;
		}
		RefusalReason reason = (offered.reason() != null) ? offered.reason() : RefusalReason.TOO_LARGE;
		return new AcceptResult(offered.accepted(), offered.refused() + left, reason);
	}

	private CompletableFuture<AcceptResult> offer(List<Batch> batches) {
		return this.store.accept(batches).thenApply(this::tell);
	}

	private AcceptResult tell(AcceptResult result) {
		RefusalReason reason = result.reason();
		if (reason != null) {
			tellRefused(result.refused(), reason);
		}
		return result;
	}

	/**
	 * Count items that did not come as far as the store as offered and as refused.
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

	SignalLedger ledger() {
		SignalLedger ledger = this.store.ledger();
		synchronized (this.refusedEarly) {
			return ledger.plusRefused(this.refusedEarly);
		}
	}

}
