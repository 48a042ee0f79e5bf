package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.UUID;

import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

/**
 * Goes once over a segment from the outside, also while it is being written, as far as it
 * had been when it was opened.
 * <p>
 * Thread-confined.
 */
public final class SegmentView implements AutoCloseable {

	private final SegmentReader reader;

	private final long firstSequence;

	private final long end;

	private Frame.@Nullable Intact current;

	private long position = SegmentHeader.LENGTH;

	private SegmentView(SegmentReader reader, long firstSequence, long end) {
		this.reader = reader;
		this.firstSequence = firstSequence;
		this.end = end;
	}

	/**
	 * Open a segment.
	 * @param disk where it is
	 * @param file the segment
	 * @param signal the signal that it must be of
	 * @param logId the log that it must be of, {@code null} to believe what it says
	 * @return what goes over it
	 * @throws IOException if it cannot be read: the message says why
	 */
	public static SegmentView open(Disk disk, Path file, Signal signal, @Nullable UUID logId) throws IOException {
		long firstSequence = firstSequence(file);
		UUID ownId = (logId != null) ? logId : logId(disk, file);
		SegmentReader reader = SegmentReader.open(disk, file, new SegmentIdentity(ownId, signal, firstSequence));
		boolean opened = false;
		try {
			SegmentView view = new SegmentView(reader, firstSequence, reader.size());
			opened = true;
			return view;
		}
		finally {
			if (!opened) {
				reader.close();
			}
		}
	}

	/**
	 * Return the sequence of the first record, as the name of the file tells it.
	 * @param file a segment
	 * @return the sequence
	 */
	public static long firstSequence(Path file) {
		return SegmentName.firstSequence(file)
			.orElseThrow(() -> new IllegalArgumentException(file + " is not named as a segment"));
	}

	private static UUID logId(Disk disk, Path file) throws IOException {
		try (DiskFile opened = disk.open(file, Disk.OpenMode.READ)) {
			ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.LENGTH);
			opened.read(bytes, 0);
			SegmentHeader header = SegmentHeader.decode(bytes.flip());
			if (header == null) {
				throw new IOException("Neither META nor its own header tells which log " + file + " belongs to");
			}
			return header.logId();
		}
	}

	public long firstSequence() {
		return this.firstSequence;
	}

	/**
	 * Return how long the segment was when it was opened.
	 * @return the length in bytes
	 */
	public long size() {
		return this.end;
	}

	/**
	 * Return whether the segment starts with a whole header of its log. Records can be
	 * read without.
	 * @return {@code false} if it is damaged, or that of another segment
	 */
	public boolean hasHeader() {
		return this.reader.header() != null;
	}

	/**
	 * Return when the segment was created.
	 * @return the time in milliseconds since the epoch, {@code 0} if it is not known
	 */
	public long createdAt() {
		SegmentHeader header = this.reader.header();
		return (header != null) ? header.createdAt() : 0;
	}

	/**
	 * Return the number of items in all records before the first one.
	 * @return the number since the log began, {@code -1} if it is not known
	 */
	public long firstItem() {
		SegmentHeader header = this.reader.header();
		return (header != null) ? header.firstItem() : -1;
	}

	/**
	 * Return the length of all records before the first one.
	 * @return the length in bytes since the log began, {@code -1} if it is not known
	 */
	public long firstByte() {
		SegmentHeader header = this.reader.header();
		return (header != null) ? header.firstByte() : -1;
	}

	/**
	 * Go to the next stretch of the segment. Payloads are not looked at.
	 * @return the stretch, {@code null} at the end
	 * @throws IOException if the segment cannot be read
	 */
	public @Nullable Stretch next() throws IOException {
		Frame frame = this.reader.frameAt(this.position, this.end);
		this.current = null;
		if (frame == null) {
			return null;
		}
		this.position = frame.end();
		if (frame instanceof Frame.Intact intact) {
			this.current = intact;
			RecordHeader header = intact.header();
			boolean readable = header.type() == RecordHeader.REQUEST && header.flags() == 0;
			return new Stretch(readable ? Stretch.Kind.REQUEST : Stretch.Kind.UNKNOWN, frame.offset(), frame.end(),
					header.sequence(), header.items(), header.firstItem(), header.acceptedAt());
		}
		return new Stretch((frame instanceof Frame.Torn) ? Stretch.Kind.TORN : Stretch.Kind.DAMAGED, frame.offset(),
				frame.end(), 0, 0, 0, 0);
	}

	/**
	 * Return the stored payload of the record that {@link #next()} has gone to.
	 * @return the bytes, {@code null} if they are damaged
	 * @throws IOException if the segment cannot be read
	 * @throws IllegalStateException if it has not gone to a record
	 */
	public byte @Nullable [] payload() throws IOException {
		Frame.Intact frame = this.current;
		if (frame == null) {
			throw new IllegalStateException("There is a payload in a record only");
		}
		return this.reader.payload(frame);
	}

	@Override
	public void close() throws IOException {
		this.reader.close();
	}

	/**
	 * A part of a segment, behind its header.
	 *
	 * @param kind what is there
	 * @param offset where it starts, in bytes
	 * @param end where it ends
	 * @param sequence the place of the record in the log, {@code 0} if it is none, as are
	 * the following
	 * @param items the number of items in the record
	 * @param firstItem the number of items in all records before it, since the log began
	 * @param acceptedAt when the record was accepted, in milliseconds since the epoch
	 */
	public record Stretch(Kind kind, long offset, long end, long sequence, int items, long firstItem, long acceptedAt) {

		public boolean isRecord() {
			return this.kind == Kind.REQUEST || this.kind == Kind.UNKNOWN;
		}

		/**
		 * Return how much of the segment it takes.
		 * @return the length in bytes
		 */
		public long length() {
			return this.end - this.offset;
		}

		/**
		 * What can be in a segment.
		 */
		public enum Kind {

			/**
			 * A record with a whole header, whose payload is an OTLP export request if it
			 * is whole as well.
			 */
			REQUEST,

			/**
			 * A record of a type or with a codec that only a later version knows.
			 */
			UNKNOWN,

			/**
			 * Bytes without a readable header, with records behind them.
			 */
			DAMAGED,

			/**
			 * Bytes without a whole record up to the end of the segment.
			 */
			TORN

		}

	}

}
