package io.github.otlpboot.storage;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

/**
 * What stands before the payload of a record. Encoded it takes {@value #LENGTH} bytes,
 * big-endian: <pre>
 *  0  magic                4   "OBRC"
 *  4  header length        2   56, a longer header needs a new major version
 *  6  type                 1
 *  7  signal               1   1 traces, 2 metrics, 3 logs
 *  8  flags                4
 * 12  payload length       4   at most 67108864
 * 16  items                4
 * 20  reserved             4   written as 0, ignored
 * 24  first item           8
 * 32  sequence             8
 * 40  accepted at          8   milliseconds since the epoch
 * 48  payload checksum     4   CRC-32C of the identity of the segment and the payload
 * 52  header checksum      4   CRC-32C of the identity of the segment and bytes 0 to 51
 * </pre> Where the header is whole, a damaged payload is skipped exactly.
 *
 * @param type what kind of record it is, from 0 to 255; {@link #REQUEST} is the only one
 * so far, others are kept and held
 * @param signal the signal
 * @param flags the lowest four bits name the codec of the payload, {@code 0} for none
 * @param payloadLength the length of the stored payload in bytes
 * @param items the number of items in it
 * @param firstItem the number of items in all records before it, since the log began
 * @param sequence its place in the log, rising by one from record to record
 * @param acceptedAt when it was accepted, in milliseconds since the epoch
 * @param payloadChecksum the checksum of the stored payload
 */
record RecordHeader(int type, Signal signal, int flags, int payloadLength, int items, long firstItem, long sequence,
		long acceptedAt, int payloadChecksum) {

	/** An OTLP export request in binary protobuf. */
	static final int REQUEST = 1;

	/** The length of an encoded header in bytes. */
	static final int LENGTH = 56;

	/** What an encoded header starts with. */
	static final int MAGIC = 0x4F425243;

	/** No payload is longer, in bytes. */
	static final int MAX_PAYLOAD_LENGTH = 64 * 1024 * 1024;

	private static final int CHECKSUM_OFFSET = LENGTH - Integer.BYTES;

	/**
	 * Return how much of the segment the record takes.
	 * @return the length in bytes, header included
	 */
	long frameLength() {
		return LENGTH + (long) this.payloadLength;
	}

	/**
	 * Write the header.
	 * @param target where it goes, with an array; its position is moved on by
	 * {@link #LENGTH}
	 * @param id the segment that it is written to
	 */
	void encode(ByteBuffer target, SegmentIdentity id) {
		int start = target.position();
		target.putInt(MAGIC);
		target.putShort((short) LENGTH);
		target.put((byte) this.type);
		target.put((byte) SignalCode.of(this.signal));
		target.putInt(this.flags);
		target.putInt(this.payloadLength);
		target.putInt(this.items);
		target.putInt(0);
		target.putLong(this.firstItem);
		target.putLong(this.sequence);
		target.putLong(this.acceptedAt);
		target.putInt(this.payloadChecksum);
		target.putInt(checksum(target, start, id));
	}

	/**
	 * Read a header. Nothing that it says is believed before its checksum fits.
	 * @param source where it starts, with an array; its position is moved on by
	 * {@link #LENGTH} if there is a header, and otherwise stays
	 * @param id the segment that it is read from
	 * @return the header, {@code null} if there is none of that segment
	 */
	static @Nullable RecordHeader decode(ByteBuffer source, SegmentIdentity id) {
		int start = source.position();
		if (source.remaining() < LENGTH || source.getInt(start) != MAGIC || source.getShort(start + 4) != LENGTH
				|| source.getInt(start + CHECKSUM_OFFSET) != checksum(source, start, id)) {
			return null;
		}
		Signal signal = SignalCode.signal(source.get(start + 7));
		RecordHeader header = new RecordHeader(Byte.toUnsignedInt(source.get(start + 6)), id.signal(),
				source.getInt(start + 8), source.getInt(start + 12), source.getInt(start + 16),
				source.getLong(start + 24), source.getLong(start + 32), source.getLong(start + 40),
				source.getInt(start + 48));
		if (signal != id.signal() || !header.isPossibleIn(id)) {
			return null;
		}
		source.position(start + LENGTH);
		return header;
	}

	private boolean isPossibleIn(SegmentIdentity id) {
		return this.payloadLength >= 0 && this.payloadLength <= MAX_PAYLOAD_LENGTH && this.items >= 0
				&& this.firstItem >= 0 && this.sequence >= id.firstSequence();
	}

	private static int checksum(ByteBuffer buffer, int start, SegmentIdentity id) {
		CRC32C checksum = id.newChecksum();
		checksum.update(buffer.array(), buffer.arrayOffset() + start, CHECKSUM_OFFSET);
		return (int) checksum.getValue();
	}

}
