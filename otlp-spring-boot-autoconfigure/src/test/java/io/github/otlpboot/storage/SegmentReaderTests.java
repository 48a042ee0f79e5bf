package io.github.otlpboot.storage;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;

import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.SimulatedDisk.Operation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link SegmentReader}.
 */
class SegmentReaderTests {

	private static final int SECTOR = 512;

	private static final int MANY = 150;

	@Test
	void readsHeaderAndRecords() throws IOException {
		SimulatedDisk disk = TestSegments.disk(TestSegments.segment(10));
		try (SegmentReader reader = SegmentReader.open(disk, TestSegments.FILE, TestSegments.ID)) {
			assertThat(reader.header()).isEqualTo(TestSegments.HEADER);
			assertThat(reader.frameAt(reader.size(), reader.size())).isNull();
		}
		TestSegments.Contents contents = TestSegments.read(disk);
		assertThat(contents.sequences()).containsExactlyElementsOf(LongStream.range(41, 51).boxed().toList());
		assertThat(contents.isUnaltered()).isTrue();
		assertThat(contents.last().end()).isEqualTo(disk.contents(TestSegments.FILE).length);
	}

	@Test
	void takesOneReadForAHeaderAndOneForAPayload() throws IOException {
		SimulatedDisk disk = TestSegments.disk(TestSegments.segment(10));
		try (SegmentReader reader = SegmentReader.open(disk, TestSegments.FILE, TestSegments.ID)) {
			int before = disk.count(Operation.READ);
			Frame frame = reader.frameAt(SegmentHeader.LENGTH, reader.size());
			assertThat(disk.count(Operation.READ)).isEqualTo(before + 1);
			reader.payload((Frame.Intact) frame);
			assertThat(disk.count(Operation.READ)).isEqualTo(before + 2);
		}
	}

	@Test
	void readsAsFarAsHasBeenWritten() throws IOException {
		SimulatedDisk disk = TestSegments.disk();
		try (SegmentWriter writer = SegmentWriter.create(disk, TestSegments.DIRECTORY, TestSegments.HEADER);
				SegmentReader reader = SegmentReader.open(disk, TestSegments.FILE, TestSegments.ID)) {
			assertThat(reader.frameAt(writer.size(), writer.size())).isNull();
			long first = writer.size();
			writer.append(TestSegments.records(41, 1));
			long second = writer.size();
			writer.append(TestSegments.records(42, 1));
			assertThat(reader.frameAt(first, second)).isInstanceOf(Frame.Intact.class);
			assertThat(reader.frameAt(second, second)).isNull();
			assertThat(reader.frameAt(second, writer.size())).isInstanceOf(Frame.Intact.class);
			assertThat(reader.frameAt(first, writer.size())).isInstanceOf(Frame.Intact.class);
		}
	}

	@Test
	void unknownTypesAndCodecsAreNotDamage() throws IOException {
		byte[] segment = TestSegments.segment(2);
		byte[] payload = TestSegments.payload(43);
		ByteBuffer buffer = ByteBuffer.allocate(segment.length + RecordHeader.LENGTH + payload.length).put(segment);
		RecordHeader strange = new RecordHeader(77, Signal.TRACES, 0xF, payload.length, 1, 430, 43, 0,
				TestSegments.ID.checksum(payload, 0, payload.length));
		strange.encode(buffer, TestSegments.ID);
		TestSegments.Contents contents = TestSegments.read(TestSegments.disk(buffer.put(payload).array()));
		assertThat(contents.last()).isEqualTo(new Frame.Intact(strange, segment.length));
		assertThat(contents.sequences()).containsExactly(41L, 42L, 43L);
	}

