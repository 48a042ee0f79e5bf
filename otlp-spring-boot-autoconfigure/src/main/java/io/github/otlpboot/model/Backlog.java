package io.github.otlpboot.model;

import java.util.Collection;
import java.util.List;

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
	 * Add up what waits in several places.
	 * @param backlogs what waits in each
	 * @return how much it is, as old as the oldest of it
	 */
	public static Backlog sum(Collection<Backlog> backlogs) {
		List<Backlog> waiting = backlogs.stream().filter((backlog) -> !backlog.isEmpty()).toList();
		return new Backlog(waiting.stream().mapToLong(Backlog::batches).sum(),
				waiting.stream().mapToLong(Backlog::items).sum(), waiting.stream().mapToLong(Backlog::bytes).sum(),
				waiting.stream().mapToLong(Backlog::oldestAcceptedAt).min().orElse(0));
	}

	/**
	 * Return whether nothing waits.
	 * @return {@code true} if there is no batch
	 */
	public boolean isEmpty() {
		return this.batches == 0;
	}

}
