package io.github.otlpboot.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;

import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.SourcedBatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LogRecovery}, and for what readers make of what it finds. Each segment
 * holds five batches.
 */
class LogRecoveryTests {

	private static final int SIZE = 700;

	private final SimulatedDisk disk = new SimulatedDisk();

	private final TestLog test = new TestLog(this.disk, TestLog.settings(FsyncPolicy.INTERVAL));

	@BeforeEach
	void fillThreeSegments() throws IOException {
		this.test.open();
		this.test.append(1, 15, SIZE);
		this.test.close();
		assertThat(this.test.segments()).hasSize(3);
	}

	@Test
	@DisplayName("T8: a segment is missing: the others deliver, the gap is counted")
	void missingInTheMiddle() throws IOException {
		this.disk.delete(segment(1));
		assertThat(openAndDeliver()).containsExactly(1, 2, 3, 4, 5, 11, 12, 13, 14, 15);
		assertThat(this.test.ledger().lost()).containsOnly(Map.entry(LossReason.UNSYNCED, 5L));
		assertThat(this.test.told()).isEqualTo(this.test.ledger().lost());
		assertThat(this.test.log().ledger().accepted()).isEqualTo(15);
	}

	@Test
	@DisplayName("T8: the oldest segment is missing: it counts as one that had to go")
	void missingAtTheStart() throws IOException {
		saveACursor();
		this.disk.delete(segment(0));
		this.test.open();
		assertThat(this.test.ledger().lost()).containsOnly(Map.entry(LossReason.RETENTION_SIZE, 4L));
		assertThat(this.test.told()).isEqualTo(this.test.ledger().lost());
		assertThat(this.test.deliverAll()).isEqualTo(TestLog.ids(6, 10));
		this.test.assertBalanced();
	}

	@Test
	@DisplayName("T8: a segment is missing while the log is open")
	void missingAtRunTime() throws IOException {
		this.test.open();
		this.disk.delete(segment(1));
		assertThat(this.test.deliverAll()).containsExactly(1, 2, 3, 4, 5, 11, 12, 13, 14, 15);
		assertThat(this.test.ledger().lost()).containsOnly(Map.entry(LossReason.CORRUPT, 5L));
		this.test.assertBalanced();
	}

	@Test
	@DisplayName("T8: an empty segment in the middle: the others deliver, the gap is counted")
	void emptyInTheMiddle() throws IOException {
		this.disk.put(segment(1), new byte[0]);
		assertThat(openAndDeliver()).containsExactly(1, 2, 3, 4, 5, 11, 12, 13, 14, 15);
		assertThat(lost()).isEqualTo(5);
		assertThat(this.test.log().ledger().accepted()).isEqualTo(15);
	}

	@Test
	@DisplayName("T8: an empty segment at the end: its sequences are used again")
	void emptyAtTheEnd() throws IOException {
		this.disk.put(segment(2), new byte[0]);
		assertThat(openAndDeliver()).isEqualTo(TestLog.ids(1, 10));
		assertThat(this.test.log().ledger().accepted()).isEqualTo(10);
	}

	@Test
	@DisplayName("T8: a bad header costs no record, wherever it is")
	void badHeader() throws IOException {
		for (int i = 0; i < 3; i++) {
			this.disk.flip(segment(i), 45, 1);
		}
		assertThat(openAndDeliver()).isEqualTo(TestLog.ids(1, 15));
		assertThat(this.test.ledger().lost()).isEmpty();
		assertThat(this.test.log().ledger().accepted()).isEqualTo(15);
	}

