package io.github.otlpboot.model;

import org.jspecify.annotations.Nullable;

/**
 * What one route reads: the accepted batches of one signal, oldest first, each settled
 * once when its fate is known.
 * <p>
 * {@link #next} and {@link #settle} are called by one thread, that of the forwarder;
 * {@link #backlog} by any.
 */
public interface BatchSource {

	/**
	 * Return the signal of all batches.
	 * @return the signal
	 */
	Signal signal();

	/**
	 * Return what {@link #next} has not handed out yet.
	 * @return the unread part of the backlog
	 */
	Backlog unread();

	/**
	 * Hand out the oldest batch that has not been handed out, if it fits.
	 * @param maxItems the most items it may hold
	 * @param maxBytes the most bytes it may hold
	 * @return the batch, to be settled later, or {@code null} if none waits or the next
	 * one does not fit
	 */
	@Nullable SourcedBatch next(long maxItems, long maxBytes);

	/**
	 * Record the fate of a batch and release its payload. Batches may be settled in any
	 * order, each exactly once.
	 * @param batch a batch that {@link #next} has returned
	 * @param settlement what became of its items, all of them
	 */
	void settle(SourcedBatch batch, Settlement settlement);

	/**
	 * Return all that has been accepted and not settled, handed out or not.
	 * @return the whole backlog
	 */
	Backlog backlog();

}
