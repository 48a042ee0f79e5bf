package io.github.otlpboot.exporter;

import java.io.OutputStream;
import java.util.Objects;

import io.github.otlpboot.model.Payload;
import org.jspecify.annotations.Nullable;

/**
 * Collects a serialized request in an array of a pool. If the announced length is right,
 * as that of a protobuf request is, nothing is ever copied; if it is wrong or unknown,
 * the array grows. Not thread-safe.
 * <p>
 * OpenTelemetry's marshalers keep the last stream of each thread until that thread ends.
 * So a stream that is done with holds neither its array nor the pool.
 */
final class RequestOutputStream extends OutputStream {

	/**
	 * What is allocated on the strength of an announcement alone, in bytes; a longer
	 * request grows into its length.
	 */
	static final int MAX_INITIAL_CAPACITY = 16 * 1024 * 1024;

	private static final int DEFAULT_INITIAL_CAPACITY = 4 * 1024;

	private static final byte[] NONE = new byte[0];

	private @Nullable ArrayPool pool;

	private byte[] array;

	private int count;

	/**
	 * Create a stream.
	 * @param announcedLength the expected length in bytes, negative if it is unknown
	 * @param pool where the array comes from
	 */
	RequestOutputStream(int announcedLength, ArrayPool pool) {
		this.pool = pool;
		this.array = pool
			.take((announcedLength >= 0) ? Math.min(announcedLength, MAX_INITIAL_CAPACITY) : DEFAULT_INITIAL_CAPACITY);
	}

	@Override
	public void write(int value) {
		ensureCapacity(1);
		this.array[this.count++] = (byte) value;
	}

	@Override
	public void write(byte[] source, int offset, int length) {
		ensureCapacity(length);
		System.arraycopy(source, offset, this.array, this.count, length);
		this.count += length;
	}

	/**
	 * Return what was written. Nothing may be written afterwards.
	 * @return a payload, whose release gives the array back to the pool
	 */
	Payload toPayload() {
		byte[] written = this.array;
		ArrayPool owner = Objects.requireNonNull(this.pool);
		letGo();
		return Payload.of(written, 0, this.count, () -> owner.give(written));
	}

	/**
	 * Give the array back, because what was written is of no use. Does nothing if a
	 * payload has it.
	 */
	void discard() {
		if (this.pool != null) {
			this.pool.give(this.array);
			letGo();
		}
	}

	private void letGo() {
		this.pool = null;
		this.array = NONE;
	}

	private void ensureCapacity(int additional) {
		int required = Math.addExact(this.count, additional);
		if (required > this.array.length) {
			long grown = Math.max(required, Math.max(2L * this.array.length, DEFAULT_INITIAL_CAPACITY));
			ArrayPool owner = Objects.requireNonNull(this.pool);
			byte[] larger = owner.take((int) Math.min(grown, Integer.MAX_VALUE - 8L));
			System.arraycopy(this.array, 0, larger, 0, this.count);
			owner.give(this.array);
			this.array = larger;
		}
	}

}
