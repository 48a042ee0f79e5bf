package io.github.otlpboot.storage;

import java.io.IOException;

import io.github.otlpboot.model.LossReason;
import org.jspecify.annotations.Nullable;

/**
 * Looks for records in one segment, one after the other. Belongs to the thread of the
 * forwarder.
 */
final class SegmentSearch implements AutoCloseable {

	private final SegmentReader reader;

	private final SegmentHeader header;

	private long offset = SegmentHeader.LENGTH;

	private SegmentSearch(SegmentReader reader, SegmentHeader header) {
		this.reader = reader;
		this.header = header;
	}

	/**
	 * Open a segment.
	 * @param disk the file system
	 * @param facts the segment
	 * @param identity which segment it is
	 * @param cursor how far it has been settled, a hint where to start
	 * @return what searches it
	 * @throws java.nio.file.NoSuchFileException if it is not there
	 * @throws IOException if it cannot be read
	 */
	static SegmentSearch open(Disk disk, SegmentFacts facts, SegmentIdentity identity, Cursor cursor)
			throws IOException {
		SegmentSearch search = new SegmentSearch(SegmentReader.open(disk, facts.file(), identity), facts.header());
		boolean opened = false;
		try {
			search.startAt(cursor, facts.size());
			opened = true;
			return search;
		}
		finally {
			if (!opened) {
				search.close();
			}
		}
	}

	// A hint only: the record that comes next must start there, or all is read.
	private void startAt(Cursor cursor, long size) throws IOException {
		if (cursor.segment() != firstSequence() || cursor.offset() <= this.offset) {
			return;
		}
		Frame frame = this.reader.frameAt(cursor.offset(), size);
		if (frame instanceof Frame.Intact intact && intact.header().sequence() == cursor.acknowledged() + 1) {
			this.offset = cursor.offset();
		}
	}

	long firstSequence() {
		return this.header.firstSequence();
	}

	/**
	 * Look for a record.
	 * @param sequence its sequence, not before the one looked for last
	 * @param size how far the segment has been written
	 * @param endFor where the segment ends for a reader
	 * @return the record, or what is missing instead
	 * @throws IOException if the segment cannot be read
	 */
	Result find(long sequence, long size, LogPosition endFor) throws IOException {
		boolean damaged = false;
		Frame frame = this.reader.frameAt(this.offset, size);
		while (frame != null) {
			if (frame instanceof Frame.Intact intact) {
				long found = intact.header().sequence();
				if (found >= endFor.sequence()) {
					// Written and never acknowledged: the next segment has it again.
					break;
				}
				if (found == sequence) {
					return new Found(intact);
				}
				if (found > sequence) {
					return new Missing(positionOf(intact), LossReason.CORRUPT);
				}
			}
			else {
				damaged = true;
			}
			this.offset = frame.end();
			frame = this.reader.frameAt(this.offset, size);
		}
		return new Missing(endFor, damaged ? LossReason.CORRUPT : LossReason.UNSYNCED);
	}

	private LogPosition positionOf(Frame.Intact frame) {
		return new LogPosition(frame.header().sequence(), frame.header().firstItem(),
				this.header.firstByte() + frame.offset() - SegmentHeader.LENGTH);
	}

	/**
	 * Read a record that was found, and go on after it.
	 * @param frame the record
	 * @return its payload, {@code null} if it is damaged
	 * @throws IOException if the segment cannot be read; the search stays where it is
	 */
	byte @Nullable [] take(Frame.Intact frame) throws IOException {
		byte[] payload = this.reader.payload(frame);
		this.offset = frame.end();
		return payload;
	}

	@Override
	public void close() throws IOException {
		this.reader.close();
	}

	/**
	 * What came of looking for a record.
	 */
	sealed interface Result {

	}

	/**
	 * It is there.
	 *
	 * @param frame the record
	 */
	record Found(Frame.Intact frame) implements Result {

	}

	/**
	 * It is not there any more.
	 *
	 * @param next where something is again
	 * @param reason why everything before that is lost
	 */
	record Missing(LogPosition next, LossReason reason) implements Result {

	}

}
