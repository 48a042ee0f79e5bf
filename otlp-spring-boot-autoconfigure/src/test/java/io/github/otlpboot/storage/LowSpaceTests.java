package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.github.otlpboot.model.Batch;
import io.github.otlpboot.storage.SimulatedDisk.Operation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SegmentLog} and {@link Slots} on a volume that is nearly full.
 */
class LowSpaceTests {

	private final SimulatedDisk disk = new SimulatedDisk();

	@Test
	void lowSpaceDoesNotPurgeWhatMakesNoRoom() throws IOException {
		TestLog test = new TestLog(this.disk, TestLog.settings(FsyncPolicy.INTERVAL));
		test.change((settings) -> TestLog.withMinFreeSpace(settings, 1 << 20)).open();
		test.append(1, 1, 500);
		test.time().advance(Duration.ofMinutes(11));
		test.maintain();
		this.disk.usableSpace(1000);
		List<Batch> batches = new ArrayList<>();
		for (int id = 2; id <= 6; id++) {
			batches.add(NumberedBatches.batch(id, 1, 500));
		}
		int written = test.log().write(batches);
		test.log().publish();
		assertThat(test.ledger().lost().values().stream().mapToLong(Long::longValue).sum())
			.isLessThanOrEqualTo(written);
	}

	@Test
	void failingToTakeASlotMakesNoMoreSlots() throws IOException {
		Slots slots = new Slots(this.disk, Path.of("/storage"), new SlotOwner("test", 1), Clock.systemUTC());
		this.disk.failAll(Operation.WRITE);
		for (int i = 0; i < 5; i++) {
			try {
				slots.acquire();
			}
			catch (IOException ex) {
			}
		}
		this.disk.heal();
		assertThat(this.disk.list(Path.of("/storage"))).hasSizeLessThanOrEqualTo(1);
	}

}
