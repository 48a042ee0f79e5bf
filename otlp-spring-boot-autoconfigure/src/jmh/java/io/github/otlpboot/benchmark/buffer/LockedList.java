package io.github.otlpboot.benchmark.buffer;

import java.util.ArrayList;
import java.util.List;

import io.github.otlpboot.buffer.BufferedBatch;
import io.github.otlpboot.model.Batch;

/**
 * The shape before: take the lock, see whether there is room, add to the list. It counts
 * nothing but the room.
 */
final class LockedList implements BoundedBuffer {

	private final Object lock = new Object();

	private List<BufferedBatch> waiting = new ArrayList<>();

	private long items;

	private long bytes;

	@Override
	public boolean offer(Batch batch) {
		BufferedBatch added = new BufferedBatch(System.currentTimeMillis(), batch, null);
		synchronized (this.lock) {
			if (this.items + batch.items() > MAX_ITEMS || this.bytes + batch.size() > MAX_BYTES) {
				return false;
			}
			this.items += batch.items();
			this.bytes += batch.size();
			this.waiting.add(added);
			return true;
		}
	}

	@Override
	public List<BufferedBatch> drain() {
		synchronized (this.lock) {
			if (this.waiting.isEmpty()) {
				return List.of();
			}
			List<BufferedBatch> drained = this.waiting;
			this.waiting = new ArrayList<>();
			return drained;
		}
	}

	@Override
	public void free(int batches, long items, long bytes) {
		synchronized (this.lock) {
			this.items -= items;
			this.bytes -= bytes;
		}
	}

}
