package io.github.otlpboot.forwarder.http;

import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;

import io.github.otlpboot.forwarder.ResponseReader;
import io.github.otlpboot.forwarder.ResponseText;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendResult;
import org.jspecify.annotations.Nullable;

/**
 * Decides what an answer means (OTLP specification, OTLP/HTTP response). Immutable and
 * without side effects.
 */
final class StatusClassifier {

	private static final int PAYLOAD_TOO_LARGE = 413;

	private final StatusPolicy policy;

	private final ResponseText text;

	private final Clock clock;

	StatusClassifier(StatusPolicy policy, ResponseText text, Clock clock) {
		this.policy = policy;
		this.text = text;
		this.clock = clock;
	}

	/**
	 * Classify a complete answer.
	 * @param status the HTTP status
	 * @param headers the headers
	 * @param body the body, decompressed
	 * @return what it means
	 */
	SendResult classify(int status, HttpHeaders headers, byte[] body) {
		String contentType = headers.firstValue("Content-Type").orElse("");
		if (status >= 200 && status <= 299) {
			return success(contentType, body);
		}
		Duration retryAfter = retryAfter(headers);
		SendFailure failure = new SendFailure(SendFailure.Kind.STATUS, String.valueOf(status),
				this.text.ofError(contentType, body), isUnhealthy(status, retryAfter));
		if (this.policy.retryable().contains(status)) {
			return new SendResult.Retryable(failure, retryAfter);
		}
		if (this.policy.hold().contains(status)) {
			return new SendResult.Held(failure);
		}
		if (status == PAYLOAD_TOO_LARGE) {
			return new SendResult.TooLarge(failure);
		}
		return new SendResult.Rejected(failure, true);
	}

	/**
	 * Classify an answer that exceeds the limit (OTLP specification, OTLP/HTTP response
	 * size): it is not retryable, whatever its status.
	 * @param status the HTTP status
	 * @param headers the headers
	 * @return what it means
	 */
	SendResult classifyTooLarge(int status, HttpHeaders headers) {
		SendFailure failure = new SendFailure(SendFailure.Kind.RESPONSE_TOO_LARGE, String.valueOf(status),
				"The answer exceeds " + ResponseBody.MAX_SIZE + " bytes", isUnhealthy(status, retryAfter(headers)));
		return new SendResult.Rejected(failure, false);
	}

	private SendResult success(String contentType, byte[] body) {
		String type = contentType.toLowerCase(Locale.ROOT);
		// A text could pass for protobuf by chance
		if (type.startsWith("text/") || type.contains("json")) {
			return new SendResult.Accepted();
		}
		ResponseReader.PartialSuccess partialSuccess = ResponseReader.partialSuccess(body);
		return (partialSuccess != null)
				? new SendResult.Partial(partialSuccess.rejected(), this.text.show(partialSuccess.message()))
				: new SendResult.Accepted();
	}

	private @Nullable Duration retryAfter(HttpHeaders headers) {
		return RetryAfter.parse(headers.firstValue("Retry-After").orElse(null), this.clock);
	}

	private static boolean isUnhealthy(int status, @Nullable Duration retryAfter) {
		// A server that says when to come back is busy but in control
		return status >= 500 && status <= 599 && retryAfter == null;
	}

}
