package io.github.otlpboot.exporter;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import io.opentelemetry.sdk.common.export.HttpResponse;

/**
 * What the sink decided, in the form that an OTLP/HTTP server would answer: every status
 * but 200 comes with a {@code google.rpc.Status} (OTLP specification, OTLP/HTTP response,
 * failures), whose message the exporter puts into its log line. Immutable.
 */
final class SinkResponse implements HttpResponse {

	/**
	 * The answer to a request that was taken, or of which a part was: what was refused of
	 * it is counted and reported by the pipeline, and must not be offered again.
	 */
	static final SinkResponse OK = new SinkResponse(200, "OK", new byte[0]);

	private static final int RESOURCE_EXHAUSTED = 8;

	private static final int UNAVAILABLE = 14;

	private final int statusCode;

	private final String statusMessage;

	private final byte[] body;

	private SinkResponse(int statusCode, String statusMessage, byte[] body) {
		this.statusCode = statusCode;
		this.statusMessage = statusMessage;
		this.body = body;
	}

	/**
	 * Return the answer that tells of a result.
	 * @param signal what was offered
	 * @param result what became of it
	 * @return the answer
	 */
	static SinkResponse of(Signal signal, AcceptResult result) {
		RefusalReason reason = result.reason();
		if (reason == null || result.accepted() > 0) {
			return OK;
		}
		String message = "%s: all %d %s of this export were refused and counted (reason %s)"
			.formatted(describe(reason, signal), result.refused(), signal.itemName(), reason.id());
		return switch (reason) {
			case BUFFER_FULL, LOG_FULL, QUEUE_FULL -> failure(429, "Too Many Requests", RESOURCE_EXHAUSTED, message);
			case TOO_LARGE -> failure(413, "Content Too Large", RESOURCE_EXHAUSTED, message);
			case CLOSED -> failure(503, "Service Unavailable", UNAVAILABLE, message);
		};
	}

	private static String describe(RefusalReason reason, Signal signal) {
		return switch (reason) {
			case BUFFER_FULL -> "The memory buffer for " + signal.id() + " is full";
			case LOG_FULL -> "The log on disk for " + signal.id() + " is full";
			case TOO_LARGE -> "A single item is larger than one request of " + signal.id() + " may be";
			case QUEUE_FULL -> "The queue of the SDK for " + signal.id() + " is full";
			case CLOSED -> "The pipeline for " + signal.id() + " has been closed";
		};
	}

	private static SinkResponse failure(int statusCode, String statusMessage, int code, String message) {
		return new SinkResponse(statusCode, statusMessage, status(code, message));
	}

	// google.rpc.Status: code is field 1, message is field 2.
	private static byte[] status(int code, String message) {
		byte[] text = message.getBytes(StandardCharsets.UTF_8);
		ByteArrayOutputStream output = new ByteArrayOutputStream(text.length + 8);
		output.write(1 << 3);
		output.write(code);
		output.write((2 << 3) | 2);
		int rest = text.length;
		while (rest > 0x7F) {
			output.write((rest & 0x7F) | 0x80);
			rest >>>= 7;
		}
		output.write(rest);
		output.writeBytes(text);
		return output.toByteArray();
	}

	@Override
	public int getStatusCode() {
		return this.statusCode;
	}

	@Override
	public String getStatusMessage() {
		return this.statusMessage;
	}

	@Override
	public byte[] getResponseBody() {
		return this.body.clone();
	}

	@Override
	public String toString() {
		return this.statusCode + " " + this.statusMessage;
	}

}
