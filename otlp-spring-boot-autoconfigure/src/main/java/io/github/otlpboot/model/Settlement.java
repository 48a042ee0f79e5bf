package io.github.otlpboot.model;

import java.util.Map;

/**
 * What became of the items of one batch.
 *
 * @param delivered the number of items that the destination took
 * @param lost the number of items that it will never take, by reason
 */
public record Settlement(int delivered, Map<LossReason, Integer> lost) {

	public Settlement {
		if (delivered < 0) {
			throw new IllegalArgumentException("'delivered' must not be negative, but is " + delivered);
		}
		lost = Map.copyOf(lost);
		lost.forEach((reason, count) -> {
			if (count <= 0) {
				throw new IllegalArgumentException("'lost' must be positive, but is " + count + " for " + reason.id());
			}
		});
	}

	/**
	 * Return the settlement of a batch that was taken whole.
	 * @param items the number of items in it
	 * @return the settlement
	 */
	public static Settlement delivered(int items) {
		return new Settlement(items, Map.of());
	}

	/**
	 * Return the settlement of a batch that was lost whole.
	 * @param items the number of items in it
	 * @param reason why
	 * @return the settlement
	 */
	public static Settlement lost(int items, LossReason reason) {
		return new Settlement(0, (items > 0) ? Map.of(reason, items) : Map.of());
	}

	/**
	 * Return the number of items that this settlement accounts for.
	 * @return delivered and lost together
	 */
	public int items() {
		return this.delivered + this.lost.values().stream().mapToInt(Integer::intValue).sum();
	}

}
