package io.github.otlpboot.forwarder.grpc;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.otlpboot.forwarder.ResponseReader;
import io.github.otlpboot.forwarder.ResponseText;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendResult;
import io.grpc.Metadata;
import io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Decides what the end of a call means (OTLP specification, OTLP/gRPC response).
 * Immutable and without side effects.
 */
final class AnswerClassifier {

	private static final int PAYLOAD_TOO_LARGE = 413;

	/**
	 * How the library says that a proxy, or a server that is none, has answered.
	 */
	private static final Pattern HTTP_STATUS = Pattern.compile("HTTP status code ([1-9][0-9]{2})");

	/**
	 * How the library says that an answer was larger than it may be.
	 */
	private static final Pattern TOO_LARGE = Pattern.compile("exceeds maximum size|metadata larger than");

	private static final String NO_STATUS = "missing GRPC status";

	private final CodePolicy policy;

	private final ResponseText text;

	AnswerClassifier(CodePolicy policy, ResponseText text) {
		this.policy = policy;
		this.text = text;
	}

	/**
	 * Classify a status that the server has sent.
	 * @param status the status
	 * @param trailers its trailers
	 * @param response the message before it
	 * @return what it means
	 */
	SendResult classify(Status status, Metadata trailers, ExportMethods.Response response) {
		if (status.isOk()) {
			return response.tooLarge() ? tooLarge() : success(response.bytes());
		}
		String description = status.getDescription();
		if (status.getCode() == Status.Code.UNKNOWN && description != null && description.startsWith(NO_STATUS)) {
			return classifyNoAnswer(status);
		}
		GrpcCode code = GrpcCode.ofNumber(status.getCode().value());
		Duration retryDelay = RetryInfo.find(trailers);
		// A server that says when to come back is busy but in control
		SendFailure failure = failure(code.name(), description, code.isServerError() && retryDelay == null);
		boolean throttled = code == GrpcCode.RESOURCE_EXHAUSTED && retryDelay != null;
		if (this.policy.retryable().contains(code) || throttled) {
			return new SendResult.Retryable(failure, retryDelay);
		}
		return refused(code, code == GrpcCode.RESOURCE_EXHAUSTED, failure);
	}

	/**
	 * Classify the end of a call without a status of the server's.
	 * @param status what the library makes of it
	 * @return what it means
	 */
	SendResult classifyNoAnswer(Status status) {
		String description = (status.getDescription() != null) ? status.getDescription() : "";
		if (status.getCode() == Status.Code.RESOURCE_EXHAUSTED && TOO_LARGE.matcher(description).find()) {
			return tooLarge();
		}
		Matcher http = HTTP_STATUS.matcher(description);
		return http.find() ? classifyHttp(Integer.parseInt(http.group(1)), status)
				: ConnectionFailure.translate(status, this.text);
	}

	private SendResult classifyHttp(int httpStatus, Status status) {
		boolean refused = httpStatus >= 300 && httpStatus <= 499;
		SendFailure failure = failure(String.valueOf(httpStatus), status.getDescription(), !refused);
		// The library gives 401, 403, and 404 the codes that mean the same
		GrpcCode code = GrpcCode.ofNumber(status.getCode().value());
		boolean known = code == GrpcCode.UNAUTHENTICATED || code == GrpcCode.PERMISSION_DENIED
				|| code == GrpcCode.UNIMPLEMENTED;
		if (known || httpStatus == PAYLOAD_TOO_LARGE) {
			return refused(code, httpStatus == PAYLOAD_TOO_LARGE, failure);
		}
		// Whatever else it says, it has not looked at the data
		return new SendResult.Retryable(failure, null);
	}

	private SendResult refused(GrpcCode code, boolean size, SendFailure failure) {
		if (this.policy.hold().contains(code)) {
			return new SendResult.Held(failure);
		}
		return size ? new SendResult.TooLarge(failure) : new SendResult.Rejected(failure, true);
	}

	private SendResult success(byte[] message) {
		ResponseReader.PartialSuccess partialSuccess = ResponseReader.partialSuccess(message);
		return (partialSuccess != null)
				? new SendResult.Partial(partialSuccess.rejected(), this.text.show(partialSuccess.message()))
				: new SendResult.Accepted();
	}

	private static SendResult tooLarge() {
		SendFailure failure = new SendFailure(SendFailure.Kind.RESPONSE_TOO_LARGE, null,
				"The answer exceeds " + ExportMethods.MAX_RESPONSE_SIZE + " bytes", false);
		return new SendResult.Rejected(failure, false);
	}

	private SendFailure failure(String status, @Nullable String message, boolean unhealthy) {
		return new SendFailure(SendFailure.Kind.STATUS, status, (message != null) ? this.text.show(message) : null,
				unhealthy);
	}

}
