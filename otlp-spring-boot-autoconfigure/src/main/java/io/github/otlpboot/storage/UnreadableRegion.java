package io.github.otlpboot.storage;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * Finds out how much of a log cannot be read for good. Stateless.
 */
final class UnreadableRegion {

	/** What a disk cannot read, it cannot read in whole blocks, in bytes. */
	private static final int BLOCK = 4096;

	private UnreadableRegion() {
	}

	/**
	 * Return where a segment can be read again after a record that cannot be.
	 * @param disk the file system
	 * @param facts the segment
	 * @param identity which segment it is
	 * @param sequence the record
	 * @param endFor where the segment ends for a reader
	 * @return the place of the next record whose header can be read, {@code null} if
	 * there is none in this segment
	 * @throws IOException if the segment cannot even be opened
	 */
	static @Nullable LogPosition endOf(Disk disk, SegmentFacts facts, SegmentIdentity identity, long sequence,
			LogPosition endFor) throws IOException {
		try (SegmentReader reader = SegmentReader.open(disk, facts.file(), identity)) {
			long offset = SegmentHeader.LENGTH;
			while (offset < facts.size()) {
				try {
					Frame frame = reader.frameAt(offset, facts.size());
					if (frame instanceof Frame.Intact intact && intact.header().sequence() > sequence) {
						RecordHeader header = intact.header();
						return (header.sequence() < endFor.sequence()) ? new LogPosition(header.sequence(),
								header.firstItem(), facts.header().firstByte() + intact.offset() - SegmentHeader.LENGTH)
								: null;
					}
					offset = (frame != null) ? frame.end() : facts.size();
				}
				catch (IOException ex) {
					offset = (Math.max(offset, reader.lastRead()) / BLOCK + 1) * BLOCK;
				}
			}
			return null;
		}
	}

	/**
	 * Return whether a segment can be read, as far as its first record tells.
	 * @param disk the file system
	 * @param facts the segment
	 * @param identity which segment it is
	 * @return {@code false} if it cannot
	 */
	static boolean isReadable(Disk disk, SegmentFacts facts, SegmentIdentity identity) {
		try (SegmentReader reader = SegmentReader.open(disk, facts.file(), identity)) {
			return reader.frameAt(SegmentHeader.LENGTH, facts.size()) instanceof Frame.Intact;
		}
		catch (IOException ex) {
			return false;
		}
	}

}
