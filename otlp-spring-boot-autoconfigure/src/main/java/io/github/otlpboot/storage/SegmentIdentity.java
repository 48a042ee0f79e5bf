package io.github.otlpboot.storage;

import java.util.UUID;
import java.util.zip.CRC32C;

import io.github.otlpboot.model.Signal;

/**
 * Which segment bytes belong to. Every checksum of a record starts with it, so that a
 * record of another segment or of another log, left over in a reused block, fails.
 *
 * @param logId the log that the segment belongs to
 * @param signal the signal
 * @param firstSequence the sequence of its first record
 */
record SegmentIdentity(UUID logId, Signal signal, long firstSequence) {

	/**
	 * Return a checksum that has been fed with this identity and with nothing else yet.
	 * @return a new checksum
	 */
	CRC32C newChecksum() {
		CRC32C checksum = new CRC32C();
		update(checksum, this.logId.getMostSignificantBits());
		update(checksum, this.logId.getLeastSignificantBits());
		update(checksum, this.firstSequence);
		checksum.update(SignalCode.of(this.signal));
		return checksum;
	}

	/**
	 * Return the checksum of a stored payload.
	 * @param array the array that holds the payload
	 * @param offset where it starts
	 * @param length its length in bytes
	 * @return the checksum
	 */
	int checksum(byte[] array, int offset, int length) {
		CRC32C checksum = newChecksum();
		checksum.update(array, offset, length);
		return (int) checksum.getValue();
	}

	private static void update(CRC32C checksum, long value) {
		for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
			checksum.update((int) (value >>> shift));
		}
	}

}