	@Test
	@DisplayName("T8: a bad header and no readable record: all before it is counted exactly")
	void badHeaderWithoutRecords() throws IOException {
		byte[] garbage = new byte[this.disk.contents(segment(2)).length];
		Arrays.fill(garbage, (byte) 7);
		this.disk.put(segment(2), garbage);
		this.test.open();
		assertThat(this.test.log().ledger().accepted()).isEqualTo(10);
		this.test.append(100, 2, SIZE);
		assertThat(this.test.deliverAll()).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 100, 101);
		this.test.assertBalanced();
		assertThat(this.test.log().ledger().accepted()).isEqualTo(12);
	}

	@Test
	@DisplayName("T8: in the middle a bad header and no readable record")
	void garbageInTheMiddle() throws IOException {
		byte[] garbage = new byte[this.disk.contents(segment(1)).length];
		Arrays.fill(garbage, (byte) 7);
		this.disk.put(segment(1), garbage);
		assertThat(openAndDeliver()).containsExactly(1, 2, 3, 4, 5, 11, 12, 13, 14, 15);
		assertThat(this.test.ledger().lost()).containsOnly(Map.entry(LossReason.CORRUPT, 5L));
	}

	@Test
	@DisplayName("T8: foreign files stay, and disturb nobody")
	void foreignFiles() throws IOException {
		Path note = this.test.directory().resolve("note.txt");
		Path almost = this.test.directory().resolve("123.seg");
		this.disk.put(note, new byte[] { 1 });
		this.disk.put(almost, new byte[] { 2 });
		assertThat(openAndDeliver()).isEqualTo(TestLog.ids(1, 15));
		this.test.maintain();
		this.test.close();
		assertThat(this.disk.contents(note)).containsExactly(1);
		assertThat(this.disk.contents(almost)).containsExactly(2);
	}

	@Test
	@DisplayName("T19: a segment of a newer format is refused and left untouched")
	void newerFormat() throws IOException {
		byte[] bytes = this.disk.contents(segment(1));
		bytes[9]++;
		CRC32C checksum = new CRC32C();
		checksum.update(bytes, 0, SegmentHeader.LENGTH - Integer.BYTES);
		ByteBuffer.wrap(bytes).putInt(SegmentHeader.LENGTH - Integer.BYTES, (int) checksum.getValue());
		this.disk.put(segment(1), bytes);
		List<Path> before = this.test.segments();
		assertThatExceptionOfType(UnsupportedFormatException.class).isThrownBy(this.test::open);
		this.test.release();
		assertThat(this.test.segments()).isEqualTo(before);
		assertThat(this.disk.contents(segment(1))).isEqualTo(bytes);
	}

	@Test
	@DisplayName("T9: the cursor is lost or corrupt: all that is stored is sent")
	void cursorLost() throws IOException {
		saveACursor();
		this.disk.delete(this.test.cursorFile());
		assertThat(openAndDeliver()).isEqualTo(TestLog.ids(1, 15));
		this.test.close();
		this.disk.flip(this.test.cursorFile(), 30, 1);
		this.test.open();
		this.test.append(16, 1, SIZE);
		assertThat(this.test.deliverAll()).endsWith(16);
		this.test.assertBalanced();
	}

	@Test
	@DisplayName("T9: a cursor is ahead of the log: new records are not skipped, for any destination")
	void cursorAhead() throws IOException {
		// Or what the only configured destination has would be gone for the other.
		this.test.change((settings) -> TestLog.withKeepDelivered(settings, Duration.ofHours(1)));
		this.test.open(List.of("one", "two"));
		TestLog.deliverAll(this.test.log().reader("one"));
		this.test.close();
		this.disk.delete(segment(2));
		this.test.open(List.of("two"));
		assertThat(this.test.log().ledger().accepted()).isEqualTo(15);
		this.test.append(16, 1, SIZE);
		LogReader two = this.test.log().reader("two");
		assertThat(TestLog.deliverAll(two)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 16);
		assertThat(this.test.log().ledger().of("two").lost()).containsOnly(Map.entry(LossReason.UNSYNCED, 5L));
		this.test.assertBalanced();
		this.test.close();
		this.test.open(List.of("one", "two"));
		assertThat(TestLog.deliverAll(this.test.log().reader("one"))).containsExactly(16);
	}

	@Test
	@DisplayName("T9: a cursor ahead counts the same while its gap is the end of the log")
	void cursorAheadWithoutNewRecords() throws IOException {
		this.test.open(List.of("one", "two"));
		TestLog.deliverAll(this.test.log().reader("one"));
		this.test.close();
		this.disk.delete(segment(2));
		this.test.open(List.of("one", "two"));
		assertThat(TestLog.deliverAll(this.test.log().reader("two"))).isEqualTo(TestLog.ids(1, 10));
		assertThat(this.test.log().ledger().of("two").lost()).containsOnly(Map.entry(LossReason.UNSYNCED, 5L));
	}

	@Test
	@DisplayName("T9: a cursor that cannot be read now is not taken for lost: new records would hide behind it")
	void cursorThatCannotBeReadNow() throws IOException {
		this.test.open();
		this.test.deliverAll();
		this.test.close();
		int opened = 0;
		for (int nth = 1; nth <= 20; nth++) {
			this.disk.fail(SimulatedDisk.Operation.READ, nth);
			try {
				this.test.open();
				this.disk.heal();
				// Where the slot could not be read, another one is used meanwhile.
				if (this.test.slot().name().equals("slot-0")) {
					assertThat(this.test.log().ledger().accepted()).as("read %d", nth).isEqualTo(15);
					this.test.assertBalanced();
					opened++;
				}
				this.test.close();
			}
			catch (IOException ex) {
				this.disk.heal();
				this.test.release();
			}
		}
		assertThat(opened).isPositive();
		this.test.open();
		this.test.append(16, 1, SIZE);
		assertThat(this.test.deliverAll()).containsExactly(16);
		this.test.assertBalanced();
	}

	@Test
	@DisplayName("T9: a cursor whose hint is wrong costs a search, and no record")
	void hintIsWrong() throws IOException {
		long offset = SegmentHeader.LENGTH + 3L * (RecordHeader.LENGTH + SIZE);
		CursorFile.of(this.disk, this.test.directory().resolve("cursors"), TestLog.DESTINATION, this.test.logId())
			.save(new Cursor(1, 1, offset, 1, RecordHeader.LENGTH + SIZE, 1, Map.of()));
		assertThat(openAndDeliver()).isEqualTo(TestLog.ids(2, 14));
		assertThat(this.test.ledger().lost()).isEmpty();
	}

	@Test
	void aLeftOverTemporaryFileGoes() throws IOException {
		Path temporary = this.test.directory().resolve(SegmentName.temporary(16));
		this.disk.put(temporary, new byte[] { 1 });
		this.test.open();
		assertThat(this.disk.exists(temporary)).isFalse();
	}

	@Test
	@DisplayName("Of 1 GiB in 128 segments only headers and the last segment are read")
	void readsLittle(@TempDir Path root) throws IOException {
		ReadCounts counts = new ReadCounts(new LocalDisk());
		TestLog log = new TestLog(counts, root,
				TestLog.withSize(TestLog.settings(FsyncPolicy.NEVER), 2L << 30, 8 << 20), List.of(TestLog.DESTINATION));
		log.open();
		for (int i = 1; i <= 128; i++) {
			log.append(i, 1, 1000);
			log.time().advance(Duration.ofMinutes(11));
			log.log().maintain();
		}
		log.close();
		List<Path> segments = log.segments();
		assertThat(segments).hasSize(128);
		for (Path segment : segments.subList(0, 127)) {
			try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "rw")) {
				file.setLength(8 << 20);
			}
		}
		counts.bytes.set(0);
		log.open();
		assertThat(log.log().used()).isGreaterThan(127L * (8 << 20));
		assertThat(log.log().ledger().accepted()).isEqualTo(128);
		assertThat(counts.bytes.get()).isLessThan(128L * SegmentHeader.LENGTH + 16 * 1024);
		log.close();
	}

	private Path segment(int index) {
		return this.test.directory().resolve(SegmentName.of(5L * index + 1));
	}

	private List<Integer> openAndDeliver() throws IOException {
		this.test.open();
		List<Integer> ids = this.test.deliverAll();
		this.test.assertBalanced();
		assertThat(this.test.ledger().pending().isEmpty()).isTrue();
		return ids;
	}

	private void saveACursor() throws IOException {
		this.test.open();
		LogReader reader = this.test.reader();
		SourcedBatch batch = reader.next(10, 10_000);
		assertThat(batch).isNotNull();
		reader.settle(batch, Settlement.delivered(1));
		this.test.close();
	}

	private long lost() {
		return this.test.ledger().lost().values().stream().mapToLong(Long::longValue).sum();
	}

	/**
	 * Counts the bytes that are read of another disk.
	 */
	private static final class ReadCounts extends DelegatingDisk {

		private final AtomicLong bytes = new AtomicLong();

		ReadCounts(Disk disk) {
			super(disk);
		}

		@Override
		protected void onRead(int read) {
			this.bytes.addAndGet(read);
		}

	}

}
