package io.github.otlpboot.benchmark.buffer;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;

import io.github.otlpboot.buffer.BufferedBatch;
import io.github.otlpboot.model.Batch;

/**
 * A queue of somebody else, in front of which items and bytes are reserved by atomic
 * additions. A reservation that does not fit is taken back, and meanwhile may have others
 * refused for which there is room; the others are exact.
 */
final class ReservedQueue implements BoundedBuffer {

	private final Queue<BufferedBatch> queue;

	private final AtomicLong items = new AtomicLong();

	private final AtomicLong bytes = new AtomicLong();

	ReservedQueue(Queue<BufferedBatch> queue) {
		this.queue = queue;
	}

	@Override
	public boolean offer(Batch batch) {
		BufferedBatch added = new BufferedBatch(System.currentTimeMillis(), batch, null);
		if (this.items.addAndGet(batch.items()) > MAX_ITEMS) {
			this.items.addAndGet(-batch.items());
			return false;
		}
		if (this.bytes.addAndGet(batch.size()) > MAX_BYTES || !this.queue.offer(added)) {
			free(1, batch.items(), batch.size());
			return false;
		}
		return true;
	}

	@Override
	public List<BufferedBatch> drain() {
		List<BufferedBatch> drained = new ArrayList<>();
		BufferedBatch next = this.queue.poll();
		while (next != null) {
			drained.add(next);
			// There are never more, but new ones may come for as long as this goes on
			next = (drained.size() < MAX_ITEMS) ? this.queue.poll() : null;
		}
		return drained;
	}

	@Override
	public void free(int batches, long items, long bytes) {
		this.items.addAndGet(-items);
		this.bytes.addAndGet(-bytes);
	}

}
