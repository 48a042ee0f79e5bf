package io.github.otlpboot.sample.collector;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a request, never more than the limit, whatever the client declares or
 * compresses.
 */
final class RequestBody {

	/**
	 * The longest body after decompression, in bytes.
	 */
	static final int MAX_LENGTH = 8 * 1024 * 1024;

	private static final int MAX_DISCARDED = 8 * MAX_LENGTH;

	private RequestBody() {
	}

	/**
	 * Read a whole body.
	 * @param input the stream to read from
	 * @param contentEncoding the value of the Content-Encoding header, if there is one
	 * @return the bytes, decompressed
	 * @throws Refusal if the body is too long, or its encoding unknown or broken
	 * @throws IOException if the connection breaks
	 */
	static byte[] read(InputStream input, @Nullable String contentEncoding) throws Refusal, IOException {
		byte[] body;
		if (contentEncoding == null || contentEncoding.equalsIgnoreCase("identity")) {
			body = input.readNBytes(MAX_LENGTH + 1);
		}
		else if (contentEncoding.equalsIgnoreCase("gzip")) {
			body = gunzip(input);
		}
		else {
			throw new Refusal(415, RpcStatus.INVALID_ARGUMENT, "The content encoding must be gzip or identity");
		}
		if (body.length > MAX_LENGTH) {
			throw tooLarge();
		}
		return body;
	}

	static Refusal tooLarge() {
		return new Refusal(413, RpcStatus.RESOURCE_EXHAUSTED, "The body is longer than " + MAX_LENGTH + " bytes");
	}

	private static byte[] gunzip(InputStream input) throws Refusal {
		try {
			return new GZIPInputStream(input).readNBytes(MAX_LENGTH + 1);
		}
		catch (IOException ex) {
			throw new Refusal(400, RpcStatus.INVALID_ARGUMENT, "The body is no gzip");
		}
	}

	/**
	 * Read on and forget it, so that the client gets to read its answer: closing a
	 * connection with unread data resets it.
	 * @param input the stream to read from
	 * @throws IOException if the connection breaks
	 */
	static void discard(InputStream input) throws IOException {
		byte[] buffer = new byte[8192];
		for (long total = 0; total < MAX_DISCARDED;) {
			int count = input.read(buffer);
			if (count < 0) {
				return;
			}
			total += count;
		}
	}

	/**
	 * Why a request is not taken.
	 */
	static final class Refusal extends Exception {

		private static final long serialVersionUID = 1L;

		private final int status;

		private final transient RpcStatus body;

		Refusal(int status, int code, String message) {
			super(message, null, false, false);
			this.status = status;
			this.body = new RpcStatus(code, message);
		}

		int status() {
			return this.status;
		}

		RpcStatus body() {
			return this.body;
		}

	}

}
