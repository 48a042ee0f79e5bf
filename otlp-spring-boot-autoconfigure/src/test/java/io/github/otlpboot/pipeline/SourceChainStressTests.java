package io.github.otlpboot.pipeline;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import io.github.otlpboot.buffer.BatchBuffer;
import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.MemoryBatchSource;
import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.SourcedBatch;
import io.github.otlpboot.testing.Race;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One thread reads and settles while others fill, add and remove sources, and ask.
 */
class SourceChainStressTests {

	private static final int BATCHES = Integer.getInteger("stress.batches", 20_000);

	private static final int THREADS = 4;

	private final AtomicInteger settled = new AtomicInteger();

	private final SourceChain chain = new SourceChain(Signal.TRACES, this.settled::incrementAndGet);

	private final ConcurrentLinkedDeque<Source> sources = new ConcurrentLinkedDeque<>();

	private final AtomicLong made = new AtomicLong();

	private final AtomicInteger released = new AtomicInteger();

	private final AtomicInteger removed = new AtomicInteger();

	private final AtomicBoolean filled = new AtomicBoolean();

	@Test
	@Timeout(60)
	@DisplayName("Each batch is given out and settled once, by the source that it came from, while sources come and go")
	void everyBatchIsSettledOnce() throws Exception {
		addSource(false);
		try (Race race = new Race(THREADS)) {
			List<Set<Integer>> delivered = race.run((thread) -> switch (thread) {
				case 0 -> read();
				case 1 -> fill();
				case 2 -> change();
				default -> observe();
			});
			assertThat(delivered.get(0)).hasSize(BATCHES);
		}
		assertThat(this.removed).hasPositiveValue();
		assertThat(this.settled).hasValue(BATCHES);
		assertThat(this.released).hasValue(BATCHES);
		assertThat(this.chain.backlog()).isEqualTo(Backlog.EMPTY);
		assertThat(this.chain.unread()).isEqualTo(Backlog.EMPTY);
		this.sources.forEach((source) -> assertThat(source.memory.ledger().pending()).isEqualTo(Backlog.EMPTY));
	}

	private void addSource(boolean first) {
		BatchBuffer buffer = new BatchBuffer(Signal.TRACES, new BufferLimits(1000, 1_000_000), Clock.systemUTC(),
				() -> {
				});
		Source source = new Source(buffer, new MemoryBatchSource(buffer));
		if (first) {
			this.chain.addFirst(source.memory);
		}
		else {
			this.chain.add(source.memory);
		}
		this.sources.add(source);
	}

	private Set<Integer> fill() {
		Random random = new Random(1);
		int number = 0;
		while (number < BATCHES) {
			// Not before a source has gone, however little the thread that takes it away
			// has run
			if (number == BATCHES / 2 && this.removed.get() == 0) {
				Thread.yield();
				continue;
			}
			List<Source> current = List.copyOf(this.sources);
			Source source = current.get(random.nextInt(current.size()));
			byte[] bytes = { (byte) (number >>> 16), (byte) (number >>> 8), (byte) number };
			Batch batch = new Batch(Signal.TRACES, Payload.of(bytes, 0, bytes.length, this.released::incrementAndGet),
					1);
			if (source.offer(batch)) {
				number++;
				this.made.incrementAndGet();
			}
			else {
				Thread.yield();
			}
		}
		this.filled.set(true);
		return Set.of();
	}

	private Set<Integer> read() {
		Random random = new Random(2);
		Set<Integer> delivered = new HashSet<>();
		List<SourcedBatch> held = new ArrayList<>();
		while (!this.filled.get() || !held.isEmpty() || !this.chain.unread().isEmpty()) {
			SourcedBatch next = this.chain.next(Long.MAX_VALUE, Long.MAX_VALUE);
			if (next != null) {
				held.add(next);
			}
			if (!held.isEmpty() && (next == null || held.size() > 20)) {
				SourcedBatch batch = held.remove(random.nextInt(held.size()));
				byte[] bytes = batch.batch().payload().array();
				int number = (bytes[0] & 0xFF) << 16 | (bytes[1] & 0xFF) << 8 | (bytes[2] & 0xFF);
				assertThat(delivered.add(number)).as("batch %d for the first time", number).isTrue();
				this.chain.settle(batch, Settlement.delivered(1));
			}
		}
		return delivered;
	}

	// As slots of others are adopted, and leave when nothing is left of them
	private Set<Integer> change() {
		Random random = new Random(3);
		while (!this.filled.get()) {
			if (this.sources.size() < 8) {
				addSource(random.nextBoolean());
			}
			else {
				Source oldest = this.sources.remove();
				oldest.retire();
				while (!this.filled.get() && !oldest.memory.backlog().isEmpty()) {
					Thread.yield();
				}
				if (oldest.memory.backlog().isEmpty()) {
					this.chain.remove(oldest.memory);
					this.removed.incrementAndGet();
				}
			}
		}
		return Set.of();
	}

	private Set<Integer> observe() {
		while (!this.filled.get()) {
			// Settled first: it only grows, and made only after it was
			long before = this.settled.get();
			long pending = this.chain.backlog().items();
			assertThat(pending).isBetween(0L, this.made.get() + 1 - before);
			assertThat(this.chain.unread().batches()).isNotNegative();
		}
		return Set.of();
	}

	/**
	 * A source that takes no more once it is to go.
	 */
	private static final class Source {

		private final BatchBuffer buffer;

		private final MemoryBatchSource memory;

		private boolean retired;

		Source(BatchBuffer buffer, MemoryBatchSource memory) {
			this.buffer = buffer;
			this.memory = memory;
		}

		synchronized boolean offer(Batch batch) {
			return !this.retired && this.buffer.offer(batch) == null;
		}

		synchronized void retire() {
			this.retired = true;
		}

	}

}
