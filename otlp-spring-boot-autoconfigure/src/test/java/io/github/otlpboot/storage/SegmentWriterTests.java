package io.github.otlpboot.storage;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.SimulatedDisk.Operation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SegmentWriter}.
 */
class SegmentWriterTests {

	/**
	 * What {@link SegmentWriter#create} does: look whether it is there, open, write,
	 * sync, rename, sync the directory.
	 */
	private static final int OPERATIONS_OF_CREATE = 6;

	private final SimulatedDisk disk = TestSegments.disk();

	@Test
	void whatIsAppendedIsReadBack() throws IOException {
		try (SegmentWriter writer = create()) {
			assertThat(writer.header()).isEqualTo(TestSegments.HEADER);
			assertThat(writer.file()).isEqualTo(TestSegments.FILE);
			assertThat(writer.size()).isEqualTo(SegmentHeader.LENGTH);
			writer.append(TestSegments.records(41, 3));
			writer.append(List.of());
			writer.append(TestSegments.records(44, 1));
			writer.append(TestSegments.records(45, 17));
			assertThat(writer.size()).isEqualTo(this.disk.contents(TestSegments.FILE).length);
		}
		TestSegments.Contents contents = TestSegments.read(this.disk);
		assertThat(contents.sequences()).hasSize(21).startsWith(41L).endsWith(61L);
		assertThat(contents.isUnaltered()).isTrue();
		RecordHeader header = ((Frame.Intact) contents.frames().get(2)).header();
		assertThat(header).isEqualTo(new RecordHeader(RecordHeader.REQUEST, Signal.TRACES, 0,
				TestSegments.payload(43).length, 10, 430, 43, 1_700_000_000_043L, header.payloadChecksum()));
		assertThat(this.disk.exists(TestSegments.DIRECTORY.resolve(SegmentName.temporary(41)))).isFalse();
	}

	@Test
	void manyRecordsAreOneWrite() throws IOException {
		try (SegmentWriter writer = create()) {
			int before = this.disk.count(Operation.WRITE);
			writer.append(TestSegments.records(41, 500));
			assertThat(this.disk.count(Operation.WRITE)).isEqualTo(before + 1);
		}
	}

	@Test
	void payloadsAreNotCopied(@TempDir Path directory) throws IOException {
		List<NewRecord> records = IntStream.range(0, 100)
			.mapToObj((i) -> TestSegments.record(41 + i, new byte[20_000]))
			.toList();
		try (SegmentWriter writer = SegmentWriter.create(new LocalDisk(), directory, TestSegments.HEADER)) {
			writer.append(records);
			long allocated = allocatedBytes();
			writer.append(records);
			assertThat(allocatedBytes() - allocated).isLessThan(100 * 500);
		}
	}

	@ParameterizedTest
	@DisplayName("T2, T4, T10: a segment is there with its header or not at all")
	@ValueSource(ints = { 1, 2, 3, 4, 5, 6 })
	void processThatIsKilledWhileItCreatesLeavesAWholeSegmentOrNone(int point) throws IOException {
		this.disk.haltBefore(point);
		assertThatExceptionOfType(SimulatedDisk.Halt.class).isThrownBy(this::create);
		this.disk.restart();
		assertThat(this.disk.exists(TestSegments.FILE)).isEqualTo(point == OPERATIONS_OF_CREATE);
		assertThat(this.disk.list(TestSegments.DIRECTORY))
			.allMatch((file) -> SegmentName.isTemporary(file) || SegmentName.firstSequence(file).isPresent());
		for (int seed = 0; seed < 50; seed++) {
			powerLossWhileCreating(point, new Random(seed));
		}
		try (SegmentWriter writer = create()) {
			writer.append(TestSegments.records(41, 1));
		}
		assertThat(TestSegments.read(this.disk).sequences()).containsExactly(41L);
	}

	private static void powerLossWhileCreating(int point, Random random) throws IOException {
		SimulatedDisk disk = TestSegments.disk();
		disk.haltBefore(point);
		assertThatExceptionOfType(SimulatedDisk.Halt.class)
			.isThrownBy(() -> SegmentWriter.create(disk, TestSegments.DIRECTORY, TestSegments.HEADER));
		disk.powerLoss(random);
		if (disk.exists(TestSegments.FILE)) {
			try (SegmentReader reader = SegmentReader.open(disk, TestSegments.FILE, TestSegments.ID)) {
				assertThat(reader.header()).isEqualTo(TestSegments.HEADER);
			}
		}
	}

	@Test
	@DisplayName("T4: a created segment survives a power loss")
	void createdSegmentSurvivesAPowerLoss() throws IOException {
		create().close();
		for (int seed = 0; seed < 50; seed++) {
			this.disk.powerLoss(new Random(seed));
			assertThat(this.disk.contents(TestSegments.FILE)).isEqualTo(TestSegments.segment(0));
		}
	}

	@Test
	@DisplayName("T4: synced records survive a power loss, and what was not synced is never taken for something else")
	void syncedRecordsSurviveAPowerLoss() throws IOException {
		for (int seed = 0; seed < 300; seed++) {
			SimulatedDisk disk = TestSegments.disk();
			SegmentWriter writer = SegmentWriter.create(disk, TestSegments.DIRECTORY, TestSegments.HEADER);
			writer.append(TestSegments.records(41, 5));
			writer.sync();
			writer.append(TestSegments.records(46, 20));
			disk.powerLoss(new Random(seed));
			TestSegments.Contents contents = TestSegments.read(disk);
			assertThat(contents.sequences()).as("seed %d", seed).startsWith(41L, 42L, 43L, 44L, 45L);
			assertThat(contents.isUnaltered()).as("seed %d", seed).isTrue();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "OPEN", "WRITE", "SYNC", "MOVE", "SYNC_DIRECTORY" })
	void failedCreationCanBeRepeated(Operation operation) throws IOException {
		this.disk.failAll(operation);
		assertThatIOException().isThrownBy(this::create);
		this.disk.heal();
		try (SegmentWriter writer = create()) {
			writer.append(TestSegments.records(41, 2));
		}
		assertThat(TestSegments.read(this.disk).sequences()).containsExactly(41L, 42L);
	}

