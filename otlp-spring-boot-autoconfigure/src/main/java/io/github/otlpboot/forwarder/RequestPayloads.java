package io.github.otlpboot.forwarder;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;

import io.github.otlpboot.model.Payload;

/**
 * The payloads of one request, readable until they are closed.
 * <p>
 * A client goes on reading a body for a moment after its request was cancelled, while the
 * arrays may already be back in their pool and hold something else. So the client never
 * sees them: it gets copies, a block at a time, and none once {@link #close()} has
 * returned.
 * <p>
 * Thread-safe. {@code lock} guards {@code closed} and is held while a block is copied;
 * each stream is read by one thread at a time.
 */
public final class RequestPayloads {

	/**
	 * As much as is written at once, so that {@link #close()} never waits for long.
	 */
	private static final int BLOCK_SIZE = 64 * 1024;

	private final Object lock = new Object();

	private final List<Payload> parts;

	private final long length;

	private boolean closed;

	/**
	 * Create payloads.
	 * @param parts the payloads in order, owned by the caller
	 */
	public RequestPayloads(List<Payload> parts) {
		this.parts = parts;
		this.length = parts.stream().mapToLong(Payload::length).sum();
	}

	/**
	 * Return the length of all payloads together.
	 * @return the length in bytes
	 */
	public long length() {
		return this.length;
	}

	/**
	 * Return a stream over the payloads one after the other.
	 * @return a new stream from the start, which fails once this is closed, with a
	 * {@link RequestOverException}
	 */
	public InputStream open() {
		return new PayloadInputStream();
	}

	/**
	 * Write all payloads one after the other, without a copy in between.
	 * @param output where to, which must take the bytes and not the arrays
	 * @throws IOException if the output fails, or this is closed meanwhile
	 */
	public void writeTo(OutputStream output) throws IOException {
		for (Payload payload : this.parts) {
			int position = 0;
			while (position < payload.length()) {
				int count = Math.min(BLOCK_SIZE, payload.length() - position);
				synchronized (this.lock) {
					checkOpen();
					output.write(payload.array(), payload.offset() + position, count);
				}
				position += count;
			}
		}
	}

	private void checkOpen() throws RequestOverException {
		if (this.closed) {
			throw new RequestOverException();
		}
	}

	/**
	 * Let nobody read any more. Waits for a read under way, which is the copy of one
	 * block in memory.
	 */
	public void close() {
		synchronized (this.lock) {
			this.closed = true;
		}
	}

	public boolean isClosed() {
		synchronized (this.lock) {
			return this.closed;
		}
	}

	private final class PayloadInputStream extends InputStream {

		private int part;

		private int position;

		@Override
		public int read() throws IOException {
			byte[] single = new byte[1];
			return (read(single, 0, 1) < 0) ? -1 : single[0] & 0xFF;
		}

		@Override
		public int read(byte[] target, int offset, int length) throws IOException {
			Objects.checkFromIndexSize(offset, length, target.length);
			synchronized (RequestPayloads.this.lock) {
				checkOpen();
				int copied = 0;
				while (copied < length && this.part < RequestPayloads.this.parts.size()) {
					Payload payload = RequestPayloads.this.parts.get(this.part);
					int count = Math.min(length - copied, payload.length() - this.position);
					System.arraycopy(payload.array(), payload.offset() + this.position, target, offset + copied, count);
					copied += count;
					this.position += count;
					if (this.position == payload.length()) {
						this.part++;
						this.position = 0;
					}
				}
				return (copied == 0 && length > 0) ? -1 : copied;
			}
		}

	}

}
