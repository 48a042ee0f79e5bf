package io.github.otlpboot.forwarder.grpc;

import java.time.Duration;
import java.util.Map;
import java.util.Set;

import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import io.github.otlpboot.forwarder.ResponseText;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendFailure.Kind;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.forwarder.SendResult.Accepted;
import io.github.otlpboot.forwarder.SendResult.Held;
import io.github.otlpboot.forwarder.SendResult.Partial;
import io.github.otlpboot.forwarder.SendResult.Rejected;
import io.github.otlpboot.forwarder.SendResult.Retryable;
import io.github.otlpboot.forwarder.SendResult.TooLarge;
import io.grpc.Metadata;
import io.grpc.Status;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link AnswerClassifier}; {@link GrpcTransportTests} has what a library
 * really says.
 */
class AnswerClassifierTests {

	private static final ResponseText TEXT = new ResponseText(Map.of("authorization", "Bearer c4nary-t0ken"));

	private final AnswerClassifier classifier = new AnswerClassifier(CodePolicy.DEFAULT, TEXT);

	@ParameterizedTest
	@CsvSource({ "CANCELLED, RETRY, false", "UNKNOWN, REJECT, true", "INVALID_ARGUMENT, REJECT, false",
			"DEADLINE_EXCEEDED, RETRY, true", "NOT_FOUND, REJECT, false", "ALREADY_EXISTS, REJECT, false",
			"PERMISSION_DENIED, HOLD, false", "RESOURCE_EXHAUSTED, SPLIT, false", "FAILED_PRECONDITION, REJECT, false",
			"ABORTED, RETRY, false", "OUT_OF_RANGE, RETRY, false", "UNIMPLEMENTED, HOLD, true",
			"INTERNAL, REJECT, true", "UNAVAILABLE, RETRY, true", "DATA_LOSS, RETRY, true",
			"UNAUTHENTICATED, HOLD, false" })
	@DisplayName("C24, T24: every code, with and without RetryInfo")
	void everyCode(Status.Code code, Outcome outcome, boolean unhealthy) {
		Status status = code.toStatus().withDescription("c4nary-t0ken is not welcome");
		SendFailure failure = failure(code.name(), "*** is not welcome", unhealthy);
		assertThat(classify(status, new Metadata())).isEqualTo(result(outcome, failure, null));
		// Who says when to come back is busy but in control.
		SendFailure calm = failure(code.name(), "*** is not welcome", false);
		Outcome asked = (outcome == Outcome.SPLIT) ? Outcome.RETRY : outcome;
		assertThat(classify(status, retryIn(7))).isEqualTo(result(asked, calm, Duration.ofSeconds(7)));
	}

	@Test
	void aFailureWithoutDescriptionHasNoMessage() {
		assertThat(classify(Status.UNAVAILABLE, new Metadata()))
			.isEqualTo(new Retryable(failure("UNAVAILABLE", null, true), null));
		assertThat(classify(Status.UNKNOWN, new Metadata()))
			.isEqualTo(new Rejected(failure("UNKNOWN", null, true), true));
	}

	@Test
	@DisplayName("C15, C16: partial success")
	void partialSuccessIsCountedAndShown() {
		byte[] body = ExportTraceServiceResponse.newBuilder()
			.setPartialSuccess(ExportTracePartialSuccess.newBuilder().setRejectedSpans(3).setErrorMessage("too\nold"))
			.build()
			.toByteArray();
		assertThat(this.classifier.classify(Status.OK, new Metadata(), new ExportMethods.Response(body, false)))
			.isEqualTo(new Partial(3, "too old"));
		assertThat(classify(Status.OK, new Metadata())).isEqualTo(new Accepted());
	}

	@Test
	@DisplayName("C11: an answer that is too large is not retried, and what was sent is not blamed")
	void anAnswerThatIsTooLarge() {
		assertTooLarge(this.classifier.classify(Status.OK, new Metadata(), ExportMethods.Response.TOO_LARGE));
		for (String description : new String[] { "gRPC message exceeds maximum size 4194304: 4194305",
				"metadata larger than 8192: 9000" }) {
			assertTooLarge(this.classifier.classifyNoAnswer(Status.RESOURCE_EXHAUSTED.withDescription(description)));
		}
		// A code or a text alone says nothing of a size.
		assertThat(this.classifier.classifyNoAnswer(Status.RESOURCE_EXHAUSTED)).isInstanceOf(Retryable.class);
		assertThat(this.classifier.classifyNoAnswer(Status.INTERNAL.withDescription("exceeds maximum size")))
			.isInstanceOf(Retryable.class);
	}

	private static void assertTooLarge(SendResult result) {
		assertThat(result).isEqualTo(new Rejected(
				new SendFailure(Kind.RESPONSE_TOO_LARGE, null, "The answer exceeds 4194304 bytes", false), false));
	}

