package io.github.otlpboot.buffer;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.Collectors;

import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.Linearizable;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * {@link BatchBuffer} under every order of a few operations of two threads.
 */
class BatchBufferLincheckTests {

	@Test
	@DisplayName("M01, M05: every order of offers, drains, frees, snapshots and closing is one that could have been serial")
	void isLinearizable() {
		Linearizable.modelCheck(Model.class);
	}

	/**
	 * The buffer and what threads do with it.
	 */
	@Param(name = "items", gen = IntGen.class, conf = "1:3")
	public static final class Model {

		private final BatchBuffer buffer = new BatchBuffer(Signal.TRACES, new BufferLimits(5, 1000),
				Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), () -> {
				});

		@Operation
		public String offer(@Param(name = "items") int items) {
			return String.valueOf(this.buffer.offer(new Batch(Signal.TRACES, Payload.of(new byte[10]), items)));
		}

		@Operation
		public String drain() {
			return this.buffer.drain()
				.stream()
				.map((drained) -> String.valueOf(drained.batch().items()))
				.collect(Collectors.joining(","));
		}

		@Operation
		public String free(@Param(name = "items") int items) {
			try {
				this.buffer.free(1, items, 10);
				return "freed";
			}
			catch (IllegalStateException ex) {
				return "more than was drained";
			}
		}

		@Operation
		public String counts() {
			return this.buffer.counts().toString();
		}

		@Operation
		public void close() {
			this.buffer.close();
		}

	}

}
