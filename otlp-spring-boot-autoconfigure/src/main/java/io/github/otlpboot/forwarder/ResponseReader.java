package io.github.otlpboot.forwarder;

import java.nio.charset.StandardCharsets;

import io.github.otlpboot.model.ProtobufReader;
import org.jspecify.annotations.Nullable;

/**
 * Reads the two protobuf messages that an OTLP server answers. Stateless.
 */
public final class ResponseReader {

	/**
	 * As much of a text as is ever looked at; what is shown is shorter.
	 */
	static final int MAX_TEXT_BYTES = 1024;

	private ResponseReader() {
	}

	/**
	 * Read {@code partial_success} from an {@code Export<Signal>ServiceResponse}, which
	 * has the same shape for every signal.
	 * @param body the message
	 * @return what the server says, {@code null} if it is not populated or the message is
	 * malformed
	 */
	public static @Nullable PartialSuccess partialSuccess(byte[] body) {
		long rejected = 0;
		String message = "";
		ProtobufReader reader = new ProtobufReader(body, 0, body.length);
		while (reader.next()) {
			if (reader.isField(1, ProtobufReader.LENGTH_DELIMITED)) {
				int outer = reader.enter();
				while (reader.next()) {
					if (reader.isField(1, ProtobufReader.VARINT)) {
						rejected = reader.value();
					}
					else if (reader.isField(2, ProtobufReader.LENGTH_DELIMITED)) {
						message = text(body, reader);
					}
				}
				reader.leave(outer);
			}
		}
		if (reader.isMalformed() || (rejected <= 0 && message.isEmpty())) {
			return null;
		}
		return new PartialSuccess(Math.max(0, rejected), message);
	}

	/**
	 * Read the message from a {@code google.rpc.Status}.
	 * @param body the message
	 * @return the text, {@code null} if there is none or the message is malformed
	 */
	public static @Nullable String statusMessage(byte[] body) {
		String message = "";
		ProtobufReader reader = new ProtobufReader(body, 0, body.length);
		while (reader.next()) {
			if (reader.isField(2, ProtobufReader.LENGTH_DELIMITED)) {
				message = text(body, reader);
			}
		}
		return (reader.isMalformed() || message.isEmpty()) ? null : message;
	}

	private static String text(byte[] body, ProtobufReader reader) {
		int length = Math.min(reader.valueLength(), MAX_TEXT_BYTES);
		return new String(body, reader.valueOffset(), length, StandardCharsets.UTF_8);
	}

	/**
	 * A populated {@code partial_success}.
	 *
	 * @param rejected the number of items that the server says it refused
	 * @param message its message, not cleaned
	 */
	public record PartialSuccess(long rejected, String message) {

	}

}
