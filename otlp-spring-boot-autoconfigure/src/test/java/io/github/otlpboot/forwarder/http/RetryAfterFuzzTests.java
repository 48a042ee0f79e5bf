package io.github.otlpboot.forwarder.http;

import java.math.BigInteger;
import java.net.http.HttpHeaders;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.forwarder.ResponseText;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.testing.Fuzz;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hostile headers of answers for {@link RetryAfter} and {@link StatusClassifier}.
 */
class RetryAfterFuzzTests {

	private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);

	private static final List<String> CORPUS = Fuzz.corpus("retry-after.txt");

	@Test
	@DisplayName("T25, T39: of any value a wait within the cap is read or none, never early, in bounded memory")
	void waits() {
		Fuzz.run(20_000, (fuzz, mutator) -> {
			String value = (mutator.seed() <= CORPUS.size()) ? CORPUS.get((int) mutator.seed() - 1)
					: mutator.mutate(mutator.pick(CORPUS));
			Duration wait = fuzz.bounded(60L * value.length(), () -> RetryAfter.parse(value, CLOCK));
			if (wait != null) {
				assertThat(wait).isBetween(Duration.ZERO, RetryAfter.MAX);
			}
			if (value.matches("[0-9]{1,1000}")) {
				long seconds = new BigInteger(value).min(BigInteger.valueOf(RetryAfter.MAX.toSeconds())).longValue();
				assertThat(wait).isEqualTo(Duration.ofSeconds(seconds));
			}
		});
	}

	@Test
	@DisplayName("T24, T28, T39: every answer is classified, whatever its status, headers and body are")
	void answers() {
		StatusClassifier classifier = new StatusClassifier(StatusPolicy.DEFAULT,
				new ResponseText(Map.of("authorization", "Bearer c4nary-t0ken")), CLOCK);
		Fuzz.run(10_000, (fuzz, mutator) -> {
			Map<String, List<String>> fields = new HashMap<>();
			fields.put("Retry-After", List.of(mutator.mutate(mutator.pick(CORPUS)), "7"));
			fields.put("Content-Type", List.of(mutator.mutate("application/x-protobuf")));
			HttpHeaders headers = HttpHeaders.of(fields, (name, value) -> true);
			int status = mutator.random().nextInt(1000);
			byte[] body = mutator.noise(3000);
			SendResult result = fuzz.bounded(64L * 1024 + 16L * body.length,
					() -> classifier.classify(status, headers, body));
			assertThat(result).isNotNull();
			boolean success = status >= 200 && status <= 299;
			assertThat(result.failure() == null).isEqualTo(success);
			assertThat(classifier.classifyTooLarge(status, headers)).isInstanceOf(SendResult.Rejected.class);
		});
	}

}
