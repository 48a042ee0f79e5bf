package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;

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

/**
 * Tests for {@link SegmentRecovery}.
 */
class SegmentRecoveryTests {

	/**
	 * What a recovery does: open to read, open to write, create the quarantine, open,
	 * write and sync the copy, sync the quarantine and what it is in, cut, sync.
	 */
	private static final int OPERATIONS = 11;

	@Test
	@DisplayName("T5: of a segment cut at any length exactly the complete prefix survives, and the next append is read back")
	void cutAtEveryLengthTheCompletePrefixSurvives() throws IOException {
		byte[] segment = TestSegments.segment(10);
		List<Frame> frames = TestSegments.read(TestSegments.disk(segment)).frames();
		for (int length = 0; length <= segment.length; length++) {
			SimulatedDisk disk = TestSegments.disk(Arrays.copyOf(segment, length));
			RecoveredTail tail = recover(disk);
			int end = length;
			int complete = (int) frames.stream().filter((frame) -> frame.end() <= end).count();
			long good = (complete > 0) ? frames.get(complete - 1).end() : SegmentHeader.LENGTH;
			if (length < SegmentHeader.LENGTH) {
				assertThat(tail).usingRecursiveComparison()
					.ignoringFields("newestAt")
					.isEqualTo(new RecoveredTail(0, 41, -1, length, 0, 0));
				SegmentWriter.create(disk, TestSegments.DIRECTORY, TestSegments.HEADER).close();
				tail = recover(disk);
			}
			assertThat(tail).as("length %d", length)
				.usingRecursiveComparison()
				.ignoringFields("newestAt")
				.isEqualTo(
						new RecoveredTail(good, 41 + complete, 410 + 10 * complete, Math.max(0, length - good), 0, 0));
			assertThat(disk.contents(TestSegments.FILE)).isEqualTo(Arrays.copyOf(segment, (int) good));
			append(disk, tail);
			TestSegments.Contents contents = TestSegments.read(disk);
			assertThat(contents.sequences()).hasSize(complete + 1).endsWith(41L + complete);
			assertThat(contents.isUnaltered()).isTrue();
			assertThat(contents.frames()).hasSize(complete + 1).allMatch((frame) -> frame instanceof Frame.Intact);
		}
	}

	@Test
	@DisplayName("T5: the same with real files")
	void realFilesAreRecoveredAlike(@TempDir Path directory) throws IOException {
		LocalDisk disk = new LocalDisk();
		byte[] segment = TestSegments.segment(3);
		Path file = directory.resolve(SegmentName.of(41));
		for (int length = SegmentHeader.LENGTH; length <= segment.length; length++) {
			Files.write(file, Arrays.copyOf(segment, length));
			RecoveredTail tail = SegmentRecovery.recover(disk, file, TestSegments.ID, directory.resolve("quarantine"));
			try (SegmentWriter writer = SegmentWriter.reopen(disk, file, TestSegments.HEADER, tail.size())) {
				writer.append(TestSegments.records(tail.nextSequence(), 2));
				writer.sync();
			}
			TestSegments.Contents contents = TestSegments.read(disk, file, TestSegments.ID);
			assertThat(contents.sequences()).hasSize((int) (tail.nextSequence() - 41) + 2);
			assertThat(contents.isUnaltered()).isTrue();
		}
		assertThat(directory.resolve("quarantine")).isNotEmptyDirectory();
	}

