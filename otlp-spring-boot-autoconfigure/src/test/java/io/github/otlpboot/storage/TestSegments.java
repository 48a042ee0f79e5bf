package io.github.otlpboot.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;

import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

/**
 * Makes segments whose every byte follows from their sequences, and reads them back.
 */
final class TestSegments {

	static final UUID LOG_ID = new UUID(0x0123456789ABCDEFL, 0x8FEDCBA987654321L);

	static final long FIRST = 41;

	static final SegmentHeader HEADER = header(LOG_ID, Signal.TRACES, FIRST);

	static final SegmentIdentity ID = HEADER.identity();

	static final Path DIRECTORY = Path.of("/log/traces");

	static final Path QUARANTINE = DIRECTORY.resolve("quarantine");

	static final Path FILE = DIRECTORY.resolve(SegmentName.of(FIRST));

	private TestSegments() {
	}

	static SegmentHeader header(UUID logId, Signal signal, long firstSequence) {
		return new SegmentHeader(SegmentHeader.MAJOR, SegmentHeader.MINOR, logId, signal, firstSequence,
				10 * firstSequence, 1000, 1_700_000_000_123L);
	}

	static byte[] payload(long sequence, int length) {
		byte[] payload = new byte[length];
		new Random(sequence).nextBytes(payload);
		return payload;
	}

	/**
	 * Payloads are of different lengths, and one is empty.
	 */
	static byte[] payload(long sequence) {
		return payload(sequence, (int) ((sequence * 7) % 61));
	}

	static NewRecord record(long sequence) {
		return record(sequence, payload(sequence));
	}

	/**
	 * The payload is a range of a longer array, as those of a pool are.
	 */
	static NewRecord record(long sequence, byte[] payload) {
		byte[] array = new byte[payload.length + 5];
		System.arraycopy(payload, 0, array, 3, payload.length);
		return new NewRecord(10, 10 * sequence, sequence, 1_700_000_000_000L + sequence,
				Payload.of(array, 3, payload.length, () -> {
				}));
	}

	static List<NewRecord> records(long first, int count) {
		return LongStream.range(first, first + count).mapToObj(TestSegments::record).toList();
	}

	/**
	 * Return the bytes of a segment.
	 */
	static byte[] segment(SegmentHeader header, List<NewRecord> records) {
		SimulatedDisk disk = disk();
		try (SegmentWriter writer = SegmentWriter.create(disk, DIRECTORY, header)) {
			writer.append(records);
			return disk.contents(writer.file());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static byte[] segment(int records) {
		return segment(HEADER, records(FIRST, records));
	}

	/**
	 * Return a disk on which the directory is sure to be there.
	 */
	static SimulatedDisk disk() {
		try {
			SimulatedDisk disk = new SimulatedDisk();
			disk.createDirectories(DIRECTORY);
			disk.syncDirectory(DIRECTORY.getParent());
			disk.syncDirectory(DIRECTORY.getRoot());
			return disk;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static SimulatedDisk disk(byte[] segment) {
		SimulatedDisk disk = disk();
		disk.put(FILE, segment);
		return disk;
	}

	static Contents read(Disk disk) throws IOException {
		return read(disk, FILE, ID);
	}

	/**
	 * Read a segment to its end.
	 */
	static Contents read(Disk disk, Path file, SegmentIdentity id) throws IOException {
		Contents contents = new Contents(new ArrayList<>(), new TreeMap<>());
		try (SegmentReader reader = SegmentReader.open(disk, file, id)) {
			long end = reader.size();
			Frame frame = reader.frameAt(SegmentHeader.LENGTH, end);
			while (frame != null) {
				contents.frames().add(frame);
				if (frame instanceof Frame.Intact intact) {
					byte[] payload = reader.payload(intact);
					if (payload != null) {
						contents.payloads().put(intact.header().sequence(), payload);
					}
					if ((payload != null) != reader.hasWholePayload(intact)) {
						throw new AssertionError("Disagreement about " + intact);
					}
				}
				frame = reader.frameAt(frame.end(), end);
			}
		}
		return contents;
	}

	/**
	 * What is in a segment.
	 *
	 * @param frames the frames in order
	 * @param payloads those that are whole, by sequence
	 */
	record Contents(List<Frame> frames, TreeMap<Long, byte[]> payloads) {

		List<Long> sequences() {
			return List.copyOf(this.payloads.keySet());
		}

		@Nullable Frame last() {
			return this.frames.isEmpty() ? null : this.frames.get(this.frames.size() - 1);
		}

		/**
		 * Return whether every payload is what was written.
		 */
		boolean isUnaltered() {
			return this.payloads.entrySet()
				.stream()
				.allMatch((entry) -> Arrays.equals(entry.getValue(), payload(entry.getKey())));
		}

	}

}
