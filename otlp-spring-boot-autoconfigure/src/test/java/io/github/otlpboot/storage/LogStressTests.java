package io.github.otlpboot.storage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.SourcedBatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Writes, reads, drops and asks at the same time.
 */
class LogStressTests {

	private static final int COUNT = 12_000;

	private final TestLog test = new TestLog(new SimulatedDisk(),
			TestLog.withSize(TestLog.settings(FsyncPolicy.INTERVAL), 4 * 16_384, 16_384));

	private final AtomicBoolean written = new AtomicBoolean();

	private final Set<Integer> delivered = new HashSet<>();

	@Test
	@Timeout(60)
	@DisplayName("The ledger adds up at every moment, while the oldest is dropped under the reader's feet")
	void theLedgerAddsUpAtEveryMoment() throws Exception {
		this.test.open();
		ExecutorService threads = Executors.newFixedThreadPool(3);
		try {
			Future<?> reader = threads.submit(this::read);
			Future<?> observer = threads.submit(this::observe);
			threads.submit(() -> {
				write();
				return null;
			}).get();
			this.written.set(true);
			reader.get(30, TimeUnit.SECONDS);
			observer.get(30, TimeUnit.SECONDS);
		}
		finally {
			this.written.set(true);
			threads.shutdownNow();
		}
		this.test.maintain();
		this.delivered.addAll(this.test.deliverAll());
		LogLedger.DestinationLedger ledger = this.test.ledger();
		assertThat(ledger.pending().isEmpty()).isTrue();
		assertThat(ledger.delivered()).isEqualTo(this.delivered.size());
		assertThat(ledger.lost().keySet()).containsAnyOf(LossReason.RETENTION_SIZE).hasSize(1);
		assertThat(this.test.told()).isEqualTo(ledger.lost());
		assertThat(this.delivered).contains(COUNT);
		this.test.assertBalanced();
	}

	private void write() throws Exception {
		for (int id = 1; id <= COUNT; id++) {
			this.test.append(id, 1, 20 + id % 300);
			this.test.time().advance(Duration.ofMillis(10));
			this.test.log().maintain();
		}
	}

	private void read() {
		SplittableRandom random = new SplittableRandom(1);
		List<SourcedBatch> held = new ArrayList<>();
		// A reader that is as fast as the writer from the start leaves nothing to drop
		while (this.test.ledger().lost().isEmpty() && !this.written.get()) {
			Thread.yield();
		}
		while (!this.written.get() || !held.isEmpty()) {
			SourcedBatch batch = this.written.get() ? null : this.test.reader().next(Long.MAX_VALUE, Long.MAX_VALUE);
			if (batch != null) {
				held.add(batch);
			}
			if (!held.isEmpty() && (batch == null || held.size() > 5)) {
				SourcedBatch settled = held.remove(random.nextInt(held.size()));
				assertThat(this.delivered.add(NumberedBatches.idOf(settled.batch()))).isTrue();
				this.test.reader().settle(settled, Settlement.delivered(1));
			}
			if (random.nextInt(4) == 0) {
				Thread.yield();
			}
		}
	}

	private void observe() {
		while (!this.written.get()) {
			this.test.assertBalanced();
			assertThat(this.test.log().used()).isLessThanOrEqualTo(5 * 16_384);
		}
	}

}
