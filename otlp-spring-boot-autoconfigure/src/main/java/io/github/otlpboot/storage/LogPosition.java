package io.github.otlpboot.storage;

/**
 * A place between two records of a log.
 *
 * @param sequence the sequence of the record that comes next
 * @param item the number of items in all records before it, since the log began
 * @param bytes the length in bytes of all records before it, since the log began
 */
record LogPosition(long sequence, long item, long bytes) {

	/** The first record of a log has the sequence 1. */
	static final LogPosition START = new LogPosition(1, 0, 0);

	static LogPosition startOf(SegmentHeader header) {
		return new LogPosition(header.firstSequence(), header.firstItem(), header.firstByte());
	}

	static LogPosition after(Cursor cursor) {
		return new LogPosition(cursor.acknowledged() + 1, cursor.items(), cursor.bytes());
	}

	LogPosition plus(int items, long frameLength) {
		return new LogPosition(this.sequence + 1, this.item + items, this.bytes + frameLength);
	}

	/**
	 * Return the later of two places, number by number: counts never go back.
	 * @param other the other one
	 * @return a place that is behind neither
	 */
	LogPosition max(LogPosition other) {
		return new LogPosition(Math.max(this.sequence, other.sequence), Math.max(this.item, other.item),
				Math.max(this.bytes, other.bytes));
	}

}
