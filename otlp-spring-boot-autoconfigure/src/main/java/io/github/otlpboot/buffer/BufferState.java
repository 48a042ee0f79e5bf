package io.github.otlpboot.buffer;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import io.github.otlpboot.model.Backlog;
import org.jspecify.annotations.Nullable;

/**
 * All that a {@link BatchBuffer} holds and has accepted, at one moment. Each batch is
 * linked to the state before it, so that one more costs one object, whatever waits.
 * <p>
 * Immutable.
 */
final class BufferState {

	static final BufferState EMPTY = new BufferState(null, null, null, Tally.NOTHING, 0, 0, 0, 0, false);

	/** What waited before the newest batch. */
	private final @Nullable BufferState older;

	/** {@code null} if nothing waits. */
	private final @Nullable BufferedBatch newest;

	private final @Nullable BufferedBatch oldest;

	/** What has been drained and not freed. */
	private final Tally drained;

	private final long accepted;

	private final long waitingBatches;

	private final long waitingItems;

	private final long waitingBytes;

	private final boolean closed;

	private BufferState(@Nullable BufferState older, @Nullable BufferedBatch newest, @Nullable BufferedBatch oldest,
			Tally drained, long accepted, long waitingBatches, long waitingItems, long waitingBytes, boolean closed) {
		this.older = older;
		this.newest = newest;
		this.oldest = oldest;
		this.drained = drained;
		this.accepted = accepted;
		this.waitingBatches = waitingBatches;
		this.waitingItems = waitingItems;
		this.waitingBytes = waitingBytes;
		this.closed = closed;
	}

	boolean isEmpty() {
		return this.newest == null;
	}

	boolean isClosed() {
		return this.closed;
	}

	/**
	 * Return how many items have been accepted so far.
	 * @return the number of items
	 */
	long accepted() {
		return this.accepted;
	}

	/**
	 * Return whether batches can be added without growing past a limit.
	 * @param limits the limits
	 * @param batches the number of batches
	 * @param items the number of items in them
	 * @param bytes their length in bytes
	 * @return {@code true} if they fit
	 */
	boolean hasRoom(BufferLimits limits, long batches, long items, long bytes) {
		return batches <= limits.maxItems() - heldBatches() && items <= limits.maxItems() - heldItems()
				&& bytes <= limits.maxBytes() - heldBytes();
	}

	BufferState plus(BufferedBatch added) {
		int items = added.batch().items();
		return new BufferState(isEmpty() ? null : this, added, isEmpty() ? added : this.oldest, this.drained,
				this.accepted + items, this.waitingBatches + 1, this.waitingItems + items,
				this.waitingBytes + added.batch().size(), this.closed);
	}

	/**
	 * Return the state after what waits has been drained.
	 * @return a state in which nothing waits, and as much is held
	 */
	BufferState drained() {
		return new BufferState(null, null, null, held(), this.accepted, 0, 0, 0, this.closed);
	}

	/**
	 * Return the state after the room of what was drained has been given back.
	 * @param freed what goes
	 * @return a state that holds less
	 * @throws IllegalStateException if that is more than has been drained and not freed
	 */
	BufferState freed(Tally freed) {
		Tally left = this.drained.minus(freed);
		if (left.batches() < 0 || left.items() < 0 || left.bytes() < 0) {
			throw new IllegalStateException(
					"Cannot free " + freed + ": only " + this.drained + " is drained and not freed");
		}
		return new BufferState(this.older, this.newest, this.oldest, left, this.accepted, this.waitingBatches,
				this.waitingItems, this.waitingBytes, this.closed);
	}

	BufferState closed() {
		return new BufferState(this.older, this.newest, this.oldest, this.drained, this.accepted, this.waitingBatches,
				this.waitingItems, this.waitingBytes, true);
	}

	/**
	 * Return what waits.
	 * @return the batches in the order of acceptance
	 */
	List<BufferedBatch> waiting() {
		BufferedBatch[] waiting = new BufferedBatch[(int) this.waitingBatches];
		int index = waiting.length;
		for (BufferState state = this; state != null && state.newest != null; state = state.older) {
			index--;
			waiting[index] = state.newest;
		}
		return Collections.unmodifiableList(Arrays.asList(waiting));
	}

	Backlog backlog() {
		return (this.oldest != null)
				? new Backlog(this.waitingBatches, this.waitingItems, this.waitingBytes, this.oldest.acceptedAt())
				: Backlog.EMPTY;
	}

	Tally held() {
		return new Tally(heldBatches(), heldItems(), heldBytes());
	}

	private long heldBatches() {
		return this.drained.batches() + this.waitingBatches;
	}

	private long heldItems() {
		return this.drained.items() + this.waitingItems;
	}

	private long heldBytes() {
		return this.drained.bytes() + this.waitingBytes;
	}

}
