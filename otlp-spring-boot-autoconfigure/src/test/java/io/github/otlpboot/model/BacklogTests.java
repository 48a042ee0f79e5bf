package io.github.otlpboot.model;

import java.util.List;

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
	void sumIsAsOldAsTheOldest() {
		assertThat(Backlog.sum(List.of(new Backlog(1, 20, 300, 7), Backlog.EMPTY, new Backlog(2, 30, 400, 5))))
			.isEqualTo(new Backlog(3, 50, 700, 5));
		assertThat(Backlog.sum(List.of(Backlog.EMPTY, Backlog.EMPTY))).isEqualTo(Backlog.EMPTY);
		assertThat(Backlog.sum(List.of())).isEqualTo(Backlog.EMPTY);
	}

	@Test
	void isNotEmptyWithABatchThatHoldsNothing() {
		assertThat(new Backlog(1, 0, 0, 5).isEmpty()).isFalse();
	}

}
