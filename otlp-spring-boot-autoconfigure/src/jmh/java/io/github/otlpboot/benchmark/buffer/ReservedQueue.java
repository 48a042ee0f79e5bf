package io.github.otlpboot.benchmark.buffer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

import io.github.otlpboot.buffer.BufferedBatch;
import io.github.otlpboot.model.Batch;

/**
 * A queue of somebody else, in front of which items and bytes are reserved by atomic
 * additions. A reservation that does not fit is taken back, and meanwhile may have others
 * refused for which there is room; the others are exact.
 */
final class ReservedQueue implements BoundedBuffer {

	private final Predicate<BufferedBatch> queue;

	private final Drain drain;

	private final AtomicLong items = new AtomicLong();

	private final AtomicLong bytes = new AtomicLong();

	/**
	 * Create a buffer.
	 * @param queue offers to the queue
	 * @param drain takes from it
	 */
	ReservedQueue(Predicate<BufferedBatch> queue, Drain drain) {
		this.queue = queue;
		this.drain = drain;
	}

	@Override
	public boolean offer(Batch batch) {
		BufferedBatch added = new BufferedBatch(System.currentTimeMillis(), batch, null);
		if (this.items.addAndGet(batch.items()) > MAX_ITEMS) {
			this.items.addAndGet(-batch.items());
			return false;
		}
		if (this.bytes.addAndGet(batch.size()) > MAX_BYTES || !this.queue.test(added)) {
			free(1, batch.items(), batch.size());
			return false;
		}
		return true;
	}

	@Override
	public List<BufferedBatch> drain() {
		List<BufferedBatch> drained = new ArrayList<>();
		// There are never more, but new ones may come for as long as this goes on
		this.drain.drainTo(drained, MAX_ITEMS);
		return drained;
	}

	@Override
	public void free(int batches, long items, long bytes) {
		this.items.addAndGet(-items);
		this.bytes.addAndGet(-bytes);
	}

	/**
	 * How a queue gives what it has, in its own fastest way.
	 */
	@FunctionalInterface
	interface Drain {

		/**
		 * Take what is there.
		 * @param target where it goes
		 * @param limit the most batches
		 */
		void drainTo(List<BufferedBatch> target, int limit);

	}

}
