package io.github.otlpboot.storage;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;

import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

/**
 * What stands at the start of a segment. The cumulative counts make pending and lost
 * plain subtractions, also across segments that are damaged or gone. Encoded it takes
 * {@value #LENGTH} bytes, big-endian: <pre>
 *  0  magic                8   "OTLPBLOG"
 *  8  major version        2
 * 10  minor version        2
 * 12  signal               1   1 traces, 2 metrics, 3 logs
 * 13  reserved             3   written as 0, ignored
 * 16  log id              16   most significant byte first
 * 32  first sequence       8
 * 40  first item           8
 * 48  first byte           8
 * 56  created at           8   milliseconds since the epoch
 * 64  reserved            12   written as 0, ignored
 * 76  checksum             4   CRC-32C of bytes 0 to 75
 * </pre> The checksum has no seed, so that a segment tells whose it is. Magic, versions
 * and checksum stay where they are in every major version to come, so that a damaged
 * header is never taken for a newer one.
 *
 * @param major the version of the format; another one is not read
 * @param minor the version within it; any is read
 * @param logId the log that the segment belongs to
 * @param signal the signal
 * @param firstSequence the sequence of its first record
 * @param firstItem the number of items in all records before it, since the log began
 * @param firstByte the length in bytes of all records before it, since the log began
 * @param createdAt when it was created, in milliseconds since the epoch
 */
record SegmentHeader(int major, int minor, UUID logId, Signal signal, long firstSequence, long firstItem,
		long firstByte, long createdAt) {

	static final int MAJOR = 1;

	static final int MINOR = 0;

	/** The length of an encoded header in bytes. */
	static final int LENGTH = 80;

	/** What an encoded header starts with. */
	static final long MAGIC = 0x4F544C50424C4F47L;

	private static final int CHECKSUM_OFFSET = LENGTH - Integer.BYTES;

	/**
	 * Return which segment it is.
	 * @return the identity
	 */
	SegmentIdentity identity() {
		return new SegmentIdentity(this.logId, this.signal, this.firstSequence);
	}

	/**
	 * Write the header.
	 * @param target where it goes, with an array; its position is moved on by
	 * {@link #LENGTH}
	 */
	void encode(ByteBuffer target) {
		int start = target.position();
		target.putLong(MAGIC);
		target.putShort((short) this.major);
		target.putShort((short) this.minor);
		target.putInt(SignalCode.of(this.signal) << (Integer.SIZE - Byte.SIZE));
		target.putLong(this.logId.getMostSignificantBits());
		target.putLong(this.logId.getLeastSignificantBits());
		target.putLong(this.firstSequence);
		target.putLong(this.firstItem);
		target.putLong(this.firstByte);
		target.putLong(this.createdAt);
		target.putLong(0);
		target.putInt(0);
		target.putInt(checksum(target, start));
	}

	/**
	 * Read a header of this major version.
	 * @param source where it starts, with an array; its position stays
	 * @param id the segment that it must be of
	 * @return the header, {@code null} if it is damaged, of another segment or of another
	 * major version
	 */
	static @Nullable SegmentHeader decode(ByteBuffer source, SegmentIdentity id) {
		SegmentHeader header = decode(source);
		return (header != null && header.identity().equals(id)) ? header : null;
	}

	/**
	 * Read a header of this major version and of any segment.
	 * @param source where it starts, with an array; its position stays
	 * @return the header, {@code null} if it is damaged or of another major version
	 */
	static @Nullable SegmentHeader decode(ByteBuffer source) {
		int start = source.position();
		if (!isWhole(source) || majorVersion(source) != MAJOR) {
			return null;
		}
		Signal signal = SignalCode.signal(source.get(start + 12));
		if (signal == null) {
			return null;
		}
		return new SegmentHeader(MAJOR, Short.toUnsignedInt(source.getShort(start + 10)),
				new UUID(source.getLong(start + 16), source.getLong(start + 24)), signal, source.getLong(start + 32),
				source.getLong(start + 40), source.getLong(start + 48), source.getLong(start + 56));
	}

	/**
	 * Return whether there is a whole header of another major version. Such a segment is
	 * not read, and left as it is.
	 * @param source where it starts, with an array; its position stays
	 * @return {@code false} also if it is damaged
	 */
	static boolean isOfOtherMajor(ByteBuffer source) {
		return isWhole(source) && majorVersion(source) != MAJOR;
	}

	/**
	 * Return the major version of a whole header.
	 * @param source where it starts; its position stays
	 * @return the major version
	 */
	static int majorVersion(ByteBuffer source) {
		return Short.toUnsignedInt(source.getShort(source.position() + 8));
	}

	private static boolean isWhole(ByteBuffer source) {
		int start = source.position();
		return source.remaining() >= LENGTH && source.getLong(start) == MAGIC
				&& source.getInt(start + CHECKSUM_OFFSET) == checksum(source, start);
	}

	private static int checksum(ByteBuffer buffer, int start) {
		CRC32C checksum = new CRC32C();
		checksum.update(buffer.array(), buffer.arrayOffset() + start, CHECKSUM_OFFSET);
		return (int) checksum.getValue();
	}

}
