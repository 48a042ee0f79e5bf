package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the last segment of a log fit to be appended to, after any end of the process
 * that wrote it. All segments before it were complete when the one after them was
 * created.
 * <p>
 * What follows the last record with a whole header is cut off: an append that was not
 * finished, and so not accepted, or bytes that nobody can read any more. A copy is kept.
 * A record that is complete but damaged stays, and so does everything if nothing in the
 * file shows that it belongs to the log.
 * <p>
 * A process that is killed on the way leaves
 * <ol>
 * <li>before the copy is opened: the segment as it was;</li>
 * <li>before the copy is written: an empty copy;</li>
 * <li>before the copy is synced: any part of the copy;</li>
 * <li>before its directories are synced: the copy, which next time is written again under
 * the same name, and after a power loss perhaps no copy;</li>
 * <li>before the segment is cut: the copy;</li>
 * <li>before the segment is synced: the segment cut, and after a power loss perhaps as it
 * was;</li>
 * <li>then: the segment cut.</li>
 * </ol>
 * At each of them, to recover again leads to the same end.
 */
final class SegmentRecovery {

	/** No copy of what was cut off is longer, in bytes. */
	static final int MAX_COPY_LENGTH = 1024 * 1024;

	/** No more copies are kept; the oldest go first. */
	static final int MAX_COPIES = 16;

	private static final Logger logger = LoggerFactory.getLogger(SegmentRecovery.class);

	private SegmentRecovery() {
	}

	/**
	 * Recover the last segment of a log.
	 * @param disk the disk
	 * @param file the segment
	 * @param id which segment it is
	 * @param quarantine where the copy of what is cut off goes, created if needed
	 * @return how the segment ends
	 * @throws UnsupportedFormatException if it is of another major version; it is left as
	 * it is
	 * @throws IOException if it cannot be read or cut
	 */
	static RecoveredTail recover(Disk disk, Path file, SegmentIdentity id, Path quarantine) throws IOException {
		Tail tail;
		try (SegmentReader reader = SegmentReader.open(disk, file, id)) {
			tail = tailOf(reader, id);
		}
		long cutBytes = tail.end - tail.size;
		if (cutBytes > 0) {
			cut(disk, file, id, quarantine, tail);
		}
		return new RecoveredTail(tail.size, tail.nextSequence, tail.nextItem, cutBytes, tail.corruptRecords,
				tail.newestAt);
	}

	private static Tail tailOf(SegmentReader reader, SegmentIdentity id) throws IOException {
		Tail tail = new Tail(reader.size(), id.firstSequence(), reader.header());
		Frame frame = reader.frameAt(SegmentHeader.LENGTH, tail.end);
		while (frame != null) {
			if (frame instanceof Frame.Intact intact) {
				tail.add(intact, reader.hasWholePayload(intact));
			}
			frame = reader.frameAt(frame.end(), tail.end);
		}
		tail.keepAllInDoubt(reader.header());
		return tail;
	}

	private static void cut(Disk disk, Path file, SegmentIdentity id, Path quarantine, Tail tail) throws IOException {
		try (DiskFile diskFile = disk.open(file, Disk.OpenMode.WRITE)) {
			try {
				copy(disk, diskFile, id, quarantine, tail);
			}
			catch (IOException ex) {
				// Most likely the disk is full, which must not keep a log from being
				// opened.
				logger.warn("No copy could be kept of the {} bytes that are cut off at the end of {}: {}",
						tail.end - tail.size, file, ex.toString());
			}
			diskFile.truncate(tail.size);
			diskFile.sync();
		}
	}

	// The name is unique for segment, place and content, so that a copy is never replaced
	// by another, but a repeated recovery makes no second one.
	private static void copy(Disk disk, DiskFile source, SegmentIdentity id, Path quarantine, Tail tail)
			throws IOException {
		byte[] bytes = new byte[(int) Math.min(MAX_COPY_LENGTH, tail.end - tail.size)];
		int length = source.read(ByteBuffer.wrap(bytes), tail.size);
		CRC32C checksum = new CRC32C();
		checksum.update(bytes, 0, length);
		String name = String.format(Locale.ROOT, "%020d-%d-%08x.cut", id.firstSequence(), tail.size,
				checksum.getValue());
		disk.createDirectories(quarantine);
		dropOldest(disk, quarantine, name);
		try (DiskFile copy = disk.open(quarantine.resolve(name), Disk.OpenMode.CREATE)) {
			copy.write(new ByteBuffer[] { ByteBuffer.wrap(bytes, 0, length) }, 0);
			copy.sync();
		}
		disk.syncDirectory(quarantine);
		Path parent = quarantine.getParent();
		if (parent != null) {
			disk.syncDirectory(parent);
		}
	}

	// A process that is killed again and again must not fill the disk.
	private static void dropOldest(Disk disk, Path quarantine, String next) throws IOException {
		List<Path> copies = disk.list(quarantine)
			.stream()
			.filter((copy) -> !copy.equals(quarantine.resolve(next)))
			.toList();
		for (int i = 0; i <= copies.size() - MAX_COPIES; i++) {
			disk.delete(copies.get(i));
		}
	}

	/**
	 * What is known so far of how the segment ends.
	 */
	private static final class Tail {

		private final long end;

		private long size;

		private long nextSequence;

		private long nextItem;

		private int corruptRecords;

		private long newestAt;

		Tail(long end, long firstSequence, @Nullable SegmentHeader header) {
			this.end = end;
			this.size = (end < SegmentHeader.LENGTH) ? 0 : SegmentHeader.LENGTH;
			this.nextSequence = firstSequence;
			this.nextItem = (header != null) ? header.firstItem() : -1;
		}

		void add(Frame.Intact frame, boolean wholePayload) {
			this.size = frame.end();
			this.nextSequence = frame.header().sequence() + 1;
			this.nextItem = frame.header().firstItem() + frame.header().items();
			this.corruptRecords += wholePayload ? 0 : 1;
			this.newestAt = Math.max(this.newestAt, frame.header().acceptedAt());
		}

		// Where neither the header nor a single record belongs to the log, it is more
		// likely that the log is mistaken than that all of them broke.
		void keepAllInDoubt(@Nullable SegmentHeader header) {
			if (header == null && this.size == SegmentHeader.LENGTH && this.end > this.size) {
				this.size = this.end;
				this.nextSequence++;
			}
		}

	}

}
