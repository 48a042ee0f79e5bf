package io.github.otlpboot.autoconfigure;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import io.github.otlpboot.forwarder.grpc.CodePolicy;
import io.github.otlpboot.forwarder.grpc.GrpcCode;
import io.github.otlpboot.forwarder.http.StatusPolicy;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link AnswerPolicies}.
 */
class AnswerPoliciesTests {

	@Test
	void whatIsNotSetIsTheDefault() {
		AnswerPolicies policies = policies(null, null);
		assertThat(policies.http()).isEqualTo(StatusPolicy.DEFAULT);
		assertThat(policies.grpc()).isEqualTo(CodePolicy.DEFAULT);
	}

	@Test
	@DisplayName("C18, C26: an empty list is the specification to the letter")
	void anEmptyListIsNone() {
		AnswerPolicies policies = policies(null, List.of());
		assertThat(policies.http()).isEqualTo(new StatusPolicy(StatusPolicy.DEFAULT.retryable(), Set.of()));
		assertThat(policies.grpc()).isEqualTo(new CodePolicy(CodePolicy.DEFAULT.retryable(), Set.of()));
	}

	@Test
	void aListTakesThePlaceOfTheDefaultForBothTransports() {
		AnswerPolicies policies = policies(List.of("429", " 5xx ", "unavailable", "data-loss"), List.of("401"));
		Set<Integer> retryable = IntStream.range(500, 600).boxed().collect(Collectors.toSet());
		retryable.add(429);
		assertThat(policies.http()).isEqualTo(new StatusPolicy(retryable, Set.of(401)));
		assertThat(policies.grpc())
			.isEqualTo(new CodePolicy(Set.of(GrpcCode.UNAVAILABLE, GrpcCode.DATA_LOSS), Set.of()));
	}

	@ParameterizedTest
	@ValueSource(strings = { "200", "600", "2xx", "OK", "teapot", "4x4", "", "503;504" })
	void whatIsNeitherStatusNorCodeIsRefused(String value) {
		assertThatExceptionOfType(InvalidOtlpPropertyException.class)
			.isThrownBy(() -> policies(List.of("503", value), null))
			.satisfies((ex) -> {
				assertThat(ex.property()).isEqualTo("otlp.forwarder.retry.retryable-statuses");
				assertThat(ex.value()).isEqualTo(value);
				assertThat(ex.remedy()).contains("UNAVAILABLE");
			});
		assertThatExceptionOfType(InvalidOtlpPropertyException.class).isThrownBy(() -> policies(null, List.of(value)))
			.satisfies((ex) -> assertThat(ex.property()).isEqualTo("otlp.forwarder.retry.hold-statuses"));
	}

	private static AnswerPolicies policies(List<String> retryable, List<String> hold) {
		return AnswerPolicies
			.of(new OtlpProperties.Retry(Duration.ofSeconds(1), Duration.ofSeconds(30), 1.5, 0.5, retryable, hold));
	}

}
