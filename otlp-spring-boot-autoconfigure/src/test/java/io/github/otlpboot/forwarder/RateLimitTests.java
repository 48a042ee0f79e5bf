package io.github.otlpboot.forwarder;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RateLimit}.
 */
class RateLimitTests {

	private static final long START = Long.MAX_VALUE - 1000;

	@ParameterizedTest
	@ValueSource(ints = { 100, 5_000, 100_000 })
	void keepsTheLimitOnAverageWhateverTheSizeOfRequests(int size) {
		RateLimit limit = new RateLimit(10_000, START);
		long now = START;
		long sent = 0;
		while (now - START < Duration.ofMinutes(10).toNanos()) {
			now += limit.nanosUntilPermitted(now);
			limit.sent(size, now);
			sent += size;
		}
		double perSecond = (double) sent / Duration.ofNanos(now - START).toSeconds();
		assertThat(perSecond).isBetween(9_000.0, 11_000.0);
	}

	@Test
	void whatComesNowAndThenIsNotDelayed() {
		RateLimit limit = new RateLimit(10_000, START);
		long now = START;
		for (int i = 0; i < 1000; i++) {
			assertThat(limit.nanosUntilPermitted(now)).isZero();
			limit.sent(1_900, now);
			now += Duration.ofMillis(200).toNanos();
		}
	}

	@Test
	void restIsNotSavedUp() {
		RateLimit limit = new RateLimit(10_000, START);
		long now = START + Duration.ofHours(1).toNanos();
		limit.sent(10_000, now);
		assertThat(limit.nanosUntilPermitted(now)).isEqualTo(Duration.ofMillis(750).toNanos());
	}

	@Test
	void withoutALimitNothingWaits() {
		RateLimit limit = new RateLimit(0, START);
		limit.sent(Long.MAX_VALUE, START);
		assertThat(limit.nanosUntilPermitted(START)).isZero();
	}

}
