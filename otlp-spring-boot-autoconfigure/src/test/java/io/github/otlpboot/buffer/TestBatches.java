package io.github.otlpboot.buffer;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;

/**
 * Makes batches that can be told apart by their content, and counts how many of their
 * payloads have been released. A payload itself refuses to be released twice.
 */
final class TestBatches {

	private final AtomicInteger made = new AtomicInteger();

	private final AtomicLong released = new AtomicLong();

	/**
	 * Make a batch whose payload starts with a number in four bytes, as far as it has
	 * room.
	 */
	Batch batch(int number, int items, int bytes) {
		this.made.incrementAndGet();
		byte[] array = new byte[bytes + 2];
		for (int i = 0; i < Math.min(4, bytes); i++) {
			array[i + 1] = (byte) (number >>> (8 * i));
		}
		return new Batch(Signal.TRACES, Payload.of(array, 1, bytes, this.released::incrementAndGet), items);
	}

	Batch batch(int items, int bytes) {
		return batch(0, items, bytes);
	}

	long released() {
		return this.released.get();
	}

	int made() {
		return this.made.get();
	}

	static int number(Batch batch) {
		Payload payload = batch.payload();
		int number = 0;
		for (int i = 0; i < 4; i++) {
			number |= (payload.array()[payload.offset() + i] & 0xff) << (8 * i);
		}
		return number;
	}

	static List<Integer> numbers(List<BufferedBatch> batches) {
		return batches.stream().map((buffered) -> number(buffered.batch())).toList();
	}

}
