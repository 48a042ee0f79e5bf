package io.github.otlpboot.storage;

import java.util.UUID;

import io.github.otlpboot.model.Signal;

/**
 * What stands at the start of a segment. The cumulative counts make pending and lost
 * plain subtractions, also across segments that are damaged or gone.
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

}
