package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

import org.jspecify.annotations.Nullable;

/**
 * Reads one segment, also while it is being written, and also where it is damaged. No
 * length that the file claims is believed before a checksum and the bytes that are left
 * agree to it.
 * <p>
 * Thread-confined.
 */
final class SegmentReader implements AutoCloseable {

	private static final int BUFFER_LENGTH = 8 * 1024;

	private static final byte FIRST_MAGIC_BYTE = (byte) (RecordHeader.MAGIC >>> (Integer.SIZE - Byte.SIZE));

	private final DiskFile diskFile;

	private final SegmentIdentity identity;

	private final @Nullable SegmentHeader header;

	private final ByteBuffer buffer;

	/**
	 * Where the last intact frame ended, and its sequence: what comes later has a higher
	 * one.
	 */
	private long knownEnd;

	private long knownSequence;

	/** Where headers were looked for last. */
	private long lastRead;

	private SegmentReader(DiskFile diskFile, SegmentIdentity identity, @Nullable SegmentHeader header,
			ByteBuffer buffer) {
		this.diskFile = diskFile;
		this.identity = identity;
		this.header = header;
		this.buffer = buffer;
	}

	/**
	 * Open a segment.
	 * @param disk the disk
	 * @param file the segment
	 * @param id which segment it is, known without its header
	 * @return what reads it
	 * @throws UnsupportedFormatException if it is of another major version
	 * @throws IOException if it cannot be read
	 */
	static SegmentReader open(Disk disk, Path file, SegmentIdentity id) throws IOException {
		DiskFile diskFile = disk.open(file, Disk.OpenMode.READ);
		boolean opened = false;
		try {
			ByteBuffer buffer = ByteBuffer.allocate(BUFFER_LENGTH);
			diskFile.read(buffer.limit(SegmentHeader.LENGTH), 0);
			buffer.flip();
			if (SegmentHeader.isOfOtherMajor(buffer)) {
				throw new UnsupportedFormatException(file, SegmentHeader.majorVersion(buffer));
			}
			SegmentReader reader = new SegmentReader(diskFile, id, SegmentHeader.decode(buffer, id), buffer);
			opened = true;
			return reader;
		}
		finally {
			if (!opened) {
				diskFile.close();
			}
		}
	}

	/**
	 * Return what the segment starts with.
	 * @return the header, {@code null} if it is damaged, which records can be read
	 * without
	 */
	@Nullable SegmentHeader header() {
		return this.header;
	}

	/**
	 * Return the length of the segment as it is now.
	 * @return the length in bytes
	 * @throws IOException if it is not known
	 */
	long size() throws IOException {
		return this.diskFile.size();
	}

	/**
	 * Return what starts at an offset. Payloads are not looked at.
	 * @param offset where a frame starts, at least {@link SegmentHeader#LENGTH}
	 * @param end where the segment ends: its length, or as far as it has been written
	 * @return the frame, {@code null} if there is nothing more
	 * @throws IOException if the segment cannot be read
	 */
	@Nullable Frame frameAt(long offset, long end) throws IOException {
		if (offset >= end) {
			return null;
		}
		long leastSequence = (offset >= this.knownEnd) ? this.knownSequence + 1 : this.identity.firstSequence();
		fill(offset, Math.min(RecordHeader.LENGTH, end - offset));
		RecordHeader found = decode(leastSequence);
		if (found == null) {
			long next = scan(offset + 1, end, leastSequence);
			return (next < 0) ? new Frame.Torn(offset, end) : new Frame.Damaged(offset, next);
		}
		if (found.frameLength() > end - offset) {
			return new Frame.Torn(offset, end);
		}
		Frame.Intact frame = new Frame.Intact(found, offset);
		this.knownEnd = frame.end();
		this.knownSequence = found.sequence();
		return frame;
	}

	/**
	 * Return where headers were looked for last, also if that could not be read.
	 * @return the offset
	 */
	long lastRead() {
		return this.lastRead;
	}

	/**
	 * Return the payload of a record.
	 * @param frame the record
	 * @return a new array, {@code null} if the payload is damaged
	 * @throws IOException if the segment cannot be read
	 */
	byte @Nullable [] payload(Frame.Intact frame) throws IOException {
		if (!isWithinFile(frame)) {
			return null;
		}
		int length = frame.header().payloadLength();
		byte[] payload = new byte[length];
		if (this.diskFile.read(ByteBuffer.wrap(payload), frame.payloadOffset()) < length) {
			return null;
		}
		return (this.identity.checksum(payload, 0, length) == frame.header().payloadChecksum()) ? payload : null;
	}

	/**
	 * Return whether the payload of a record is whole, without holding it.
	 * @param frame the record
	 * @return {@code false} if it is damaged
	 * @throws IOException if the segment cannot be read
	 */
	boolean hasWholePayload(Frame.Intact frame) throws IOException {
		CRC32C checksum = this.identity.newChecksum();
		long position = frame.payloadOffset();
		while (position < frame.end()) {
			int length = fill(position, frame.end() - position);
			if (length == 0) {
				return false;
			}
			checksum.update(this.buffer);
			position += length;
		}
		return (int) checksum.getValue() == frame.header().payloadChecksum();
	}

	// Asked before memory is taken for a payload.
	private boolean isWithinFile(Frame.Intact frame) throws IOException {
		int length = frame.header().payloadLength();
		return length >= 0 && length <= RecordHeader.MAX_PAYLOAD_LENGTH
				&& length <= this.diskFile.size() - frame.payloadOffset();
	}

	// Where the next header starts, negative if there is none.
	private long scan(long from, long end, long leastSequence) throws IOException {
		long position = from;
		while (end - position >= RecordHeader.LENGTH) {
			int length = fill(position, end - position);
			int candidates = length - RecordHeader.LENGTH + 1;
			if (candidates <= 0) {
				return -1;
			}
			for (int i = 0; i < candidates; i++) {
				if (this.buffer.get(i) == FIRST_MAGIC_BYTE) {
					this.buffer.position(i);
					if (decode(leastSequence) != null) {
						return position + i;
					}
				}
			}
			position += candidates;
		}
		return -1;
	}

	private @Nullable RecordHeader decode(long leastSequence) {
		RecordHeader found = RecordHeader.decode(this.buffer, this.identity);
		return (found != null && found.sequence() >= leastSequence) ? found : null;
	}

	// As much as fits into the buffer.
	private int fill(long position, long length) throws IOException {
		this.lastRead = position;
		this.buffer.clear().limit((int) Math.min(this.buffer.capacity(), length));
		int read = this.diskFile.read(this.buffer, position);
		this.buffer.flip();
		return read;
	}

	@Override
	public void close() throws IOException {
		this.diskFile.close();
	}

}
