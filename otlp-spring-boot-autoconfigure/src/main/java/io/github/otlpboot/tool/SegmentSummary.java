package io.github.otlpboot.tool;

import java.nio.file.Path;

/**
 * What is in a segment. Records that the segment after it has again, because they were
 * never acknowledged from this one, are left out.
 *
 * @param file the segment
 * @param firstSequence the sequence of the first record
 * @param lastSequence the sequence of the last record, one less than the first if there
 * is none
 * @param createdAt when it was created, in milliseconds since the epoch, {@code 0} if
 * that is not known
 * @param size its length in bytes
 * @param records the number of records with a whole header
 * @param items the number of items in them
 * @param corrupt how many of the records have a damaged payload; not known unless
 * payloads were read
 * @param damaged the number of stretches without a readable header, records behind them
 * @param torn how many bytes at its end are no whole record
 */
record SegmentSummary(Path file, long firstSequence, long lastSequence, long createdAt, long size, long records,
		long items, long corrupt, long damaged, long torn) {

}
