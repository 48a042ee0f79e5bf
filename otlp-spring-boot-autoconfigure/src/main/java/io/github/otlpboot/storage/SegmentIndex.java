package io.github.otlpboot.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * The segments of a log, oldest first, of which the last may be the active one, and the
 * end of the log. Not thread-safe: the lock of its log guards it.
 */
final class SegmentIndex {

	private final TreeMap<Long, SegmentFacts> segments = new TreeMap<>();

	private LogPosition end;

	private @Nullable SegmentFacts active;

	private long used;

	SegmentIndex(List<SegmentFacts> sealed, LogPosition end) {
		sealed.forEach(this::put);
		this.end = end;
	}

	LogPosition end() {
		return this.end;
	}

	/**
	 * Return how much all segments take.
	 * @return the length in bytes
	 */
	long used() {
		return this.used;
	}

	/**
	 * Show what has been appended to the active segment.
	 * @param segment the active segment, known before or new
	 */
	void publish(SegmentFacts segment) {
		put(segment);
		this.active = segment;
		this.end = segment.end();
	}

	void seal() {
		this.active = null;
	}

	void remove(SegmentFacts segment) {
		SegmentFacts removed = this.segments.remove(segment.firstSequence());
		this.used -= (removed != null) ? removed.size() : 0;
	}

	private void put(SegmentFacts segment) {
		SegmentFacts previous = this.segments.put(segment.firstSequence(), segment);
		this.used += segment.size() - ((previous != null) ? previous.size() : 0);
	}

	List<SegmentFacts> sealed() {
		List<SegmentFacts> sealed = new ArrayList<>(this.segments.values());
		sealed.remove(this.active);
		return sealed;
	}

	/**
	 * Find the segment that holds a record, or the first one after it.
	 * @param sequence the sequence of the record
	 * @return the segment, {@code null} if the log ends before it
	 */
	@Nullable SegmentFacts find(long sequence) {
		Map.Entry<Long, SegmentFacts> candidate = this.segments.floorEntry(sequence);
		if (candidate == null || candidate.getValue().end().sequence() <= sequence) {
			candidate = this.segments.higherEntry(sequence);
		}
		return (candidate != null) ? candidate.getValue() : null;
	}

	/**
	 * Return where a segment ends for a reader: where the next one starts, so that a gap
	 * between the two belongs to it.
	 * @param segment the segment
	 * @return the place
	 */
	LogPosition endFor(SegmentFacts segment) {
		Map.Entry<Long, SegmentFacts> next = this.segments.higherEntry(segment.firstSequence());
		return (next != null) ? next.getValue().start() : this.end;
	}

}
