package io.github.otlpboot.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

import io.github.otlpboot.buffer.BufferedBatch;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link DrainedBatches}.
 */
class DrainedBatchesTests {

	private final DrainedBatches drained = new DrainedBatches();

	private final List<BufferedBatch> batches = IntStream.rangeClosed(1, 5)
		.mapToObj(DrainedBatchesTests::batch)
		.toList();

	@Test
	void givesEachOutOnceAndInOrder() {
		this.drained.take(this.batches);
		List<BufferedBatch> polled = new ArrayList<>();
		while (!this.drained.isEmpty()) {
			assertThat(this.drained.rest()).hasSize(5 - polled.size());
			assertThat(this.drained.peek()).isSameAs(this.batches.get(polled.size()));
			polled.add(this.drained.poll());
		}
		assertThat(polled).isEqualTo(this.batches);
	}

	@Test
	void whatIsStoredWaitsToBeToldOfAndIsNotStoredAgain() {
		this.drained.take(this.batches);
		this.drained.poll();
		assertThat(this.drained.hasStored()).isFalse();
		assertThat(this.drained.markStored(2)).as("items").isEqualTo(2 + 3);
		assertThat(this.drained.rest()).extracting(Batch::items).containsExactly(4, 5);
		assertThat(this.drained.hasStored()).isTrue();
		assertThat(this.drained.poll()).isSameAs(this.batches.get(1));
		assertThat(this.drained.rest()).as("whatever was told of").hasSize(2);
		assertThat(this.drained.poll()).isSameAs(this.batches.get(2));
		assertThat(this.drained.hasStored()).isFalse();
		assertThat(this.drained.isEmpty()).isFalse();
		assertThat(this.drained.markStored(1)).isEqualTo(4);
	}

	@Test
	void takesMoreOnceAllIsDealtWith() {
		this.drained.take(this.batches);
		assertThatIllegalStateException().isThrownBy(() -> this.drained.take(this.batches));
		this.drained.markStored(5);
		assertThatIllegalStateException().isThrownBy(() -> this.drained.take(this.batches));
		for (int i = 0; i < 5; i++) {
			this.drained.poll();
		}
		assertThat(this.drained.hasStored()).isFalse();
		this.drained.take(this.batches.subList(0, 2));
		assertThat(this.drained.hasStored()).isFalse();
		assertThat(this.drained.rest()).extracting(Batch::items).containsExactly(1, 2);
	}

	private static BufferedBatch batch(int items) {
		return new BufferedBatch(0, new Batch(Signal.TRACES, Payload.of(new byte[10]), items), null);
	}

}
