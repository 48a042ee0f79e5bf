package io.github.otlpboot.storage;

import java.util.Map;

import io.github.otlpboot.model.LossReason;

/**
 * How far a destination has come in the log of one signal: every record up to a sequence
 * is settled. At every moment {@code items = delivered + lost}, but for what another
 * instance has taken over.
 *
 * @param acknowledged the sequence of the last record of the settled prefix, {@code 0} if
 * there is none
 * @param segment the first sequence of the segment that holds what comes next, a hint
 * that saves a search
 * @param offset where in that segment it starts, in bytes; a hint as well
 * @param items the number of items in the settled prefix, since the log began
 * @param bytes the length of its records in bytes, since the log began
 * @param delivered the number of items that the destination took
 * @param lost the number of items that it will never take, by reason
 */
public record Cursor(long acknowledged, long segment, long offset, long items, long bytes, long delivered,
		Map<LossReason, Long> lost) {

	/**
	 * Nothing is settled yet.
	 */
	public static final Cursor START = new Cursor(0, 0, 0, 0, 0, 0, Map.of());

	public Cursor {
		lost = Map.copyOf(lost);
	}

}
