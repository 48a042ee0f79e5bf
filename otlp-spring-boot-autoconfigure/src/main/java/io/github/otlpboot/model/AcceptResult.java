package io.github.otlpboot.model;

import org.jspecify.annotations.Nullable;

/**
 * What became of an offered batch. Where a batch holds an item that is too large for any
 * request, the others are accepted and that one is refused, so both counts can be
 * positive.
 *
 * @param accepted the number of items that will be delivered or counted as lost
 * @param refused the number of items that were turned away
 * @param reason why items were refused, {@code null} if none was
 */
public record AcceptResult(int accepted, int refused, @Nullable RefusalReason reason) {

	public AcceptResult {
		if (accepted < 0 || refused < 0) {
			throw new IllegalArgumentException(
					"'accepted' and 'refused' must not be negative, but are " + accepted + " and " + refused);
		}
		if ((reason != null) != (refused > 0)) {
			throw new IllegalArgumentException("'reason' must be set if and only if items were refused");
		}
	}

	/**
	 * Return the result of a batch that was taken whole.
	 * @param items the number of items in it
	 * @return the result
	 */
	public static AcceptResult accepted(int items) {
		return new AcceptResult(items, 0, null);
	}

	/**
	 * Return the result of a batch that was turned away whole.
	 * @param items the number of items in it, at least 1
	 * @param reason why it was refused
	 * @return the result
	 */
	public static AcceptResult refused(int items, RefusalReason reason) {
		return new AcceptResult(0, items, reason);
	}

	/**
	 * Return whether every item was accepted.
	 * @return {@code true} if nothing was refused
	 */
	public boolean isAccepted() {
		return this.refused == 0;
	}

}
