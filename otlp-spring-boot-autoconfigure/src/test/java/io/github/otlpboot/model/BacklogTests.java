package io.github.otlpboot.model;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Backlog}.
 */
class BacklogTests {

	@Test
	void isEmptyWithoutABatch() {
		assertThat(Backlog.EMPTY.isEmpty()).isTrue();
		assertThat(Backlog.EMPTY).isEqualTo(new Backlog(0, 0, 0, 0));
	}

	@Test
	void isNotEmptyWithABatchThatHoldsNothing() {
		assertThat(new Backlog(1, 0, 0, 5).isEmpty()).isFalse();
	}

}