	@Test
	void segmentWithRecordsIsNeverReplaced() throws IOException {
		try (SegmentWriter writer = create()) {
			writer.append(TestSegments.records(41, 1));
		}
		byte[] before = this.disk.contents(TestSegments.FILE);
		assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(this::create);
		assertThat(this.disk.contents(TestSegments.FILE)).isEqualTo(before);
	}

	@Test
	@DisplayName("T12: every short write leaves all records of an append or none")
	void shortWriteLeavesNothing() throws IOException {
		List<NewRecord> more = TestSegments.records(43, 3);
		long length = more.stream().mapToLong(NewRecord::frameLength).sum();
		try (SegmentWriter writer = create()) {
			writer.append(TestSegments.records(41, 2));
			long size = writer.size();
			for (int bytes = 0; bytes < length; bytes++) {
				this.disk.shortWrite(1, bytes);
				assertThatIOException().isThrownBy(() -> writer.append(more));
				assertThat(writer.isBroken()).isFalse();
				assertThat(writer.size()).isEqualTo(size);
				assertThat(this.disk.contents(TestSegments.FILE)).hasSize((int) size);
			}
			writer.append(more);
		}
		assertThat(TestSegments.read(this.disk).sequences()).containsExactly(41L, 42L, 43L, 44L, 45L);
	}

	@Test
	@DisplayName("T11: after a full disk it goes on by itself")
	void fullDiskLeavesNothingAndGoesOnWithSpace() throws IOException {
		try (SegmentWriter writer = create()) {
			this.disk.noSpaceAfter(100);
			assertThatIOException().isThrownBy(() -> writer.append(TestSegments.records(41, 5)))
				.withMessageContaining("No space left");
			assertThat(writer.isBroken()).isFalse();
			assertThat(this.disk.contents(TestSegments.FILE)).hasSize(SegmentHeader.LENGTH);
			this.disk.heal();
			writer.append(TestSegments.records(41, 5));
		}
		assertThat(TestSegments.read(this.disk).sequences()).hasSize(5);
	}

	@Test
	void segmentThatCannotBeCutBackIsBroken() throws IOException {
		try (SegmentWriter writer = create()) {
			writer.append(TestSegments.records(41, 2));
			this.disk.shortWrite(1, 70);
			this.disk.fail(Operation.TRUNCATE, 1);
			assertThatIOException().isThrownBy(() -> writer.append(TestSegments.records(43, 3)))
				.withMessageContaining("Short write");
			assertThat(writer.isBroken()).isTrue();
			assertThatIllegalStateException().isThrownBy(() -> writer.append(TestSegments.records(43, 3)))
				.withMessageContaining("broken");
		}
		TestSegments.Contents contents = TestSegments.read(this.disk);
		assertThat(contents.sequences()).containsExactly(41L, 42L);
		assertThat(contents.last()).isInstanceOf(Frame.Torn.class);
	}

	@Test
	@DisplayName("T13: nothing is appended behind a failed sync")
	void segmentThatCannotBeSyncedIsBroken() throws IOException {
		try (SegmentWriter writer = create()) {
			writer.append(TestSegments.records(41, 2));
			writer.sync();
			assertThat(writer.isBroken()).isFalse();
			this.disk.fail(Operation.SYNC, 1);
			assertThatIOException().isThrownBy(writer::sync);
			assertThat(writer.isBroken()).isTrue();
			writer.sync();
			assertThat(writer.isBroken()).isTrue();
		}
	}

	@Test
	void goesOnWithASegment() throws IOException {
		long size;
		try (SegmentWriter writer = create()) {
			writer.append(TestSegments.records(41, 2));
			size = writer.size();
		}
		try (SegmentWriter writer = SegmentWriter.reopen(this.disk, TestSegments.FILE, TestSegments.HEADER, size)) {
			assertThat(writer.size()).isEqualTo(size);
			writer.append(TestSegments.records(43, 2));
		}
		assertThat(TestSegments.read(this.disk).sequences()).containsExactly(41L, 42L, 43L, 44L);
	}

	@Test
	void doesNotGoOnWithASegmentOfAnotherLength() throws IOException {
		create().close();
		for (long size : new long[] { 0, SegmentHeader.LENGTH - 1, SegmentHeader.LENGTH + 1 }) {
			assertThatIOException()
				.isThrownBy(() -> SegmentWriter.reopen(this.disk, TestSegments.FILE, TestSegments.HEADER, size))
				.withMessageContaining("80 bytes and not " + size);
		}
	}

	@Test
	void payloadThatNobodyWouldReadIsNotTaken() {
		Payload payload = Payload.of(new byte[RecordHeader.MAX_PAYLOAD_LENGTH + 1]);
		assertThatIllegalArgumentException().isThrownBy(() -> new NewRecord(1, 0, 41, 0, payload))
			.withMessageContaining("'payload'");
	}

	private SegmentWriter create() throws IOException {
		return SegmentWriter.create(this.disk, TestSegments.DIRECTORY, TestSegments.HEADER);
	}

	private static long allocatedBytes() {
		return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
	}

}
