package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.SimulatedDisk.Operation;
import io.github.otlpboot.testing.FakeTime;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Storage} and {@link StoredSlot}.
 */
class StorageTests {

	private static final Path ROOT = Path.of("/storage");

	private final SimulatedDisk disk = new SimulatedDisk();

	private final FakeTime time = new FakeTime();

	@Test
	void anInstanceFinishesWhatAnotherHasLeftBehind() throws IOException {
		Storage first = storage();
		StoredSlot left = first.acquire();
		append(left, Signal.TRACES, 3);
		append(left, Signal.LOGS, 2);
		Storage second = storage();
		StoredSlot own = second.acquire();
		assertThat(own.name()).isEqualTo("slot-1");
		assertThat(second.adopt()).as("in use").isEmpty();
		left.close();
		List<StoredSlot> adopted = second.adopt();
		assertThat(adopted).hasSize(1);
		StoredSlot orphan = adopted.get(0);
		assertThat(orphan.name()).isEqualTo("slot-0");
		assertThat(orphan.isDelivered()).isFalse();
		assertThat(orphan.log(Signal.METRICS)).isEmpty();
		TestLog.deliverAll(log(orphan, Signal.TRACES).reader("default"));
		assertThat(orphan.isDelivered()).isFalse();
		TestLog.deliverAll(log(orphan, Signal.LOGS).reader("default"));
		assertThat(orphan.isDelivered()).isTrue();
		orphan.delete();
		assertThat(this.disk.exists(ROOT.resolve("slot-0").resolve("traces"))).isFalse();
		assertThat(second.adopt()).isEmpty();
		own.close();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void whatIsLeftBehindOfSignalsThatAreSwitchedOffIsToldOnce(CapturedOutput output) throws IOException {
		StoredSlot left = storage().acquire();
		append(left, Signal.LOGS, 2);
		Storage second = storage(Signal.TRACES);
		StoredSlot own = second.acquire();
		left.close();
		assertThat(second.adopt()).isEmpty();
		assertThat(second.adopt()).isEmpty();
		assertThat(output).containsOnlyOnce("slot-0 was left behind with files of signals that are switched off");
		own.close();
	}

	@Test
	void whatIsSwitchedOffIsKeptWhenTheRestIsDelivered() throws IOException {
		StoredSlot left = storage().acquire();
		append(left, Signal.TRACES, 3);
		append(left, Signal.LOGS, 2);
		Storage second = storage(Signal.TRACES);
		StoredSlot own = second.acquire();
		left.close();
		assertThat(own.unread()).isEmpty();
		List<StoredSlot> adopted = second.adopt();
		assertThat(adopted).hasSize(1);
		StoredSlot orphan = adopted.get(0);
		assertThat(orphan.unread()).containsExactly(Signal.LOGS);
		TestLog.deliverAll(log(orphan, Signal.TRACES).reader("default"));
		assertThat(orphan.isDelivered()).isTrue();
		orphan.delete();
		assertThat(second.adopt()).as("there is nothing to do").isEmpty();
		own.close();
		StoredSlot on = storage().acquire();
		assertThat(on.name()).isEqualTo("slot-0");
		assertThat(log(on, Signal.LOGS).ledger().of("default").pending().items()).isEqualTo(2);
		assertThat(log(on, Signal.TRACES).ledger().of("default").pending().items()).isZero();
	}

	@Test
	@DisplayName("T19: what a newer release has left behind is left alone")
	void whatCannotBeOpenedIsLeftAlone() throws IOException {
		StoredSlot left = storage().acquire();
		append(left, Signal.TRACES, 1);
		left.close();
		this.disk.fail(Operation.LIST, 4);
		Storage second = storage();
		List<StoredSlot> adopted = new ArrayList<>(second.adopt());
		this.disk.heal();
		adopted.addAll(second.adopt());
		assertThat(adopted).as("given back after a failure, and taken later").hasSize(1);
		assertThat(log(adopted.get(0), Signal.TRACES).ledger().accepted()).isOne();
	}

	@Test
	void aSlotThatCannotBeOpenedIsGivenBack() throws IOException {
		this.disk.failAll(Operation.CREATE_DIRECTORIES);
		assertThatExceptionOfType(StorageUnavailableException.class).isThrownBy(() -> storage().acquire());
		this.disk.heal();
		storage().acquire().close();
		// The directory of the second signal, after the one for the cursors of the first.
		this.disk.fail(Operation.CREATE_DIRECTORIES, 4);
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> storage().acquire());
		assertThat(storage().acquire().name()).isEqualTo("slot-0");
	}

	@Test
	void tellsWhatIsFreeAndWhatIsStrange() {
		this.disk.usableSpace(4711);
		assertThat(storage().freeSpace()).isEqualTo(4711);
		assertThat(storage().strangers()).isEmpty();
		assertThat(storage().directory()).isEqualTo(ROOT);
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void whoTakesOverAnEmptySlotMissesNoCursor(CapturedOutput output) throws IOException {
		storage().acquire().close();
		StoredSlot slot = storage(new SlotOwner("test", 2), Signal.TRACES, Signal.LOGS).acquire();
		assertThat(slot.name()).isEqualTo("slot-0");
		assertThat(output).doesNotContain("cursor");
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void aDamagedCursorOfWhatIsStoredIsTold(CapturedOutput output) throws IOException {
		StoredSlot slot = storage().acquire();
		append(slot, Signal.TRACES, 3);
		slot.close();
		Path cursor = ROOT.resolve("slot-0").resolve("traces").resolve("cursors").resolve("default.cur");
		this.disk.flip(cursor, 20, 0);
		storage().acquire().close();
		assertThat(output)
			.containsOnlyOnce("The cursor of default for traces is lost, because its checksum does not match");
	}

	private Storage storage() {
		return storage(Signal.TRACES, Signal.LOGS);
	}

	private Storage storage(Signal... signals) {
		return storage(new SlotOwner("test", 1), signals);
	}

	private Storage storage(SlotOwner owner, Signal... signals) {
		Map<Signal, LogSettings> settings = new EnumMap<>(Signal.class);
		Map<Signal, List<String>> destinations = new EnumMap<>(Signal.class);
		for (Signal signal : signals) {
			settings.put(signal, TestLog.settings(FsyncPolicy.INTERVAL));
			destinations.put(signal, List.of("default"));
		}
		return new Storage(new StorageContext(this.disk, this.time.clock(), this.time.nanos()),
				new StorageSettings(ROOT, owner, settings), destinations, (destination, signal, items, reason) -> {
				});
	}

	private static SegmentLog log(StoredSlot slot, Signal signal) {
		return slot.log(signal).orElseThrow();
	}

	private static void append(StoredSlot slot, Signal signal, int count) throws IOException {
		for (int id = 1; id <= count; id++) {
			Payload payload = NumberedBatches.batch(id, 1, 100).payload();
			assertThat(log(slot, signal).write(List.of(new Batch(signal, payload, 1)))).isOne();
			log(slot, signal).publish();
		}
	}

}
