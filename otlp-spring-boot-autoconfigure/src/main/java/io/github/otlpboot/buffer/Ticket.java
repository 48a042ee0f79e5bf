package io.github.otlpboot.buffer;

import java.util.concurrent.CompletableFuture;

import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.RefusalReason;
import org.jspecify.annotations.Nullable;

/**
 * What the producer of batches that were offered together waits for: it is told once the
 * fate of the last one is known. Belongs to whoever has drained the batches, and to one
 * thread at a time.
 */
public final class Ticket {

	private final CompletableFuture<AcceptResult> result = new CompletableFuture<>();

	private int open;

	private int accepted;

	private int refused;

	private @Nullable RefusalReason reason;

	/**
	 * Create a ticket.
	 * @param batches the number of batches that were offered together, at least 1
	 */
	public Ticket(int batches) {
		this.open = batches;
	}

	/**
	 * Return what the producer waits for.
	 * @return completes with what became of all batches
	 */
	public CompletableFuture<AcceptResult> result() {
		return this.result;
	}

	/**
	 * Record that a batch was taken.
	 * @param items the number of items in it
	 */
	public void accepted(int items) {
		this.accepted += items;
		close();
	}

	/**
	 * Record that a batch was turned away.
	 * @param items the number of items in it
	 * @param why the reason
	 */
	public void refused(int items, RefusalReason why) {
		this.refused += items;
		this.reason = (items > 0) ? why : this.reason;
		close();
	}

	private void close() {
		this.open--;
		if (this.open == 0) {
			this.result.complete(new AcceptResult(this.accepted, this.refused, this.reason));
		}
	}

}
