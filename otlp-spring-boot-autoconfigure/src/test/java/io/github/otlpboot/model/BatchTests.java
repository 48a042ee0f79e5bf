package io.github.otlpboot.model;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Batch} and {@link SourcedBatch}.
 */
class BatchTests {

	@Test
	void hasTheSizeOfItsPayload() {
		Payload payload = Payload.of(new byte[10], 2, 5, () -> {
		});
		Batch batch = new Batch(Signal.LOGS, payload, 0);
		assertThat(batch.size()).isEqualTo(5);
		assertThat(new SourcedBatch(1, 2, batch).batch()).isSameAs(batch);
	}

	@Test
	void whenItemsAreNegativeThrows() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Batch(Signal.LOGS, Payload.of(new byte[0]), -1))
			.withMessageContaining("'items'")
			.withMessageContaining("-1");
	}

}
