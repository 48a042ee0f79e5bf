package io.github.otlpboot.storage;

import java.time.Duration;

/**
 * How the log of one signal is kept.
 *
 * @param maxSize the most bytes that its segments take
 * @param maxAge how long undelivered data is kept
 * @param segmentSize where a segment ends, in bytes; at most a quarter of
 * {@code maxSize}, so that dropping the oldest segment never drops everything
 * @param segmentAge when a segment ends although there is room in it
 * @param minFreeSpace the free space of the volume below which the log does not grow, in
 * bytes
 * @param whenFull what happens to a batch for which there is no room
 * @param keepDelivered how long delivered data stays readable
 * @param fsync when what was appended is made to survive a power loss
 * @param fsyncInterval how often, where that is done at intervals; also how often cursors
 * are saved at most, unless that happens at once
 * @param cursorAtOnce whether a cursor is saved as soon as something was delivered, for
 * data that must not be sent twice if that can be avoided
 */
public record LogSettings(long maxSize, Duration maxAge, long segmentSize, Duration segmentAge, long minFreeSpace,
		WhenLogFull whenFull, Duration keepDelivered, FsyncPolicy fsync, Duration fsyncInterval, boolean cursorAtOnce) {

	/**
	 * The smallest segment that makes sense, in bytes.
	 */
	public static final long MIN_SEGMENT_SIZE = 4096;

	public LogSettings {
		if (segmentSize < MIN_SEGMENT_SIZE || segmentSize > maxSize / 4) {
			throw new IllegalArgumentException("'segmentSize' must be from " + MIN_SEGMENT_SIZE
					+ " to a quarter of 'maxSize' (" + maxSize + "), but is " + segmentSize);
		}
		requirePositive("maxAge", maxAge);
		requirePositive("segmentAge", segmentAge);
		requirePositive("fsyncInterval", fsyncInterval);
		if (minFreeSpace < 0) {
			throw new IllegalArgumentException("'minFreeSpace' must not be negative, but is " + minFreeSpace);
		}
		if (keepDelivered.isNegative()) {
			throw new IllegalArgumentException("'keepDelivered' must not be negative, but is " + keepDelivered);
		}
	}

	/**
	 * Create settings of a log whose cursors are saved at intervals.
	 * @param maxSize the most bytes that its segments take
	 * @param maxAge how long undelivered data is kept
	 * @param segmentSize where a segment ends, in bytes
	 * @param segmentAge when a segment ends although there is room in it
	 * @param minFreeSpace the free space of the volume below which the log does not grow
	 * @param whenFull what happens to a batch for which there is no room
	 * @param keepDelivered how long delivered data stays readable
	 * @param fsync when what was appended is made to survive a power loss
	 * @param fsyncInterval how often, where that is done at intervals
	 */
	public LogSettings(long maxSize, Duration maxAge, long segmentSize, Duration segmentAge, long minFreeSpace,
			WhenLogFull whenFull, Duration keepDelivered, FsyncPolicy fsync, Duration fsyncInterval) {
		this(maxSize, maxAge, segmentSize, segmentAge, minFreeSpace, whenFull, keepDelivered, fsync, fsyncInterval,
				false);
	}

	private static void requirePositive(String name, Duration value) {
		if (value.isZero() || value.isNegative()) {
			throw new IllegalArgumentException("'" + name + "' must be positive, but is " + value);
		}
	}

	/**
	 * Return the largest payload that fits into a segment.
	 * @return the length in bytes
	 */
	public long maxPayload() {
		return this.segmentSize - SegmentHeader.LENGTH - RecordHeader.LENGTH;
	}

}
