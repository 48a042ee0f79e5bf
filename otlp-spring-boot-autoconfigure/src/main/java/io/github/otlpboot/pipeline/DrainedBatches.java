package io.github.otlpboot.pipeline;

import java.util.List;

import io.github.otlpboot.buffer.BufferedBatch;
import io.github.otlpboot.model.Batch;

/**
 * What the thread of the storage has drained and has to deal with, in order: somebody
 * waits to be told what becomes of each batch. It outlives the turn in which it was
 * drained, because an error can cut a turn short anywhere, and another slot may have to
 * be waited for. Not thread-safe.
 */
final class DrainedBatches {

	private List<BufferedBatch> batches = List.of();

	/** How many are dealt with, told of or being told of. */
	private int dealtWith;

	/** How many are on disk, or dealt with otherwise. */
	private int stored;

	/**
	 * Take what was drained.
	 * @param drained the batches, which nobody else changes
	 * @throws IllegalStateException if the last ones are not dealt with
	 */
	void take(List<BufferedBatch> drained) {
		if (!isEmpty()) {
			throw new IllegalStateException("What was drained before is not dealt with");
		}
		this.batches = drained;
	}

	boolean isEmpty() {
		return this.dealtWith == this.batches.size();
	}

	/**
	 * Return what is neither on disk nor dealt with.
	 * @return the batches
	 */
	List<Batch> rest() {
		return this.batches.subList(this.stored, this.batches.size()).stream().map(BufferedBatch::batch).toList();
	}

	/**
	 * Note that the next ones are on disk. Takes no memory, of which there may be none.
	 * @param count how many
	 * @return how many items they have
	 */
	int markStored(int count) {
		int items = 0;
		for (int i = 0; i < count; i++) {
			items += this.batches.get(this.stored + i).batch().items();
		}
		this.stored += count;
		return items;
	}

	/**
	 * Return whether the first that is not dealt with is on disk.
	 * @return {@code false} if it is not, or there is none
	 */
	boolean hasStored() {
		return this.dealtWith < this.stored;
	}

	/**
	 * Return the first that is not dealt with.
	 * @return the batch
	 */
	BufferedBatch peek() {
		return this.batches.get(this.dealtWith);
	}

	/**
	 * Return the first that is not dealt with, which it is from now on.
	 * @return the batch
	 */
	BufferedBatch poll() {
		BufferedBatch batch = peek();
		this.dealtWith++;
		this.stored = Math.max(this.stored, this.dealtWith);
		if (isEmpty()) {
			// Holds no payload until the next turn
			this.batches = List.of();
			this.dealtWith = 0;
			this.stored = 0;
		}
		return batch;
	}

}
