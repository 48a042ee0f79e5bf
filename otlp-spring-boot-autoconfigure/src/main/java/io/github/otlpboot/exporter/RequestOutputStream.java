package io.github.otlpboot.exporter;

import java.io.OutputStream;
import java.util.Arrays;

/**
 * Collects a serialized request in an array of exactly its length. If the announced
 * length is right, as that of a protobuf request is, the array is allocated once and
 * never copied; if it is wrong or unknown, the array grows. Not thread-safe.
 */
final class RequestOutputStream extends OutputStream {

	/**
	 * What is allocated on the strength of an announcement alone, in bytes; a longer
	 * request grows into its length.
	 */
	static final int MAX_INITIAL_CAPACITY = 16 * 1024 * 1024;

	private static final int DEFAULT_INITIAL_CAPACITY = 4 * 1024;

	private byte[] array;

	private int count;

	/**
	 * Create a stream.
	 * @param announcedLength the expected length in bytes, negative if it is unknown
	 */
	RequestOutputStream(int announcedLength) {
		this.array = new byte[(announcedLength >= 0) ? Math.min(announcedLength, MAX_INITIAL_CAPACITY)
				: DEFAULT_INITIAL_CAPACITY];
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
	 * @return an array without spare room
	 */
	byte[] toRequest() {
		return (this.count == this.array.length) ? this.array : Arrays.copyOf(this.array, this.count);
	}

	private void ensureCapacity(int additional) {
		int required = Math.addExact(this.count, additional);
		if (required > this.array.length) {
			long grown = Math.max(required, Math.max(2L * this.array.length, DEFAULT_INITIAL_CAPACITY));
			this.array = Arrays.copyOf(this.array, (int) Math.min(grown, Integer.MAX_VALUE - 8L));
		}
	}

}
