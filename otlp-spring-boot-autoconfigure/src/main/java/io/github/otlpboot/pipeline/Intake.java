package io.github.otlpboot.pipeline;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.github.otlpboot.buffer.BatchBuffer;
import io.github.otlpboot.buffer.BufferedBatch;
import io.github.otlpboot.buffer.Ticket;
import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

/**
 * What waits for the thread of the storage, and the producers that wait for what becomes
 * of it. Thread-safe, except that the fate of a batch is told once, by whoever has
 * drained it.
 */
final class Intake {

	private final BatchBuffer buffer;

	/** Those that wait, with how many items they have offered. */
	private final Map<Ticket, Integer> waiting = new ConcurrentHashMap<>();

	/**
	 * Create an intake.
	 * @param buffer holds what waits
	 */
	Intake(BatchBuffer buffer) {
		this.buffer = buffer;
	}

	Signal signal() {
		return this.buffer.signal();
	}

	/**
	 * Let batches wait, or refuse them, and own their payloads in either case.
	 * @param batches the batches
	 * @param ticket tells what becomes of them, unless they are refused here
	 * @return {@code null} if they wait, otherwise why not
	 */
	@Nullable RefusalReason offer(List<Batch> batches, Ticket ticket) {
		// Before it can be drained, or nobody would take it out again.
		this.waiting.put(ticket, batches.stream().mapToInt(Batch::items).sum());
		RefusalReason refusal = this.buffer.offerAll(batches, ticket);
		if (refusal != null) {
			this.waiting.remove(ticket);
			batches.forEach((batch) -> batch.payload().release());
		}
		return refusal;
	}

	List<BufferedBatch> drain() {
		return this.buffer.drain();
	}

	/**
	 * Tell that a batch is on disk, where its payload is not needed any more.
	 * @param stored the batch
	 */
	void stored(BufferedBatch stored) {
		stored.batch().payload().release();
		kept(stored);
	}

	/**
	 * Tell that a batch was accepted, and its payload is somebody else's now.
	 * @param kept the batch
	 */
	void kept(BufferedBatch kept) {
		free(kept);
		Ticket ticket = kept.ticket();
		if (ticket != null) {
			ticket.accepted(kept.batch().items());
			forget(ticket);
		}
	}

	/**
	 * Tell that a batch was refused.
	 * @param refused the batch
	 * @param reason why
	 */
	void refused(BufferedBatch refused, RefusalReason reason) {
		refused.batch().payload().release();
		free(refused);
		Ticket ticket = refused.ticket();
		if (ticket != null) {
			ticket.refused(refused.batch().items(), reason);
			forget(ticket);
		}
	}

	private void forget(Ticket ticket) {
		if (ticket.result().isDone()) {
			this.waiting.remove(ticket);
		}
	}

	/**
	 * Tell everybody who still waits that it was refused: the disk does not answer. What
	 * becomes of it after that is counted all the same; at worst it is delivered although
	 * it was refused. Any thread may call this, at any time.
	 * @return how many items nothing is known of
	 */
	int giveUp() {
		int items = 0;
		for (Iterator<Map.Entry<Ticket, Integer>> all = this.waiting.entrySet().iterator(); all.hasNext();) {
			Map.Entry<Ticket, Integer> entry = all.next();
			all.remove();
			AcceptResult refused = AcceptResult.refused(entry.getValue(), RefusalReason.CLOSED);
			if (entry.getKey().result().complete(refused)) {
				items += entry.getValue();
			}
		}
		return items;
	}

	private void free(BufferedBatch drained) {
		this.buffer.free(1, drained.batch().items(), drained.batch().size());
	}

	void close() {
		this.buffer.close();
	}

}