	@Test
	void thePolicyDecides() {
		AnswerClassifier strict = new AnswerClassifier(new CodePolicy(Set.of(), Set.of()), TEXT);
		assertThat(strict.classify(Status.UNAVAILABLE, new Metadata(), ExportMethods.Response.EMPTY))
			.isEqualTo(new Rejected(failure("UNAVAILABLE", null, true), true));
		assertThat(strict.classify(Status.UNAUTHENTICATED, new Metadata(), ExportMethods.Response.EMPTY))
			.isEqualTo(new Rejected(failure("UNAUTHENTICATED", null, false), true));
		AnswerClassifier patient = new AnswerClassifier(
				new CodePolicy(Set.of(GrpcCode.RESOURCE_EXHAUSTED, GrpcCode.INTERNAL), Set.of(GrpcCode.INTERNAL)),
				TEXT);
		assertThat(patient.classify(Status.RESOURCE_EXHAUSTED, new Metadata(), ExportMethods.Response.EMPTY))
			.isEqualTo(new Retryable(failure("RESOURCE_EXHAUSTED", null, false), null));
		assertThat(patient.classify(Status.INTERNAL, new Metadata(), ExportMethods.Response.EMPTY))
			.isEqualTo(new Retryable(failure("INTERNAL", null, true), null));
		AnswerClassifier holding = new AnswerClassifier(new CodePolicy(Set.of(), Set.of(GrpcCode.RESOURCE_EXHAUSTED)),
				TEXT);
		assertThat(holding.classify(Status.RESOURCE_EXHAUSTED, new Metadata(), ExportMethods.Response.EMPTY))
			.isEqualTo(new Held(failure("RESOURCE_EXHAUSTED", null, false)));
	}

	@ParameterizedTest
	@CsvSource({ "200, UNKNOWN, RETRY, true", "299, UNKNOWN, RETRY, true", "300, UNKNOWN, RETRY, false",
			"400, INTERNAL, RETRY, false", "401, UNAUTHENTICATED, HOLD, false", "403, PERMISSION_DENIED, HOLD, false",
			"404, UNIMPLEMENTED, HOLD, false", "413, UNKNOWN, SPLIT, false", "429, UNAVAILABLE, RETRY, false",
			"499, UNKNOWN, RETRY, false", "500, UNKNOWN, RETRY, true", "503, UNAVAILABLE, RETRY, true" })
	@DisplayName("C18: what a proxy answers is never taken for the verdict of a server")
	void whatAProxyAnswers(int httpStatus, Status.Code code, Outcome outcome, boolean unhealthy) {
		Status status = code.toStatus().withDescription("HTTP status code " + httpStatus + "\ninvalid content-type");
		assertThat(this.classifier.classifyNoAnswer(status))
			.isEqualTo(result(outcome, failure(String.valueOf(httpStatus),
					"HTTP status code " + httpStatus + " invalid content-type", unhealthy), null));
	}

	@Test
	@DisplayName("C22: trailers without a code are no answer, whatever HTTP status came with them")
	void trailersWithoutACode() {
		Status missing = Status.UNKNOWN.withDescription("missing GRPC status, inferred from HTTP status code 502");
		assertThat(classify(missing, new Metadata())).isInstanceOfSatisfying(Retryable.class,
				(retryable) -> assertThat(retryable.failure().status()).isEqualTo("502"));
		assertThat(classify(Status.UNKNOWN.withDescription("missing GRPC status in response"), new Metadata()))
			.isInstanceOfSatisfying(Retryable.class, (retryable) -> assertThat(retryable.failure().status()).isNull());
		// Of a server that only speaks of it.
		assertThat(classify(Status.UNKNOWN.withDescription("a missing GRPC status"), new Metadata()))
			.isInstanceOf(Rejected.class);
		assertThat(classify(Status.INTERNAL.withDescription("missing GRPC status"), new Metadata()))
			.isInstanceOf(Rejected.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "UNKNOWN", "RESOURCE_EXHAUSTED", "UNAVAILABLE" })
	void withoutAnAnswerEverythingIsTriedAgain(Status.Code code) {
		assertThat(this.classifier.classifyNoAnswer(code.toStatus())).isInstanceOfSatisfying(Retryable.class,
				(retryable) -> {
					assertThat(retryable.failure().unhealthy()).isTrue();
					assertThat(retryable.retryAfter()).isNull();
				});
	}

	private SendResult classify(Status status, Metadata trailers) {
		return this.classifier.classify(status, trailers, ExportMethods.Response.EMPTY);
	}

	private static SendFailure failure(String status, String message, boolean unhealthy) {
		return new SendFailure(Kind.STATUS, status, message, unhealthy);
	}

	private static SendResult result(Outcome outcome, SendFailure failure, Duration retryAfter) {
		return switch (outcome) {
			case RETRY -> new Retryable(failure, retryAfter);
			case HOLD -> new Held(failure);
			case REJECT -> new Rejected(failure, true);
			case SPLIT -> new TooLarge(failure);
		};
	}

	private static Metadata retryIn(long seconds) {
		Metadata trailers = new Metadata();
		trailers.put(io.github.otlpboot.forwarder.grpc.RetryInfo.DETAILS,
				com.google.rpc.Status.newBuilder()
					.addDetails(Any.pack(RetryInfo.newBuilder()
						.setRetryDelay(com.google.protobuf.Duration.newBuilder().setSeconds(seconds))
						.build()))
					.build()
					.toByteArray());
		return trailers;
	}

	/**
	 * What becomes of a request.
	 */
	enum Outcome {

		RETRY, HOLD, REJECT, SPLIT

	}

}
