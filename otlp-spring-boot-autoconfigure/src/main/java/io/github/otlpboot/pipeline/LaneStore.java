package io.github.otlpboot.pipeline;

import java.util.List;
import java.util.concurrent.CompletableFuture;

import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.BatchSource;
import io.github.otlpboot.model.Signal;

/**
 * Where accepted batches of one signal are kept until they are delivered. Thread-safe.
 */
interface LaneStore {

	Signal signal();

	/**
	 * Take batches, or refuse them, and own their payloads in either case. Returns
	 * without waiting.
	 * @param batches the batches in order, at least one, none larger than the store
	 * allows
	 * @return completes with what became of them
	 */
	CompletableFuture<AcceptResult> accept(List<Batch> batches);

	/**
	 * Return what the route reads.
	 * @return the source
	 */
	BatchSource source();

	/**
	 * Refuse what comes from now on.
	 */
	void closeIntake();

	/**
	 * Account for what will not be delivered any more, once no route reads.
	 */
	void discardRemaining();

	/**
	 * Return what became of every item that came as far as this.
	 * @return a consistent snapshot
	 */
	SignalLedger ledger();

}