	@Test
	@DisplayName("T6: a flipped bit costs one record at most, and alters none")
	void everyFlippedBitCostsOneRecordAtMost() throws IOException {
		byte[] segment = TestSegments.segment(10);
		SimulatedDisk disk = TestSegments.disk();
		for (int bit = 0; bit < Byte.SIZE * segment.length; bit++) {
			segment[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
			disk.put(TestSegments.FILE, segment);
			TestSegments.Contents contents = TestSegments.read(disk);
			boolean inHeader = bit / Byte.SIZE < SegmentHeader.LENGTH;
			assertThat(contents.payloads()).as("bit %d", bit).hasSize(inHeader ? 10 : 9);
			assertThat(contents.isUnaltered()).as("bit %d", bit).isTrue();
			assertThat(contents.frames()).as("bit %d", bit).hasSize(10);
			assertThat(contents.last().end()).as("bit %d", bit).isEqualTo(segment.length);
			segment[bit / Byte.SIZE] ^= (byte) (1 << (bit % Byte.SIZE));
		}
	}

	@Test
	void damagedHeaderEndsWhereTheNextOneStarts() throws IOException {
		byte[] segment = TestSegments.segment(3);
		List<Frame> frames = TestSegments.read(TestSegments.disk(segment)).frames();
		segment[(int) frames.get(1).offset() + 20] ^= 1;
		assertThat(TestSegments.read(TestSegments.disk(segment)).frames()).containsExactly(frames.get(0),
				new Frame.Damaged(frames.get(1).offset(), frames.get(1).end()), frames.get(2));
	}

	@Test
	void damageLongerThanTheBufferIsSkipped() throws IOException {
		for (int length = 8100; length < 8300; length++) {
			List<NewRecord> records = List.of(TestSegments.record(41, TestSegments.payload(41, length)),
					TestSegments.record(42));
			byte[] segment = TestSegments.segment(TestSegments.HEADER, records);
			segment[SegmentHeader.LENGTH] ^= 1;
			TestSegments.Contents contents = TestSegments.read(TestSegments.disk(segment));
			assertThat(contents.frames()).hasSize(2);
			assertThat(contents.sequences()).containsExactly(42L);
		}
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("T7: an overwritten sector costs the records in it, and alters none")
	void everyOverwrittenSectorCostsTheRecordsInIt(Overwrite overwrite) throws IOException {
		byte[] segment = TestSegments.segment(MANY);
		byte[] replacement = overwrite.replacement(segment.length);
		List<Frame> frames = TestSegments.read(TestSegments.disk(segment)).frames();
		for (int from = 0; from < segment.length; from += SECTOR) {
			int to = Math.min(from + SECTOR, segment.length);
			byte[] damaged = segment.clone();
			System.arraycopy(replacement, from, damaged, from, to - from);
			TestSegments.Contents contents = TestSegments.read(TestSegments.disk(damaged));
			assertThat(contents.isUnaltered()).isTrue();
			List<Long> expected = new ArrayList<>();
			for (Frame frame : frames) {
				if (Arrays.equals(segment, (int) frame.offset(), (int) frame.end(), damaged, (int) frame.offset(),
						(int) frame.end())) {
					expected.add(((Frame.Intact) frame).header().sequence());
				}
			}
			assertThat(contents.sequences()).as("sector at %d", from).containsExactlyElementsOf(expected);
		}
	}

	@Test
	void recordFromEarlierInTheSegmentIsNotReadTwice() throws IOException {
		byte[] segment = TestSegments.segment(3);
		List<Frame> frames = TestSegments.read(TestSegments.disk(segment)).frames();
		int start = (int) frames.get(0).offset();
		int end = (int) frames.get(0).end();
		ByteBuffer repeated = ByteBuffer.allocate(segment.length + end - start)
			.put(segment, 0, (int) frames.get(1).end())
			.put(segment, start, end - start)
			.put(segment, (int) frames.get(2).offset(), (int) (frames.get(2).end() - frames.get(2).offset()));
		TestSegments.Contents contents = TestSegments.read(TestSegments.disk(repeated.array()));
		assertThat(contents.frames()).hasSize(4);
		assertThat(contents.frames().get(2)).isInstanceOf(Frame.Damaged.class);
		assertThat(contents.sequences()).containsExactly(41L, 42L, 43L);
	}

	@Test
	@DisplayName("T19: another major version is refused")
	void anotherMajorVersionIsRefused() {
		SimulatedDisk disk = TestSegments.disk(SegmentRecoveryTests.segmentOfMajor(2));
		assertThatExceptionOfType(UnsupportedFormatException.class)
			.isThrownBy(() -> SegmentReader.open(disk, TestSegments.FILE, TestSegments.ID))
			.withMessageContaining("version 2");
	}

	@Test
	void failureToReadIsNotDamage() throws IOException {
		SimulatedDisk disk = TestSegments.disk(TestSegments.segment(2));
		try (SegmentReader reader = SegmentReader.open(disk, TestSegments.FILE, TestSegments.ID)) {
			Frame.Intact frame = (Frame.Intact) reader.frameAt(SegmentHeader.LENGTH, reader.size());
			disk.failAll(Operation.READ);
			assertThatIOException().isThrownBy(() -> reader.frameAt(SegmentHeader.LENGTH, reader.size()));
			assertThatIOException().isThrownBy(() -> reader.payload(frame));
			assertThatIOException().isThrownBy(() -> reader.hasWholePayload(frame));
			assertThatIOException().isThrownBy(() -> SegmentReader.open(disk, TestSegments.FILE, TestSegments.ID));
			disk.heal();
			assertThat(reader.payload(frame)).isEqualTo(TestSegments.payload(41));
		}
	}

	@Test
	void segmentThatBecameShorterEndsEarlier() throws IOException {
		byte[] segment = TestSegments.segment(2);
		SimulatedDisk disk = TestSegments.disk(segment);
		try (SegmentReader reader = SegmentReader.open(disk, TestSegments.FILE, TestSegments.ID);
				DiskFile file = disk.open(TestSegments.FILE, Disk.OpenMode.WRITE)) {
			Frame.Intact first = (Frame.Intact) reader.frameAt(SegmentHeader.LENGTH, segment.length);
			Frame.Intact second = (Frame.Intact) reader.frameAt(first.end(), segment.length);
			file.truncate(segment.length - 1);
			assertThat(reader.payload(second)).isNull();
			assertThat(reader.hasWholePayload(second)).isFalse();
			file.truncate(first.end());
			assertThat(reader.frameAt(first.end(), segment.length))
				.isEqualTo(new Frame.Torn(first.end(), segment.length));
		}
	}

	@Test
	@DisplayName("T39: a length is compared with what is there before memory is taken for it")
	void lengthIsNotBelieved() throws IOException {
		byte[] segment = TestSegments.segment(0);
		RecordHeader huge = new RecordHeader(1, Signal.TRACES, 0, RecordHeader.MAX_PAYLOAD_LENGTH, 1, 0, 41, 0, 0);
		RecordHeader huger = new RecordHeader(1, Signal.TRACES, 0, 2 * RecordHeader.MAX_PAYLOAD_LENGTH, 1, 0, 41, 0, 0);
		ByteBuffer buffer = ByteBuffer.allocate(segment.length + RecordHeader.LENGTH + 100).put(segment);
		huge.encode(buffer, TestSegments.ID);
		SimulatedDisk disk = TestSegments.disk(buffer.array());
		try (SegmentReader reader = SegmentReader.open(disk, TestSegments.FILE, TestSegments.ID)) {
			long before = allocatedBytes();
			Frame torn = reader.frameAt(SegmentHeader.LENGTH, buffer.capacity());
			// Even for who believes it.
			Frame believed = reader.frameAt(SegmentHeader.LENGTH, Long.MAX_VALUE);
			byte[] hugePayload = reader.payload((Frame.Intact) believed);
			byte[] hugerPayload = reader.payload(new Frame.Intact(huger, SegmentHeader.LENGTH));
			long allocated = allocatedBytes() - before;
			assertThat(torn).isInstanceOf(Frame.Torn.class);
			assertThat(hugePayload).isNull();
			assertThat(hugerPayload).isNull();
			assertThat(allocated).isLessThan(1024 * 1024);
		}
	}

	@Test
	@DisplayName("T39: random bytes are read to their end")
	void randomBytesAreReadToTheirEnd() throws IOException {
		SimulatedDisk disk = TestSegments.disk();
		for (int seed = 0; seed < 3000; seed++) {
			Random random = new Random(seed);
			byte[] bytes = mutate(random);
			disk.put(TestSegments.FILE, bytes);
			TestSegments.Contents contents = TestSegments.read(disk);
			long offset = SegmentHeader.LENGTH;
			for (Frame frame : contents.frames()) {
				assertThat(frame.offset()).as("seed %d", seed).isEqualTo(offset);
				assertThat(frame.end()).as("seed %d", seed).isGreaterThan(offset);
				offset = frame.end();
			}
			assertThat(offset).as("seed %d", seed).isEqualTo(Math.max(bytes.length, SegmentHeader.LENGTH));
			assertThat(contents.isUnaltered()).as("seed %d", seed).isTrue();
		}
	}

	/**
	 * Noise, or a segment of which ranges are overwritten, moved, repeated or cut out.
	 */
	private static byte[] mutate(Random random) {
		if (random.nextInt(4) == 0) {
			byte[] noise = new byte[random.nextInt(20_000)];
			random.nextBytes(noise);
			return noise;
		}
		byte[] bytes = TestSegments.segment(1 + random.nextInt(12));
		for (int i = random.nextInt(6); i >= 0 && bytes.length > 0; i--) {
			int from = random.nextInt(bytes.length);
			int length = random.nextInt(Math.min(200, bytes.length - from));
			int to = random.nextInt(bytes.length - length);
			switch (random.nextInt(4)) {
				case 0 -> System.arraycopy(bytes, from, bytes, to, length);
				case 1 -> Arrays.fill(bytes, from, from + length, (byte) random.nextInt());
				case 2 -> {
					bytes = Arrays.copyOf(bytes, bytes.length - length);
				}
				default -> {
					byte[] longer = Arrays.copyOf(bytes, bytes.length + length);
					System.arraycopy(bytes, from, longer, from + length, bytes.length - from);
					bytes = longer;
				}
			}
		}
		return bytes;
	}

	private static long allocatedBytes() {
		return ((com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
	}

	/**
	 * What a sector is overwritten with.
	 */
	enum Overwrite {

		ZEROS, GARBAGE,
		/** An older segment of the same log, with records at the same places. */
		OLDER_SEGMENT,
		/** A segment of the same place in another log. */
		OTHER_LOG,
		/** A segment of the same log and sequences, but of another signal. */
		OTHER_SIGNAL;

		byte[] replacement(int length) {
			return switch (this) {
				case ZEROS -> new byte[length];
				case GARBAGE -> TestSegments.payload(99, length);
				case OLDER_SEGMENT -> segment(TestSegments.header(TestSegments.LOG_ID, Signal.TRACES, 7));
				case OTHER_LOG -> segment(TestSegments.header(new UUID(1, 2), Signal.TRACES, TestSegments.FIRST));
				case OTHER_SIGNAL -> segment(TestSegments.header(TestSegments.LOG_ID, Signal.LOGS, TestSegments.FIRST));
			};
		}

		/**
		 * The same sequences, so that only the checksums tell the records apart, but
		 * other contents.
		 */
		private static byte[] segment(SegmentHeader header) {
			return TestSegments.segment(header,
					LongStream.range(TestSegments.FIRST, TestSegments.FIRST + MANY)
						.mapToObj((sequence) -> TestSegments.record(sequence, altered(sequence)))
						.toList());
		}

		private static byte[] altered(long sequence) {
			byte[] payload = TestSegments.payload(sequence);
			for (int i = 0; i < payload.length; i++) {
				payload[i] ^= 1;
			}
			return payload;
		}

	}

}
