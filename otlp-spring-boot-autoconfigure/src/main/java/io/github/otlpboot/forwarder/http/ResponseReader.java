package io.github.otlpboot.forwarder.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * Reads the two protobuf messages that an OTLP server answers, without reading past their
 * end. Used by one thread.
 */
final class ResponseReader {

	private static final int FIELD_1_VARINT = 1 << 3;

	private static final int FIELD_1_MESSAGE = (1 << 3) | 2;

	private static final int FIELD_2_STRING = (2 << 3) | 2;

	/**
	 * As much of a text as is ever looked at; what is shown is shorter.
	 */
	static final int MAX_TEXT_BYTES = 1024;

	private final byte[] bytes;

	private final int end;

	private int position;

	private ResponseReader(byte[] bytes, int position, int end) {
		this.bytes = bytes;
		this.position = position;
		this.end = end;
	}

	/**
	 * Read {@code partial_success} from an {@code Export<Signal>ServiceResponse}, which
	 * has the same shape for every signal.
	 * @param body the message
	 * @return what the server says, {@code null} if it is not populated or the message is
	 * malformed
	 */
	static @Nullable PartialSuccess partialSuccess(byte[] body) {
		long rejected = 0;
		String message = "";
		try {
			ResponseReader reader = new ResponseReader(body, 0, body.length);
			while (reader.hasMore()) {
				int tag = reader.readTag();
				if (tag != FIELD_1_MESSAGE) {
					reader.skip(tag);
					continue;
				}
				ResponseReader nested = reader.readMessage();
				while (nested.hasMore()) {
					int nestedTag = nested.readTag();
					switch (nestedTag) {
						case FIELD_1_VARINT -> {
							rejected = nested.readVarint();
						}
						case FIELD_2_STRING -> {
							message = nested.readText();
						}
						default -> nested.skip(nestedTag);
					}
				}
			}
		}
		catch (IOException ex) {
			return null;
		}
		return (rejected > 0 || !message.isEmpty()) ? new PartialSuccess(Math.max(0, rejected), message) : null;
	}

	/**
	 * Read the message from a {@code google.rpc.Status}.
	 * @param body the message
	 * @return the text, {@code null} if there is none or the message is malformed
	 */
	static @Nullable String statusMessage(byte[] body) {
		String message = "";
		try {
			ResponseReader reader = new ResponseReader(body, 0, body.length);
			while (reader.hasMore()) {
				int tag = reader.readTag();
				if (tag == FIELD_2_STRING) {
					message = reader.readText();
				}
				else {
					reader.skip(tag);
				}
			}
		}
		catch (IOException ex) {
			return null;
		}
		return message.isEmpty() ? null : message;
	}

	private boolean hasMore() {
		return this.position < this.end;
	}

	private int readTag() throws IOException {
		long tag = readVarint();
		if (tag >>> 3 == 0 || tag >>> 32 != 0) {
			throw new IOException("Invalid tag");
		}
		return (int) tag;
	}

	private long readVarint() throws IOException {
		long result = 0;
		for (int shift = 0; shift < Long.SIZE; shift += 7) {
			if (this.position == this.end) {
				throw new EOFException();
			}
			byte next = this.bytes[this.position++];
			result |= (long) (next & 0x7F) << shift;
			if (next >= 0) {
				return result;
			}
		}
		throw new IOException("Invalid varint");
	}

	private ResponseReader readMessage() throws IOException {
		int start = advance(readVarint());
		return new ResponseReader(this.bytes, start, this.position);
	}

	private String readText() throws IOException {
		int start = advance(readVarint());
		int length = Math.min(this.position - start, MAX_TEXT_BYTES);
		return new String(this.bytes, start, length, StandardCharsets.UTF_8);
	}

	private void skip(int tag) throws IOException {
		switch (tag & 7) {
			case 0 -> readVarint();
			case 1 -> advance(Long.BYTES);
			case 2 -> advance(readVarint());
			case 5 -> advance(Integer.BYTES);
			default -> throw new IOException("Invalid wire type");
		}
	}

	/**
	 * Move on.
	 * @param length how far, any number that the message may hold
	 * @return the position before
	 */
	private int advance(long length) throws IOException {
		if (length < 0 || length > this.end - this.position) {
			throw new EOFException();
		}
		int start = this.position;
		this.position += (int) length;
		return start;
	}

	/**
	 * A populated {@code partial_success}.
	 *
	 * @param rejected the number of items that the server says it refused
	 * @param message its message, not cleaned
	 */
	record PartialSuccess(long rejected, String message) {

	}

}
