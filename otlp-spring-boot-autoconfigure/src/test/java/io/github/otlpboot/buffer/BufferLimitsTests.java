package io.github.otlpboot.buffer;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link BufferLimits}.
 */
class BufferLimitsTests {

	@ParameterizedTest
	@ValueSource(longs = { 0, -1, Long.MIN_VALUE })
	void limitsBelowOneAreRefusedByName(long limit) {
		assertThatIllegalArgumentException().isThrownBy(() -> new BufferLimits(limit, 1))
			.withMessage("'maxItems' must be at least 1, but is " + limit);
		assertThatIllegalArgumentException().isThrownBy(() -> new BufferLimits(1, limit))
			.withMessage("'maxBytes' must be at least 1, but is " + limit);
	}

	@ParameterizedTest
	@ValueSource(longs = { 1, 10, Long.MAX_VALUE })
	void whatFitsExactlyIsAllowedAndOneMoreIsNot(long limit) {
		BufferLimits limits = new BufferLimits(limit, limit);
		Tally almostFull = new Tally(limit - 1, limit - 1, limit - 1);
		assertThat(limits.allow(almostFull, new Tally(1, 1, 1))).isTrue();
		assertThat(limits.allow(almostFull, new Tally(2, 0, 0))).isFalse();
		assertThat(limits.allow(almostFull, new Tally(1, 2, 1))).isFalse();
		assertThat(limits.allow(almostFull, new Tally(1, 1, 2))).isFalse();
	}

}