	@Test
	@DisplayName("T6: after a flipped bit at most one record is gone, and the next append is read back")
	void everyFlippedBitCostsOneRecordAtMost() throws IOException {
		byte[] segment = TestSegments.segment(10);
		SimulatedDisk disk = TestSegments.disk();
		for (int bit = 0; bit < Byte.SIZE * segment.length; bit++) {
			segment[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
			disk.put(TestSegments.FILE, segment);
			RecoveredTail tail = recover(disk);
			append(disk, tail);
			TestSegments.Contents contents = TestSegments.read(disk);
			assertThat(contents.payloads().headMap(tail.nextSequence())).as("bit %d", bit)
				.hasSizeGreaterThanOrEqualTo(9);
			assertThat(contents.sequences()).as("bit %d", bit).endsWith(tail.nextSequence());
			assertThat(contents.isUnaltered()).as("bit %d", bit).isTrue();
			boolean inHeader = bit / Byte.SIZE < SegmentHeader.LENGTH;
			long missing = 10 - contents.payloads().headMap(tail.nextSequence()).size();
			assertThat(missing).as("bit %d", bit).isEqualTo(inHeader ? 0 : 1);
			segment[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
		}
	}

	@Test
	@DisplayName("T7: whatever a sector is overwritten with, the log goes on")
	void overwrittenSectorDoesNotKeepTheLogFromGoingOn() throws IOException {
		byte[] segment = TestSegments.segment(150);
		for (SegmentReaderTests.Overwrite overwrite : SegmentReaderTests.Overwrite.values()) {
			byte[] replacement = overwrite.replacement(segment.length);
			for (int from = 0; from < segment.length; from += 512) {
				byte[] damaged = segment.clone();
				System.arraycopy(replacement, from, damaged, from, Math.min(512, segment.length - from));
				SimulatedDisk disk = TestSegments.disk(damaged);
				List<Long> before = TestSegments.read(disk).sequences();
				RecoveredTail tail = recover(disk);
				append(disk, tail);
				TestSegments.Contents contents = TestSegments.read(disk);
				assertThat(contents.sequences()).startsWith(before.toArray(Long[]::new)).endsWith(tail.nextSequence());
				assertThat(contents.isUnaltered()).isTrue();
			}
		}
	}

	@Test
	void completeRecordWithADamagedPayloadStays() throws IOException {
		byte[] segment = TestSegments.segment(3);
		segment[segment.length - 1] ^= 1;
		SimulatedDisk disk = TestSegments.disk(segment);
		assertThat(recover(disk)).usingRecursiveComparison()
			.ignoringFields("newestAt")
			.isEqualTo(new RecoveredTail(segment.length, 44, 440, 0, 1, 0));
		assertThat(disk.contents(TestSegments.FILE)).isEqualTo(segment);
		assertThat(disk.exists(TestSegments.QUARANTINE)).isFalse();
	}

	@Test
	void nothingIsWrittenWhereNothingIsTorn() throws IOException {
		byte[] segment = TestSegments.segment(3);
		SimulatedDisk disk = TestSegments.disk(segment);
		for (Operation operation : List.of(Operation.WRITE, Operation.TRUNCATE, Operation.SYNC, Operation.MOVE,
				Operation.DELETE, Operation.CREATE_DIRECTORIES)) {
			disk.failAll(operation);
		}
		assertThat(recover(disk)).usingRecursiveComparison()
			.ignoringFields("newestAt")
			.isEqualTo(new RecoveredTail(segment.length, 44, 440, 0, 0, 0));
	}

	@Test
	void damageThatIsFollowedByNothingCompleteIsCutAsWell() throws IOException {
		byte[] segment = TestSegments.segment(5);
		List<Frame> frames = TestSegments.read(TestSegments.disk(segment)).frames();
		byte[] torn = Arrays.copyOf(segment, segment.length - 1);
		torn[(int) frames.get(3).offset()] ^= 1;
		SimulatedDisk disk = TestSegments.disk(torn);
		RecoveredTail tail = recover(disk);
		assertThat(tail.size()).isEqualTo(frames.get(2).end());
		assertThat(recover(disk)).usingRecursiveComparison()
			.ignoringFields("newestAt")
			.isEqualTo(new RecoveredTail(tail.size(), 44, 440, 0, 0, 0));
	}

	@Test
	void copyOfWhatIsCutOffIsKept() throws IOException {
		byte[] segment = TestSegments.segment(3);
		byte[] torn = Arrays.copyOf(segment, segment.length - 1);
		SimulatedDisk disk = TestSegments.disk(torn);
		RecoveredTail tail = recover(disk);
		Path copy = onlyCopy(disk);
		assertThat(disk.contents(copy)).isEqualTo(Arrays.copyOfRange(torn, (int) tail.size(), torn.length));
		// The same place torn in another way is another copy.
		disk.put(TestSegments.FILE, Arrays.copyOf(torn, torn.length - 1));
		assertThat(recover(disk).size()).isEqualTo(tail.size());
		assertThat(disk.list(TestSegments.QUARANTINE)).hasSize(2).contains(copy);
	}

	@Test
	void copyIsBounded() throws IOException {
		byte[] segment = TestSegments.segment(3);
		byte[] zeros = Arrays.copyOf(segment, segment.length + 3 * SegmentRecovery.MAX_COPY_LENGTH);
		SimulatedDisk disk = TestSegments.disk(zeros);
		assertThat(recover(disk)).usingRecursiveComparison()
			.ignoringFields("newestAt")
			.isEqualTo(new RecoveredTail(segment.length, 44, 440, 3 * SegmentRecovery.MAX_COPY_LENGTH, 0, 0));
		assertThat(disk.contents(onlyCopy(disk))).hasSize(SegmentRecovery.MAX_COPY_LENGTH);
	}

	@Test
	@DisplayName("A process that is killed again and again does not fill the disk with copies")
	void theNumberOfCopiesIsBounded() throws IOException {
		byte[] segment = TestSegments.segment(3);
		SimulatedDisk disk = TestSegments.disk(segment);
		for (int i = 1; i <= SegmentRecovery.MAX_COPIES + 5; i++) {
			disk.put(TestSegments.FILE, Arrays.copyOf(segment, segment.length + i));
			recover(disk);
			assertThat(disk.list(TestSegments.QUARANTINE)).hasSizeBetween(1, SegmentRecovery.MAX_COPIES);
		}
		assertThat(disk.list(TestSegments.QUARANTINE)).hasSize(SegmentRecovery.MAX_COPIES);
	}

	@ParameterizedTest
	@ValueSource(strings = { "CREATE_DIRECTORIES", "SYNC_DIRECTORY" })
	void logIsOpenedAlsoWhereNoCopyCanBeKept(Operation operation) throws IOException {
		byte[] segment = TestSegments.segment(3);
		SimulatedDisk disk = TestSegments.disk(Arrays.copyOf(segment, segment.length - 1));
		disk.failAll(operation);
		RecoveredTail tail = recover(disk);
		disk.heal();
		append(disk, tail);
		assertThat(TestSegments.read(disk).sequences()).containsExactly(41L, 42L, 43L);
	}

	@Test
	@DisplayName("T11: a log is opened on a full disk")
	void logIsOpenedOnAFullDisk() throws IOException {
		byte[] segment = TestSegments.segment(3);
		SimulatedDisk disk = TestSegments.disk(Arrays.copyOf(segment, segment.length - 1));
		disk.noSpaceAfter(0);
		assertThat(recover(disk).nextSequence()).isEqualTo(43);
	}

	@ParameterizedTest
	@ValueSource(strings = { "READ", "TRUNCATE" })
	void failureToReadOrCutIsTold(Operation operation) {
		byte[] segment = TestSegments.segment(3);
		byte[] torn = Arrays.copyOf(segment, segment.length - 1);
		SimulatedDisk disk = TestSegments.disk(torn);
		disk.failAll(operation);
		assertThatIOException().isThrownBy(() -> recover(disk));
		assertThat(disk.contents(TestSegments.FILE)).isEqualTo(torn);
	}

	@Test
	@DisplayName("T3: a recovery killed at any point leads to the same end, also after a power loss")
	void killedAtAnyPointItLeadsToTheSameEnd() throws IOException {
		byte[] segment = TestSegments.segment(5);
		byte[] torn = Arrays.copyOf(segment, segment.length - 3);
		RecoveredTail expected = recover(TestSegments.disk(torn));
		for (int point = 1; point <= OPERATIONS; point++) {
			for (int seed = 0; seed < 40; seed++) {
				SimulatedDisk disk = TestSegments.disk(torn);
				disk.haltBefore(point);
				assertThatExceptionOfType(SimulatedDisk.Halt.class).as("point %d", point)
					.isThrownBy(() -> recover(disk));
				if (seed == 0) {
					disk.restart();
				}
				else {
					disk.powerLoss(new Random(seed));
				}
				RecoveredTail again = recover(disk);
				assertThat(again.size()).isEqualTo(expected.size());
				assertThat(again.nextSequence()).isEqualTo(expected.nextSequence());
				assertThat(again.nextItem()).isEqualTo(expected.nextItem());
				assertThat(disk.contents(TestSegments.FILE)).isEqualTo(Arrays.copyOf(segment, (int) expected.size()));
				// Whenever it was cut, the copy was there before.
				byte[] tail = Arrays.copyOfRange(torn, (int) expected.size(), torn.length);
				assertThat(disk.list(TestSegments.QUARANTINE)).as("point %d seed %d", point, seed)
					.anySatisfy((copy) -> assertThat(disk.contents(copy)).isEqualTo(tail));
			}
		}
		SimulatedDisk disk = TestSegments.disk(torn);
		disk.haltBefore(OPERATIONS + 1);
		assertThat(recover(disk)).isEqualTo(expected);
	}

	@Test
	@DisplayName("T3: to recover twice is to recover once")
	void twiceIsOnce() throws IOException {
		for (int seed = 0; seed < 500; seed++) {
			Random random = new Random(seed);
			byte[] segment = TestSegments.segment(1 + random.nextInt(20));
			byte[] damaged = Arrays.copyOf(segment, SegmentHeader.LENGTH + random.nextInt(segment.length));
			for (int i = random.nextInt(4); i > 0; i--) {
				damaged[random.nextInt(damaged.length)] ^= (byte) random.nextInt();
			}
			SimulatedDisk disk = TestSegments.disk(damaged);
			RecoveredTail once = recover(disk);
			byte[] bytes = disk.contents(TestSegments.FILE);
			RecoveredTail twice = recover(disk);
			assertThat(twice).as("seed %d", seed)
				.usingRecursiveComparison()
				.ignoringFields("newestAt")
				.isEqualTo(new RecoveredTail(once.size(), once.nextSequence(), once.nextItem(), 0,
						once.corruptRecords(), 0));
			assertThat(disk.contents(TestSegments.FILE)).isEqualTo(bytes).hasSize((int) once.size());
		}
	}

	@Test
	@DisplayName("T4: after a power loss a synced record is there, and the log goes on")
	void powerLossCostsNothingSynced() throws IOException {
		for (int seed = 0; seed < 300; seed++) {
			SimulatedDisk disk = TestSegments.disk();
			SegmentWriter writer = SegmentWriter.create(disk, TestSegments.DIRECTORY, TestSegments.HEADER);
			writer.append(TestSegments.records(41, 5));
			writer.sync();
			writer.append(TestSegments.records(46, 20));
			disk.powerLoss(new Random(seed));
			RecoveredTail tail = recover(disk);
			append(disk, tail);
			TestSegments.Contents contents = TestSegments.read(disk);
			assertThat(contents.sequences()).as("seed %d", seed)
				.startsWith(41L, 42L, 43L, 44L, 45L)
				.endsWith(tail.nextSequence());
			assertThat(contents.isUnaltered()).as("seed %d", seed).isTrue();
		}
	}

	@Test
	void segmentWithADamagedHeaderIsRecoveredByItsRecords() throws IOException {
		byte[] segment = TestSegments.segment(3);
		segment[30] ^= 1;
		SimulatedDisk disk = TestSegments.disk(Arrays.copyOf(segment, segment.length - 1));
		assertThat(recover(disk)).extracting(RecoveredTail::nextSequence, RecoveredTail::nextItem)
			.containsExactly(43L, 430L);
	}

	@Test
	void emptySegmentTellsItsCountsByItsHeader() throws IOException {
		assertThat(recover(TestSegments.disk(TestSegments.segment(0)))).usingRecursiveComparison()
			.ignoringFields("newestAt")
			.isEqualTo(new RecoveredTail(SegmentHeader.LENGTH, 41, 410, 0, 0, 0));
		byte[] damaged = TestSegments.segment(0);
		damaged[30] ^= 1;
		assertThat(recover(TestSegments.disk(damaged))).usingRecursiveComparison()
			.ignoringFields("newestAt")
			.isEqualTo(new RecoveredTail(SegmentHeader.LENGTH, 41, -1, 0, 0, 0));
	}

	@Test
	@DisplayName("Nothing is deleted on doubt: a segment of another log stays as it is")
	void segmentOfAnotherLogStays() throws IOException {
		byte[] segment = TestSegments.segment(TestSegments.header(UUID.randomUUID(), Signal.TRACES, 41),
				TestSegments.records(41, 3));
		SimulatedDisk disk = TestSegments.disk(segment);
		RecoveredTail tail = recover(disk);
		assertThat(tail).usingRecursiveComparison()
			.ignoringFields("newestAt")
			.isEqualTo(new RecoveredTail(segment.length, 42, -1, 0, 0, 0));
		assertThat(disk.contents(TestSegments.FILE)).isEqualTo(segment);
		append(disk, tail);
		assertThat(TestSegments.read(disk).sequences()).containsExactly(42L);
		assertThat(disk.contents(TestSegments.FILE)).startsWith(segment);
	}

	@Test
	@DisplayName("T19: a newer major version is refused and left untouched")
	void newerMajorVersionIsLeftUntouched() {
		byte[] segment = segmentOfMajor(2);
		SimulatedDisk disk = TestSegments.disk(segment);
		assertThatExceptionOfType(UnsupportedFormatException.class).isThrownBy(() -> recover(disk));
		assertThat(disk.contents(TestSegments.FILE)).isEqualTo(segment);
		assertThat(disk.exists(TestSegments.QUARANTINE)).isFalse();
	}

	@Test
	@DisplayName("T39: random bytes are recovered from")
	void randomBytesAreRecoveredFrom() throws IOException {
		for (int seed = 0; seed < 500; seed++) {
			Random random = new Random(seed);
			byte[] noise = new byte[random.nextInt(10_000)];
			random.nextBytes(noise);
			RecoveredTail tail = recover(TestSegments.disk(noise));
			assertThat(tail.size()).isEqualTo((noise.length < SegmentHeader.LENGTH) ? 0 : noise.length);
			assertThat(tail.nextItem()).isEqualTo(-1);
		}
	}

	/**
	 * Return a segment whose records are in a format of the future.
	 */
	static byte[] segmentOfMajor(int major) {
		ByteBuffer buffer = ByteBuffer.allocate(300);
		new SegmentHeader(major, 0, TestSegments.LOG_ID, Signal.TRACES, 41, 410, 1000, 0).encode(buffer);
		return buffer.put(new byte[] { 1, 2, 3 }).array();
	}

	private static RecoveredTail recover(Disk disk) throws IOException {
		return SegmentRecovery.recover(disk, TestSegments.FILE, TestSegments.ID, TestSegments.QUARANTINE);
	}

	private static void append(Disk disk, RecoveredTail tail) throws IOException {
		try (SegmentWriter writer = SegmentWriter.reopen(disk, TestSegments.FILE, TestSegments.HEADER, tail.size())) {
			writer.append(TestSegments.records(tail.nextSequence(), 1));
		}
	}

	private static Path onlyCopy(Disk disk) throws IOException {
		List<Path> copies = disk.list(TestSegments.QUARANTINE);
		assertThat(copies).hasSize(1);
		return copies.get(0);
	}

}
