package io.github.otlpboot.model;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/**
 * The bytes of one OTLP export request, as a range of an array that may belong to a pool.
 * <p>
 * A payload is owned: whoever holds it passes it on or calls {@link #release()} exactly
 * once, and does not touch the array afterwards. The content is never changed after
 * construction, so that a payload can be read by several threads as long as it is not
 * released; {@code release()} itself is thread-safe.
 */
public final class Payload {

	private final byte[] array;

	private final int offset;

	private final int length;

	private final @Nullable Runnable onRelease;

	private final AtomicBoolean released = new AtomicBoolean();

	private Payload(byte[] array, int offset, int length, @Nullable Runnable onRelease) {
		Objects.checkFromIndexSize(offset, length, array.length);
		this.array = array;
		this.offset = offset;
		this.length = length;
		this.onRelease = onRelease;
	}

	/**
	 * Return a payload of a whole array that belongs to no pool.
	 * @param array the serialized request, not to be changed any more
	 * @return a new payload
	 */
	public static Payload of(byte[] array) {
		return new Payload(array, 0, array.length, null);
	}

	/**
	 * Return a payload of a range of an array that goes back to its owner on release.
	 * @param array the array that holds the serialized request
	 * @param offset where the request starts
	 * @param length the length of the request in bytes
	 * @param onRelease called once, by the thread that releases the payload
	 * @return a new payload
	 * @throws IndexOutOfBoundsException if the range is not within the array
	 */
	public static Payload of(byte[] array, int offset, int length, Runnable onRelease) {
		return new Payload(array, offset, length, onRelease);
	}

	public byte[] array() {
		return this.array;
	}

	public int offset() {
		return this.offset;
	}

	/**
	 * Return the length of the request.
	 * @return the length in bytes
	 */
	public int length() {
		return this.length;
	}

	/**
	 * Return a read-only view of the bytes, valid until the payload is released.
	 * @return a new buffer whose remaining bytes are the request
	 */
	public ByteBuffer asByteBuffer() {
		return ByteBuffer.wrap(this.array, this.offset, this.length).asReadOnlyBuffer();
	}

	/**
	 * Write the bytes to a stream.
	 * @param output the stream to write to
	 * @throws IOException if the stream fails
	 */
	public void writeTo(OutputStream output) throws IOException {
		output.write(this.array, this.offset, this.length);
	}

	/**
	 * Give the bytes back. The payload must not be read afterwards.
	 * @throws IllegalStateException if the payload has been released before
	 */
	public void release() {
		if (!this.released.compareAndSet(false, true)) {
			throw new IllegalStateException("The payload has been released before");
		}
		if (this.onRelease != null) {
			this.onRelease.run();
		}
	}

	/**
	 * Return the length only: payloads hold user data, which belongs in no log.
	 */
	@Override
	public String toString() {
		return "Payload[" + this.length + " bytes]";
	}

}
