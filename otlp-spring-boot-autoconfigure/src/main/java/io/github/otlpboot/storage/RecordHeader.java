package io.github.otlpboot.storage;

import io.github.otlpboot.model.Signal;

/**
 * What stands before the payload of a record.
 *
 * @param type what kind of record it is; {@link #REQUEST} is the only one so far, others
 * are kept and held
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

	/**
	 * Return how much of the segment the record takes.
	 * @return the length in bytes, header included
	 */
	long frameLength() {
		return LENGTH + (long) this.payloadLength;
	}

}
