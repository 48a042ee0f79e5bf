package io.github.otlpboot.forwarder.grpc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

import io.github.otlpboot.forwarder.RequestPayloads;
import io.grpc.Drainable;
import io.grpc.KnownLength;

/**
 * The message of a request: the payloads, written as they are. Not thread-safe; used by
 * one thread at a time.
 */
final class RequestStream extends InputStream implements Drainable, KnownLength {

	private final RequestPayloads payloads;

	private final InputStream input;

	private int remaining;

	RequestStream(RequestPayloads payloads) {
		this.payloads = payloads;
		this.input = payloads.open();
		this.remaining = Math.toIntExact(payloads.length());
	}

	@Override
	public int available() {
		return this.remaining;
	}

	/**
	 * Write the message without copying it in between. Comes before any reading, or not
	 * at all.
	 */
	@Override
	public int drainTo(OutputStream target) throws IOException {
		int drained = this.remaining;
		this.payloads.writeTo(target);
		this.remaining = 0;
		return drained;
	}

	@Override
	public int read() throws IOException {
		int next = (this.remaining > 0) ? this.input.read() : -1;
		this.remaining -= (next >= 0) ? 1 : 0;
		return next;
	}

	@Override
	public int read(byte[] target, int offset, int length) throws IOException {
		int count = (this.remaining > 0 || length == 0) ? this.input.read(target, offset, length) : -1;
		this.remaining -= Math.max(0, count);
		return count;
	}

}
