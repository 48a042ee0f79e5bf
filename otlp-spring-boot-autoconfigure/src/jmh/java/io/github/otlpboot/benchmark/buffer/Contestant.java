package io.github.otlpboot.benchmark.buffer;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Supplier;

import io.github.otlpboot.buffer.BatchBuffer;
import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.BufferedBatch;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.Signal;
import org.jctools.queues.MpscArrayQueue;

/**
 * The buffers that are compared.
 */
public enum Contestant {

	/** The shape before. */
	LOCKED_LIST("a list under a lock, the shape before", LockedList::new),

	/** Ours. */
	BATCH_BUFFER("ours", Ours::new),

	/** A queue of the JDK. */
	ARRAY_BLOCKING_QUEUE("ArrayBlockingQueue", Contestant::arrayBlockingQueue),

	/** A queue of JCTools. */
	JCTOOLS("JCTools MpscArrayQueue", Contestant::mpscArrayQueue);

	private final String subject;

	private final Supplier<BoundedBuffer> factory;

	Contestant(String subject, Supplier<BoundedBuffer> factory) {
		this.subject = subject;
		this.factory = factory;
	}

	private static BoundedBuffer arrayBlockingQueue() {
		BlockingQueue<BufferedBatch> queue = new ArrayBlockingQueue<>(BoundedBuffer.MAX_ITEMS);
		return new ReservedQueue(queue::offer, queue::drainTo);
	}

	private static BoundedBuffer mpscArrayQueue() {
		MpscArrayQueue<BufferedBatch> queue = new MpscArrayQueue<>(BoundedBuffer.MAX_ITEMS);
		return new ReservedQueue(queue::offer, (target, limit) -> queue.drain(target::add, limit));
	}

	String subject() {
		return this.subject;
	}

	BoundedBuffer create() {
		return this.factory.get();
	}

	/**
	 * The buffer of this project, which counts what was offered, accepted and refused as
	 * well, and tells of arrivals.
	 */
	private static final class Ours implements BoundedBuffer {

		private final BatchBuffer buffer = new BatchBuffer(Signal.TRACES, new BufferLimits(MAX_ITEMS, MAX_BYTES),
				Clock.systemUTC(), () -> {
				});

		@Override
		public boolean offer(Batch batch) {
			return this.buffer.offer(batch) == null;
		}

		@Override
		public List<BufferedBatch> drain() {
			return this.buffer.drain();
		}

		@Override
		public void free(int batches, long items, long bytes) {
			this.buffer.free(batches, items, bytes);
		}

	}

}
