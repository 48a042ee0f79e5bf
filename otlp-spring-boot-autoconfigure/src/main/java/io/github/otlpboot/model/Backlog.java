package io.github.otlpboot.model;

/**
 * How much waits.
 *
 * @param batches the number of batches
 * @param items the number of items in them
 * @param bytes their length in bytes
 * @param oldestAcceptedAt when the oldest was accepted, in milliseconds since the epoch;
 * {@code 0} if nothing waits
 */
public record Backlog(long batches, long items, long bytes, long oldestAcceptedAt) {

	/**
	 * Nothing waits.
	 */
	public static final Backlog EMPTY = new Backlog(0, 0, 0, 0);

	/**
	 * Return whether nothing waits.
	 * @return {@code true} if there is no batch
	 */
	public boolean isEmpty() {
		return this.batches == 0;
	}

}
