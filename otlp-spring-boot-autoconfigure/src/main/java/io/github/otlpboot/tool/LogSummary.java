package io.github.otlpboot.tool;

import java.util.List;

import io.github.otlpboot.storage.Cursor;
import io.github.otlpboot.storage.CursorView;

/**
 * What is in the log of one signal.
 *
 * @param segments its segments, oldest first
 * @param cursors how far each destination has come
 * @param endItem the number of items that were ever accepted, {@code -1} if that is not
 * known
 * @param endByte the length of their records in bytes, {@code -1} if that is not known
 * @param problems what is wrong, a sentence each
 */
record LogSummary(List<SegmentSummary> segments, List<CursorView> cursors, long endItem, long endByte,
		List<String> problems) {

	LogSummary {
		segments = List.copyOf(segments);
		cursors = List.copyOf(cursors);
		problems = List.copyOf(problems);
	}

	boolean isEmpty() {
		return this.segments.isEmpty() && this.cursors.isEmpty() && this.problems.isEmpty();
	}

	long records() {
		return this.segments.stream().mapToLong(SegmentSummary::records).sum();
	}

	long items() {
		return this.segments.stream().mapToLong(SegmentSummary::items).sum();
	}

	long bytes() {
		return this.segments.stream().mapToLong(SegmentSummary::size).sum();
	}

	/**
	 * Return how many items a destination has not settled yet.
	 * @param cursor how far it has come
	 * @return the number of items, {@code -1} if it is not known
	 */
	long pendingItems(Cursor cursor) {
		return pending(this.endItem, cursor.items());
	}

	/**
	 * Return how long the records are that a destination has not settled yet.
	 * @param cursor how far it has come
	 * @return the length in bytes, {@code -1} if it is not known
	 */
	long pendingBytes(Cursor cursor) {
		return pending(this.endByte, cursor.bytes());
	}

	private long pending(long end, long settled) {
		if (this.segments.isEmpty()) {
			return 0;
		}
		return (end < 0) ? -1 : Math.max(0, end - settled);
	}

}
