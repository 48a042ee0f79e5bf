package io.github.otlpboot.forwarder.grpc;

import java.time.Duration;

import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.model.ProtobufReader;
import io.grpc.Metadata;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code google.rpc.RetryInfo} (OTLP specification, OTLP/gRPC throttling) from the
 * details of a status, which come as {@code google.rpc.Status} in a trailer. Stateless.
 */
final class RetryInfo {

	static final Metadata.Key<byte[]> DETAILS = Metadata.Key.of("grpc-status-details-bin",
			Metadata.BINARY_BYTE_MARSHALLER);

	private static final String TYPE = "google.rpc.RetryInfo";

	/**
	 * With more seconds than these the cap applies anyway.
	 */
	private static final long MAX_SECONDS = SendResult.Retryable.MAX_RETRY_AFTER.toSeconds();

	private RetryInfo() {
	}

	/**
	 * Return how long the server asks to wait.
	 * @param trailers the trailers of an answer
	 * @return the wait, {@code null} if the server does not say or the trailer is
	 * malformed
	 */
	static @Nullable Duration find(Metadata trailers) {
		byte[] status = trailers.get(DETAILS);
		return (status != null) ? parse(status) : null;
	}

	private static @Nullable Duration parse(byte[] status) {
		Duration delay = null;
		ProtobufReader reader = new ProtobufReader(status, 0, status.length);
		while (reader.next()) {
			if (reader.isField(3, ProtobufReader.LENGTH_DELIMITED)) {
				Duration found = detail(status, reader.valueOffset(), reader.valueLength());
				delay = (found != null) ? found : delay;
			}
		}
		return reader.isMalformed() ? null : delay;
	}

	private static @Nullable Duration detail(byte[] array, int offset, int length) {
		String type = "";
		int valueOffset = offset;
		int valueLength = 0;
		ProtobufReader any = new ProtobufReader(array, offset, length);
		while (any.next()) {
			if (any.isField(1, ProtobufReader.LENGTH_DELIMITED)) {
				type = any.string();
			}
			else if (any.isField(2, ProtobufReader.LENGTH_DELIMITED)) {
				valueOffset = any.valueOffset();
				valueLength = any.valueLength();
			}
		}
		boolean wanted = type.substring(type.lastIndexOf('/') + 1).equals(TYPE);
		return (any.isMalformed() || !wanted) ? null : retryInfo(new ProtobufReader(array, valueOffset, valueLength));
	}

	private static @Nullable Duration retryInfo(ProtobufReader reader) {
		long seconds = 0;
		long nanos = 0;
		while (reader.next()) {
			if (reader.isField(1, ProtobufReader.LENGTH_DELIMITED)) {
				int outer = reader.enter();
				while (reader.next()) {
					if (reader.isField(1, ProtobufReader.VARINT)) {
						seconds = reader.value();
					}
					else if (reader.isField(2, ProtobufReader.VARINT)) {
						nanos = (int) reader.value();
					}
				}
				reader.leave(outer);
			}
		}
		// Bounded before they are added, which could overflow
		return reader.isMalformed() ? null
				: Duration.ofSeconds(Math.max(-MAX_SECONDS, Math.min(MAX_SECONDS, seconds)), nanos);
	}

}
