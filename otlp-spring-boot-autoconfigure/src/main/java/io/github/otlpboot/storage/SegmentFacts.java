package io.github.otlpboot.storage;

import java.nio.file.Path;

/**
 * What is known of a segment without reading it.
 *
 * @param file the file
 * @param header what stands at its start
 * @param size its length in bytes, header included
 * @param end the place after its last record
 * @param newestAt no record of it was accepted later, in milliseconds since the epoch
 */
record SegmentFacts(Path file, SegmentHeader header, long size, LogPosition end, long newestAt) {

	LogPosition start() {
		return LogPosition.startOf(this.header);
	}

	long firstSequence() {
		return this.header.firstSequence();
	}

	boolean isEmpty() {
		return this.end.sequence() == this.header.firstSequence();
	}

}
