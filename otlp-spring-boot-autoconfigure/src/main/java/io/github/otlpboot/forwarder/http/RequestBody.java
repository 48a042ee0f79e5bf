package io.github.otlpboot.forwarder.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;

import io.github.otlpboot.forwarder.RequestPayloads;

/**
 * Makes the bodies of requests, with their length known.
 */
final class RequestBody {

	private static final int BLOCK_SIZE = 16 * 1024;

	private RequestBody() {
	}

	/**
	 * Return a body that is read from the payloads when it is sent.
	 * @param payloads the payloads
	 * @return the body
	 */
	static BodyPublisher plain(RequestPayloads payloads) {
		if (payloads.length() == 0) {
			return BodyPublishers.noBody();
		}
		return BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(payloads::open), payloads.length());
	}

	/**
	 * Compress the payloads, on the calling thread.
	 * @param payloads the payloads, which the body does not need any more
	 * @return the body
	 * @throws IOException if the payloads are closed meanwhile
	 */
	static BodyPublisher gzip(RequestPayloads payloads) throws IOException {
		Blocks blocks = new Blocks();
		try (InputStream input = payloads.open();
				GZIPOutputStream output = new GZIPOutputStream(blocks, BLOCK_SIZE / 2)) {
			input.transferTo(output);
		}
		return blocks.toBody();
	}

	/**
	 * Collects bytes in blocks, which are never copied into one array.
	 */
	private static final class Blocks extends OutputStream {

		private final List<byte[]> full = new ArrayList<>();

		private final ByteArrayOutputStream last = new ByteArrayOutputStream(BLOCK_SIZE);

		@Override
		public void write(int next) {
			write(new byte[] { (byte) next }, 0, 1);
		}

		@Override
		public void write(byte[] bytes, int offset, int length) {
			int written = 0;
			while (written < length) {
				int count = Math.min(length - written, BLOCK_SIZE - this.last.size());
				this.last.write(bytes, offset + written, count);
				written += count;
				if (this.last.size() == BLOCK_SIZE) {
					this.full.add(this.last.toByteArray());
					this.last.reset();
				}
			}
		}

		BodyPublisher toBody() {
			long length = (long) this.full.size() * BLOCK_SIZE + this.last.size();
			if (this.last.size() > 0) {
				this.full.add(this.last.toByteArray());
			}
			return BodyPublishers.fromPublisher(BodyPublishers.ofByteArrays(this.full), length);
		}

	}

}
