package io.github.otlpboot.forwarder.http;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Objects;

import io.github.otlpboot.model.Payload;

/**
 * The payloads of one request, readable until they are closed.
 * <p>
 * The HTTP client goes on reading a body for a moment after its request was cancelled,
 * while the arrays may already be back in their pool and hold something else. So the
 * client never sees them: it gets copies, a block at a time, and none once
 * {@link #close()} has returned.
 * <p>
 * Thread-safe. {@code lock} guards {@code closed} and is held while a block is copied;
 * each stream is read by one thread at a time.
 */
final class RequestPayloads {

	private final Object lock = new Object();

	private final List<Payload> parts;

	private final long length;

	private boolean closed;

	RequestPayloads(List<Payload> parts) {
		this.parts = parts;
		this.length = parts.stream().mapToLong(Payload::length).sum();
	}

	/**
	 * Return the length of all payloads together.
	 * @return the length in bytes
	 */
	long length() {
		return this.length;
	}

	/**
	 * Return a stream over the payloads one after the other.
	 * @return a new stream from the start, which fails once this is closed
	 */
	InputStream open() {
		return new PayloadInputStream();
	}

	/**
	 * Let nobody read any more. Waits for a read under way, which is the copy of one
	 * block in memory.
	 */
	void close() {
		synchronized (this.lock) {
			this.closed = true;
		}
	}

	boolean isClosed() {
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
				if (RequestPayloads.this.closed) {
					throw new IOException("The request is over");
				}
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
