package io.github.otlpboot.testing;

import java.time.Duration;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.rpc.RetryInfo;
import io.grpc.Metadata;
import io.grpc.Status;

/**
 * What an {@link OtlpGrpcTestServer} does with a request.
 *
 * @param status the status
 * @param trailers the trailers of an error
 * @param response the message of a success, {@code null} for an empty one
 * @param compressed whether the message is compressed
 * @param hang whether there is no answer at all
 */
public record OtlpGrpcTestAnswer(Status status, Metadata trailers, Message response, boolean compressed, boolean hang) {

	private static final Metadata.Key<byte[]> DETAILS = Metadata.Key.of("grpc-status-details-bin",
			Metadata.BINARY_BYTE_MARSHALLER);

	/**
	 * Take everything.
	 * @return the answer
	 */
	public static OtlpGrpcTestAnswer ok() {
		return response(null);
	}

	/**
	 * Answer success with a message.
	 * @param response the message
	 * @return the answer
	 */
	public static OtlpGrpcTestAnswer response(Message response) {
		return new OtlpGrpcTestAnswer(Status.OK, new Metadata(), response, false, false);
	}

	/**
	 * Never answer.
	 * @return the answer
	 */
	public static OtlpGrpcTestAnswer silence() {
		return new OtlpGrpcTestAnswer(Status.OK, new Metadata(), null, false, true);
	}

	/**
	 * Answer an error.
	 * @param status the status
	 * @return the answer
	 */
	public static OtlpGrpcTestAnswer status(Status status) {
		return new OtlpGrpcTestAnswer(status, new Metadata(), null, false, false);
	}

	/**
	 * Say when to come back.
	 * @param delay how long to wait
	 * @return a changed copy
	 */
	public OtlpGrpcTestAnswer retryInfo(Duration delay) {
		return details(RetryInfo.newBuilder()
			.setRetryDelay(
					com.google.protobuf.Duration.newBuilder().setSeconds(delay.getSeconds()).setNanos(delay.getNano()))
			.build());
	}

	/**
	 * Add a detail to the status.
	 * @param detail any message
	 * @return a changed copy
	 */
	public OtlpGrpcTestAnswer details(Message detail) {
		return details(com.google.rpc.Status.newBuilder()
			.setCode(this.status.getCode().value())
			.addDetails(Any.pack(detail))
			.build()
			.toByteArray());
	}

	/**
	 * Set the details of the status.
	 * @param details the bytes of the trailer
	 * @return a changed copy
	 */
	public OtlpGrpcTestAnswer details(byte[] details) {
		Metadata changed = new Metadata();
		changed.put(DETAILS, details);
		return new OtlpGrpcTestAnswer(this.status, changed, this.response, this.compressed, this.hang);
	}

	/**
	 * Compress the message.
	 * @return a changed copy
	 */
	public OtlpGrpcTestAnswer gzip() {
		return new OtlpGrpcTestAnswer(this.status, this.trailers, this.response, true, this.hang);
	}

}
