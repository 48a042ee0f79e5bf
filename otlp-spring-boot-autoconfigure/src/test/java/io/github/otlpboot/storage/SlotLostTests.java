package io.github.otlpboot.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.SourcedBatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A log whose slot is taken away, because its lock file was deleted, and one whose files
 * are.
 */
@DisplayName("T17, loss 5: files of a slot are deleted")
class SlotLostTests {

	private static final int SIZE = 700;

	private final SimulatedDisk disk = new SimulatedDisk();

	private final TestLog test = new TestLog(this.disk, TestLog.settings(FsyncPolicy.INTERVAL));

	@BeforeEach
	void setUp() throws IOException {
		this.test.open();
		// Five in a segment
		this.test.append(1, 12, SIZE);
	}

	@Test
	void writingTellsThatTheSlotIsLost() throws IOException {
		assertThat(this.test.slot().isHeld()).isTrue();
		this.disk.delete(lock());
		assertThat(this.test.slot().isHeld()).isFalse();
		assertThatExceptionOfType(SlotLostException.class)
			.isThrownBy(() -> this.test.log().write(TestLog.batches(13, 1, SIZE)))
			.withMessage("The lock file of /storage/slot-0 was deleted, and another instance may use it now");
	}

	@Test
	void anotherFileInPlaceOfTheLockIsNotOurs() throws IOException {
		this.disk.delete(lock());
		this.disk.put(lock(), new byte[0]);
		assertThat(this.test.slot().isHeld()).isFalse();
	}

	@Test
	void aLockThatComesBackIsLostAllTheSame() throws IOException {
		Path aside = lock().resolveSibling("aside");
		this.disk.move(lock(), aside);
		assertThat(this.test.slot().isHeld()).isFalse();
		this.disk.move(aside, lock());
		assertThat(this.test.slot().isHeld()).isFalse();
	}

	@Test
	void whatAnotherInstanceHasCreatedAnewIsNotOurs() throws IOException {
		this.test.close();
		byte[] meta = this.disk.contents(lock().resolveSibling(SlotMeta.FILE_NAME));
		delete(lock().resolveSibling(SlotMeta.FILE_NAME));
		this.test.segments().forEach(this::delete);
		this.test.open();
		this.test.append(1, 1, SIZE);
		this.disk.put(lock().resolveSibling(SlotMeta.FILE_NAME), meta);
		delete(lock());
		assertThat(this.test.segments()).isNotEmpty();
		assertThat(this.test.log().forsake()).as("is there").isFalse();
	}

	@Test
	void whatIsThereIsHandedOverAndNotTouched() throws IOException {
		SourcedBatch underWay = next();
		this.disk.delete(lock());
		assertThat(this.test.log().forsake()).as("is there").isTrue();
		assertThat(this.test.log().passOver(TestLog.DESTINATION, null)).isEqualTo(11);
		assertThat(this.test.reader().next(Long.MAX_VALUE, Long.MAX_VALUE)).isNull();
		assertThat(this.test.ledger().pending().items()).isOne();
		this.test.reader().settle(underWay, Settlement.delivered(1));
		assertThat(this.test.ledger().pending().isEmpty()).isTrue();
		assertThat(this.test.ledger().delivered()).isOne();
		assertThat(this.test.ledger().lost()).isEmpty();
		Map<Path, byte[]> before = files();
		this.test.close();
		assertThat(files()).containsExactlyEntriesOf(before);
		assertThat(this.test.told()).isEmpty();
		this.test.open();
		assertThat(this.test.deliverAll()).isEqualTo(TestLog.ids(1, 12));
	}

	@Test
	void whatIsGoneIsLost() throws IOException {
		SourcedBatch underWay = next();
		this.test.segments().forEach(this::delete);
		delete(lock());
		assertThat(this.test.log().forsake()).as("is there").isFalse();
		assertThat(this.test.log().passOver(TestLog.DESTINATION, LossReason.CORRUPT)).isEqualTo(11);
		this.test.reader().settle(underWay, Settlement.delivered(1));
		assertThat(this.test.ledger().lost()).isEqualTo(Map.of(LossReason.CORRUPT, 11L));
		this.test.assertBalanced();
		this.test.close();
		assertThat(this.test.segments()).isEmpty();
	}

	@Test
	void theSegmentThatIsWrittenToIsReplacedWhenItIsGone() throws IOException {
		List<Path> before = this.test.segments();
		Path active = before.get(before.size() - 1);
		this.test.maintain();
		assertThat(this.test.segments()).as("as long as it is there").isEqualTo(before);
		delete(active);
		this.test.maintain();
		this.test.append(13, 1, SIZE);
		assertThat(this.test.segments()).hasSize(before.size()).doesNotContain(active);
		assertThat(this.test.deliverAll()).endsWith(13).startsWith(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
		this.test.assertBalanced();
	}

	@Test
	void whatStartWritesIsWrittenAgain() throws IOException {
		Path meta = lock().resolveSibling(SlotMeta.FILE_NAME);
		byte[] before = this.disk.contents(meta);
		Slots slots = new Slots(this.disk, Path.of("/storage"), new SlotOwner("test", 1), this.test.time().clock());
		delete(meta);
		slots.keep(this.test.slot());
		assertThat(this.disk.exists(meta)).isTrue();
		assertThat(this.test.logId()).isEqualTo(this.test.slot().logId());
		delete(meta);
		delete(lock());
		Slot lost = this.test.slot();
		this.test.log().forsake();
		lost.close();
		slots.restore(lost);
		assertThat(this.disk.contents(meta)).hasSameSizeAs(before);
		// And whoever has it now is left alone.
		delete(meta);
		assertThat(this.disk.tryLock(lock())).isNotNull();
		slots.restore(lost);
		assertThat(this.disk.exists(meta)).isFalse();
	}

	private SourcedBatch next() {
		SourcedBatch batch = this.test.reader().next(Long.MAX_VALUE, Long.MAX_VALUE);
		if (batch == null) {
			throw new IllegalStateException("There is nothing to read");
		}
		return batch;
	}

	private Path lock() {
		return Path.of("/storage/slot-0").resolve(Slot.LOCK);
	}

	private void delete(Path file) {
		try {
			this.disk.delete(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Map<Path, byte[]> files() throws IOException {
		Map<Path, byte[]> files = new TreeMap<>();
		for (Path segment : this.test.segments()) {
			files.put(segment, this.disk.contents(segment));
		}
		for (Path cursor : this.disk.list(this.test.cursorFile().getParent())) {
			files.put(cursor, this.disk.contents(cursor));
		}
		return files;
	}

}
