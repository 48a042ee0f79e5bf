package io.github.otlpboot.forwarder.http;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.otlpboot.forwarder.ResponseText;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.forwarder.SendResult.Accepted;
import io.github.otlpboot.forwarder.SendResult.Held;
import io.github.otlpboot.forwarder.SendResult.Partial;
import io.github.otlpboot.forwarder.SendResult.Rejected;
import io.github.otlpboot.forwarder.SendResult.Retryable;
import io.github.otlpboot.forwarder.SendResult.TooLarge;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link StatusClassifier}; {@link HttpTransportTests} has every status.
 */
class StatusClassifierTests {

	private static final byte[] EMPTY = new byte[0];

	private final StatusClassifier classifier = classifier(StatusPolicy.DEFAULT);

	@Test
	void successIsAcceptedWhateverTheBodySays() {
		assertThat(this.classifier.classify(200, headers(), EMPTY)).isEqualTo(new Accepted());
		assertThat(this.classifier.classify(202, headers("Content-Type", "text/plain"), text("OK")))
			.isEqualTo(new Accepted());
		assertThat(this.classifier.classify(200, headers(), text("<html>welcome</html>"))).isEqualTo(new Accepted());
		// Field 1 of 3 bytes, if it were protobuf
		assertThat(this.classifier.classify(200, headers("Content-Type", "text/plain"), text("\n\u0003\u0012\u0001a")))
			.isEqualTo(new Accepted());
		assertThat(this.classifier.classify(200, headers("Content-Type", "Application/JSON"),
				text("\n\u0003\u0012\u0001a")))
			.isEqualTo(new Accepted());
	}

	@Test
	@DisplayName("C15, C16: partial success")
	void partialSuccessIsCountedAndShown() {
		byte[] body = ExportTraceServiceResponse.newBuilder()
			.setPartialSuccess(ExportTracePartialSuccess.newBuilder().setRejectedSpans(3).setErrorMessage("too\nold"))
			.build()
			.toByteArray();
		assertThat(this.classifier.classify(200, headers("Content-Type", "application/x-protobuf"), body))
			.isEqualTo(new Partial(3, "too old"));
		assertThat(this.classifier.classify(200, headers(), body)).isEqualTo(new Partial(3, "too old"));
	}

	@Test
	@DisplayName("C20: Retry-After")
	void retryAfterDelaysAndSparesTheBreaker() {
		assertThat(this.classifier.classify(503, headers(), EMPTY)).isEqualTo(new Retryable(status("503", true), null));
		assertThat(this.classifier.classify(503, headers("retry-after", "5"), EMPTY))
			.isEqualTo(new Retryable(status("503", false), Duration.ofSeconds(5)));
		assertThat(this.classifier.classify(503, headers("Retry-After", "0"), EMPTY))
			.isEqualTo(new Retryable(status("503", false), Duration.ZERO));
		assertThat(this.classifier.classify(503, headers("Retry-After", "garbage"), EMPTY))
			.isEqualTo(new Retryable(status("503", true), null));
		assertThat(this.classifier.classify(429, headers(), EMPTY))
			.isEqualTo(new Retryable(status("429", false), null));
		assertThat(this.classifier.classify(429, headers("Retry-After", "5"), EMPTY))
			.isEqualTo(new Retryable(status("429", false), Duration.ofSeconds(5)));
		assertThat(this.classifier.classify(500, headers("Retry-After", "5"), EMPTY))
			.isEqualTo(new Rejected(status("500", false), true));
		assertThat(this.classifier.classify(501, headers("Retry-After", "5"), EMPTY))
			.isEqualTo(new Held(status("501", false)));
	}

	@Test
	void thePolicyCanBeStrict() {
		StatusClassifier strict = classifier(new StatusPolicy(Set.of(429, 502, 503, 504), Set.of()));
		assertThat(strict.classify(401, headers(), EMPTY)).isEqualTo(new Rejected(status("401", false), true));
		assertThat(strict.classify(302, headers(), EMPTY)).isEqualTo(new Rejected(status("302", false), true));
		assertThat(strict.classify(501, headers(), EMPTY)).isEqualTo(new Rejected(status("501", true), true));
		assertThat(strict.classify(413, headers(), EMPTY)).isEqualTo(new TooLarge(status("413", false)));
	}

	@Test
	void thePolicyCanRetryMore() {
		StatusClassifier patient = classifier(new StatusPolicy(Set.of(408, 404, 413, 500), Set.of(404)));
		for (int status : List.of(408, 404, 413)) {
			assertThat(patient.classify(status, headers("Retry-After", "1"), EMPTY))
				.isEqualTo(new Retryable(status(String.valueOf(status), false), Duration.ofSeconds(1)));
		}
		assertThat(patient.classify(500, headers(), EMPTY)).isEqualTo(new Retryable(status("500", true), null));
		assertThat(patient.classify(503, headers(), EMPTY)).isEqualTo(new Rejected(status("503", true), true));
	}

	@Test
	void takesTheMessageFromTheBody() {
		SendResult result = this.classifier.classify(400, headers("Content-Type", "text/plain"), text("bad\tspan"));
		assertThat(result)
			.isEqualTo(new Rejected(new SendFailure(SendFailure.Kind.STATUS, "400", "bad span", false), true));
	}

	@Test
	void statusesBeyondHttpAreRejected() {
		assertThat(this.classifier.classify(999, headers(), EMPTY)).isEqualTo(new Rejected(status("999", false), true));
	}

	private static StatusClassifier classifier(StatusPolicy policy) {
		return new StatusClassifier(policy, new ResponseText(Map.of()), Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
	}

	private static SendFailure status(String status, boolean unhealthy) {
		return new SendFailure(SendFailure.Kind.STATUS, status, null, unhealthy);
	}

	private static HttpHeaders headers() {
		return HttpHeaders.of(Map.of(), (name, value) -> true);
	}

	private static HttpHeaders headers(String name, String value) {
		return HttpHeaders.of(Map.of(name, List.of(value)), (any, other) -> true);
	}

	private static byte[] text(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

}
