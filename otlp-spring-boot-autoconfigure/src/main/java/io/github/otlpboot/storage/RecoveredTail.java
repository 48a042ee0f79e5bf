package io.github.otlpboot.storage;

/**
 * How the last segment of a log ends after its recovery.
 *
 * @param size its length in bytes; less than a header if not even that is whole, in which
 * case the segment has to be created again
 * @param nextSequence the lowest sequence that follows all that may be in it
 * @param nextItem the number of items in all its records and those before, since the log
 * began, negative if neither the header of the segment nor a record tells
 * @param cutBytes how many bytes were cut off
 * @param corruptRecords the number of records that are complete but have a damaged
 * payload; they are still there
 * @param newestAt when the last record was accepted, in milliseconds since the epoch,
 * {@code 0} if there is none
 */
record RecoveredTail(long size, long nextSequence, long nextItem, long cutBytes, int corruptRecords, long newestAt) {

}
