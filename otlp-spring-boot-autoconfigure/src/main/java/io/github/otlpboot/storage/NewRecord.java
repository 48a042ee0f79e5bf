package io.github.otlpboot.storage;

import io.github.otlpboot.model.Payload;

/**
 * A record that is to be appended.
 *
 * @param items the number of items in the payload
 * @param firstItem the number of items in all records before it, since the log began
 * @param sequence its place in the log
 * @param acceptedAt when it was accepted, in milliseconds since the epoch
 * @param payload the request; the caller owns it and releases it after the append
 */
record NewRecord(int items, long firstItem, long sequence, long acceptedAt, Payload payload) {

	NewRecord {
		if (payload.length() > RecordHeader.MAX_PAYLOAD_LENGTH) {
			throw new IllegalArgumentException("'payload' must not be longer than " + RecordHeader.MAX_PAYLOAD_LENGTH
					+ " bytes, but has " + payload.length());
		}
	}

	/**
	 * Return how much of the segment the record takes.
	 * @return the length in bytes, header included
	 */
	long frameLength() {
		return RecordHeader.LENGTH + (long) this.payload.length();
	}

	/**
	 * Return the header of the record.
	 * @param id the segment that it is appended to
	 * @return a new header
	 */
	RecordHeader header(SegmentIdentity id) {
		int checksum = id.checksum(this.payload.array(), this.payload.offset(), this.payload.length());
		return new RecordHeader(RecordHeader.REQUEST, id.signal(), 0, this.payload.length(), this.items, this.firstItem,
				this.sequence, this.acceptedAt, checksum);
	}

}
