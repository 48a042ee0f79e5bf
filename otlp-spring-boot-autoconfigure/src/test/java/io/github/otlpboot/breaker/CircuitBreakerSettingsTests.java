package io.github.otlpboot.breaker;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link CircuitBreakerSettings}.
 */
class CircuitBreakerSettingsTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	@Test
	void defaultsAreThoseOfTheDocumentation() {
		assertThat(CircuitBreakerSettings.DEFAULTS).isEqualTo(new CircuitBreakerSettings(5, Duration.ofSeconds(5),
				Duration.ofSeconds(30), 1, Duration.ofSeconds(60)));
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, -1, Integer.MIN_VALUE })
	void countsBelowOneAreRefusedByName(int count) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new CircuitBreakerSettings(count, SECOND, SECOND, 1, SECOND))
			.withMessage("'failureThreshold' must be at least 1, but is " + count);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new CircuitBreakerSettings(1, SECOND, SECOND, count, SECOND))
			.withMessage("'permittedNumberOfCallsInHalfOpenState' must be at least 1, but is " + count);
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -1 })
	void durationsThatAreNotPositiveAreRefusedByName(long nanos) {
		Duration duration = Duration.ofNanos(nanos);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new CircuitBreakerSettings(1, duration, SECOND, 1, SECOND))
			.withMessage("'waitDurationInOpenState' must be positive, but is " + duration);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new CircuitBreakerSettings(1, SECOND, duration, 1, SECOND))
			.withMessage("'maxWaitDurationInOpenState' must be positive, but is " + duration);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new CircuitBreakerSettings(1, SECOND, SECOND, 1, duration))
			.withMessage("'probeTimeout' must be positive, but is " + duration);
	}

	@Test
	void longestWaitBelowTheFirstIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new CircuitBreakerSettings(1, SECOND, SECOND.minusNanos(1), 1, SECOND))
			.withMessageContaining("'maxWaitDurationInOpenState'")
			.withMessageContaining("'waitDurationInOpenState'");
	}

	@Test
	void longestWaitEqualToTheFirstIsAllowed() {
		assertThat(new CircuitBreakerSettings(1, SECOND, SECOND, 1, SECOND).maxWaitDurationInOpenState())
			.isEqualTo(SECOND);
	}

}
