package io.github.otlpboot.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;

/**
 * What an {@link OtlpTestServer} does with a request. Immutable; every method returns a
 * changed copy.
 */
public final class OtlpTestAnswer {

	static final String PROTOBUF = "application/x-protobuf";

	enum Kind {

		/** Answer. */
		ANSWER,

		/** Say nothing until the peer goes away. */
		HANG,

		/** Close the connection instead of an answer. */
		CLOSE,

		/** Reset the connection instead of an answer. */
		RESET

	}

	private final Kind kind;

	private final int status;

	private final Map<String, String> headers = new LinkedHashMap<>();

	private byte[] body = new byte[0];

	private Duration delay = Duration.ZERO;

	private Duration trickle = Duration.ZERO;

	private boolean endless;

	private int breakAfter = -1;

	private OtlpTestAnswer(Kind kind, int status) {
		this.kind = kind;
		this.status = status;
	}

	/**
	 * Answer 200 with an empty (that is, full success) response.
	 * @return the answer
	 */
	public static OtlpTestAnswer ok() {
		return status(200);
	}

	/**
	 * Answer a status without a body.
	 * @param status the status
	 * @return the answer
	 */
	public static OtlpTestAnswer status(int status) {
		return new OtlpTestAnswer(Kind.ANSWER, status).header("Content-Type", PROTOBUF);
	}

	/**
	 * Never answer; the connection stays open until the client or
	 * {@link OtlpTestServer#stop()} closes it.
	 * @return the answer
	 */
	public static OtlpTestAnswer hang() {
		return new OtlpTestAnswer(Kind.HANG, 0);
	}

	/**
	 * Close the connection without an answer.
	 * @return the answer
	 */
	public static OtlpTestAnswer close() {
		return new OtlpTestAnswer(Kind.CLOSE, 0);
	}

	/**
	 * Reset the connection without an answer.
	 * @return the answer
	 */
	public static OtlpTestAnswer reset() {
		return new OtlpTestAnswer(Kind.RESET, 0);
	}

	/**
	 * Set a header.
	 * @param name the name
	 * @param value the value
	 * @return a changed copy
	 */
	public OtlpTestAnswer header(String name, String value) {
		OtlpTestAnswer copy = copy();
		copy.headers.put(name, value);
		return copy;
	}

	/**
	 * Set the body.
	 * @param contentType its type
	 * @param body the bytes
	 * @return a changed copy
	 */
	public OtlpTestAnswer body(String contentType, byte[] body) {
		OtlpTestAnswer copy = header("Content-Type", contentType);
		copy.body = body;
		return copy;
	}

	/**
	 * Set a protobuf message as body.
	 * @param message the message
	 * @return a changed copy
	 */
	public OtlpTestAnswer message(Message message) {
		return body(PROTOBUF, message.toByteArray());
	}

	/**
	 * Set a {@code google.rpc.Status} as body.
	 * @param message its message
	 * @return a changed copy
	 */
	public OtlpTestAnswer rpcStatus(String message) {
		try {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			CodedOutputStream output = CodedOutputStream.newInstance(bytes);
			output.writeInt32(1, 3);
			output.writeString(2, message);
			output.flush();
			return body(PROTOBUF, bytes.toByteArray());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Set a plain text as body.
	 * @param text the text
	 * @return a changed copy
	 */
	public OtlpTestAnswer text(String text) {
		return body("text/plain", text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Compress the body set so far.
	 * @return a changed copy
	 */
	public OtlpTestAnswer gzip() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		try (GZIPOutputStream output = new GZIPOutputStream(bytes)) {
			output.write(this.body);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		OtlpTestAnswer copy = header("Content-Encoding", "gzip");
		copy.body = bytes.toByteArray();
		return copy;
	}

	/**
	 * Wait before the answer.
	 * @param delay how long
	 * @return a changed copy
	 */
	public OtlpTestAnswer delay(Duration delay) {
		OtlpTestAnswer copy = copy();
		copy.delay = delay;
		return copy;
	}

	/**
	 * Write the body one byte at a time.
	 * @param interval the wait before each byte
	 * @return a changed copy
	 */
	public OtlpTestAnswer trickle(Duration interval) {
		OtlpTestAnswer copy = copy();
		copy.trickle = interval;
		return copy;
	}

	/**
	 * Write a body of zeros, without a length, until the client goes away.
	 * @return a changed copy
	 */
	public OtlpTestAnswer endless() {
		OtlpTestAnswer copy = copy();
		copy.endless = true;
		return copy;
	}

	/**
	 * Announce the whole body, write a part of it, and close the connection.
	 * @param bytes how much of the body to write, 0 to break after the headers
	 * @return a changed copy
	 */
	public OtlpTestAnswer breakAfter(int bytes) {
		OtlpTestAnswer copy = copy();
		copy.breakAfter = bytes;
		return copy;
	}

	private OtlpTestAnswer copy() {
		OtlpTestAnswer copy = new OtlpTestAnswer(this.kind, this.status);
		copy.headers.putAll(this.headers);
		copy.body = this.body;
		copy.delay = this.delay;
		copy.trickle = this.trickle;
		copy.endless = this.endless;
		copy.breakAfter = this.breakAfter;
		return copy;
	}

	Kind kind() {
		return this.kind;
	}

	int status() {
		return this.status;
	}

	boolean isSuccess() {
		return this.kind == Kind.ANSWER && this.status / 100 == 2;
	}

	Map<String, String> headers() {
		return this.headers;
	}

	byte[] body() {
		return this.body;
	}

	Duration delay() {
		return this.delay;
	}

	Duration trickle() {
		return this.trickle;
	}

	boolean isEndless() {
		return this.endless;
	}

	int breakAfter() {
		return this.breakAfter;
	}

}
