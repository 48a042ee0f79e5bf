package io.github.otlpboot.benchmark.application;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * One connection of HTTP/1.1, as far as exporters use it. Each body is read into the same
 * array. Thread-confined.
 */
final class SinkConnection {

	private static final byte[] ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
		.getBytes(StandardCharsets.US_ASCII);

	private final InputStream input;

	private final OutputStream output;

	private byte[] body = new byte[4 << 20];

	private int length;

	private boolean zipped;

	private String path = "";

	SinkConnection(InputStream input, OutputStream output) {
		this.input = new BufferedInputStream(input, 64 << 10);
		this.output = output;
	}

	/**
	 * Read the next request as a whole.
	 * @return {@code false} if the other side has closed
	 */
	boolean next() throws IOException {
		String start = line();
		if (start == null) {
			return false;
		}
		this.path = start.split(" ")[1];
		this.length = 0;
		this.zipped = false;
		int announced = 0;
		boolean chunked = false;
		for (String header = lineOrFail(); !header.isEmpty(); header = lineOrFail()) {
			String lower = header.toLowerCase(Locale.ROOT);
			if (lower.startsWith("content-length:")) {
				announced = Integer.parseInt(lower.substring(15).strip());
			}
			else if (lower.startsWith("content-encoding:")) {
				this.zipped = lower.endsWith("gzip");
			}
			else if (lower.startsWith("transfer-encoding:")) {
				chunked = true;
			}
		}
		if (chunked) {
			chunks();
		}
		else {
			read(announced);
		}
		return true;
	}

	private void chunks() throws IOException {
		int size = Integer.parseInt(lineOrFail(), 16);
		while (size > 0) {
			read(size);
			lineOrFail();
			size = Integer.parseInt(lineOrFail(), 16);
		}
		lineOrFail();
	}

	private void read(int count) throws IOException {
		if (this.body.length - this.length < count) {
			this.body = Arrays.copyOf(this.body, Math.max(2 * this.body.length, this.length + count));
		}
		if (this.input.readNBytes(this.body, this.length, count) < count) {
			throw new EOFException("within a body");
		}
		this.length += count;
	}

	private String lineOrFail() throws IOException {
		String line = line();
		if (line == null) {
			throw new EOFException("within a request");
		}
		return line;
	}

	private @Nullable String line() throws IOException {
		StringBuilder line = new StringBuilder();
		int next = this.input.read();
		if (next < 0) {
			return null;
		}
		while (next >= 0 && next != '\n') {
			if (next != '\r') {
				line.append((char) next);
			}
			next = this.input.read();
		}
		return line.toString();
	}

	void answer() throws IOException {
		this.output.write(ANSWER);
	}

	String path() {
		return this.path;
	}

	/**
	 * Return the array that holds the body until the next one is read.
	 * @return the array
	 */
	byte[] body() {
		return this.body;
	}

	int length() {
		return this.length;
	}

	boolean isZipped() {
		return this.zipped;
	}

}
