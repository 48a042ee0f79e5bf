package io.github.otlpboot.forwarder.grpc;

import java.time.Duration;
import java.util.Map;

import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import io.github.otlpboot.forwarder.ResponseText;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.testing.Fuzz;
import io.grpc.Metadata;
import io.grpc.Status;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hostile trailers and messages for {@link RetryInfo} and {@link AnswerClassifier}.
 */
class RetryInfoFuzzTests {

	private static final byte[] DETAILS = com.google.rpc.Status.newBuilder()
		.setCode(14)
		.setMessage("busy")
		.addDetails(Any.newBuilder().setTypeUrl("type.googleapis.com/google.rpc.Help"))
		.addDetails(Any.pack(RetryInfo.newBuilder()
			.setRetryDelay(com.google.protobuf.Duration.newBuilder().setSeconds(17).setNanos(500_000_000))
			.build()))
		.build()
		.toByteArray();

	@Test
	@DisplayName("T24, T25, T39: of any trailers a wait within the cap is read or none, and every answer is classified")
	void waits() {
		AnswerClassifier classifier = new AnswerClassifier(CodePolicy.DEFAULT,
				new ResponseText(Map.of("authorization", "Bearer c4nary-t0ken")));
		Fuzz.run(20_000, (fuzz, mutator) -> {
			byte[] details = mutator.mutate(DETAILS);
			Metadata trailers = new Metadata();
			trailers.put(io.github.otlpboot.forwarder.grpc.RetryInfo.DETAILS, details);
			Duration wait = fuzz.bounded(8L * details.length + 1024,
					() -> io.github.otlpboot.forwarder.grpc.RetryInfo.find(trailers));
			if (wait != null) {
				assertThat(wait.abs()).isLessThanOrEqualTo(SendResult.Retryable.MAX_RETRY_AFTER.plusSeconds(3));
			}
			Status status = Status.fromCodeValue(mutator.random().nextInt(20))
				.withDescription(mutator.oneIn(3) ? null : mutator.mutate("HTTP status code 503, c4nary-t0ken"));
			ExportMethods.Response response = new ExportMethods.Response(mutator.noise(100), mutator.oneIn(10));
			SendResult result = classifier.classify(status, trailers, response);
			assertThat(result).isNotNull();
			assertThat(result.toString()).doesNotContain("c4nary-t0ken");
			if (result instanceof SendResult.Retryable retryable && retryable.retryAfter() != null) {
				assertThat(retryable.retryAfter()).isBetween(Duration.ZERO, SendResult.Retryable.MAX_RETRY_AFTER);
			}
			assertThat(classifier.classifyNoAnswer(status)).isNotNull();
		});
	}

}
