package io.github.otlpboot.storage;

import java.nio.ByteBuffer;

import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;

/**
 * Batches that tell their number, and whether a single byte of them has changed.
 */
final class NumberedBatches {

	/** No batch is shorter, in bytes. */
	static final int MIN_SIZE = 12;

	private NumberedBatches() {
	}

	/**
	 * Create a batch.
	 * @param id its number
	 * @param items the number of items that it claims to hold
	 * @param size its length in bytes
	 * @return the batch
	 */
	static Batch batch(int id, int items, int size) {
		return new Batch(Signal.TRACES, Payload.of(content(id, items, size)), items);
	}

	private static byte[] content(int id, int items, int size) {
		byte[] content = new byte[Math.max(MIN_SIZE, size)];
		for (int i = 0; i < content.length; i++) {
			content[i] = (byte) (31 * id + i);
		}
		ByteBuffer.wrap(content).putInt(id).putInt(items).putInt(content.length);
		return content;
	}

	/**
	 * Return the number of a batch.
	 * @param batch the batch
	 * @return its number
	 * @throws AssertionError if it is not as it was created
	 */
	static int idOf(Batch batch) {
		ByteBuffer bytes = batch.payload().asByteBuffer();
		if (bytes.remaining() >= MIN_SIZE) {
			int id = bytes.getInt(bytes.position());
			int items = bytes.getInt(bytes.position() + 4);
			int size = bytes.getInt(bytes.position() + 8);
			if (size == bytes.remaining() && items == batch.items()
					&& ByteBuffer.wrap(content(id, items, size)).equals(bytes)) {
				return id;
			}
		}
		throw new AssertionError("A batch of " + bytes.remaining() + " bytes is not as it was accepted");
	}

}
