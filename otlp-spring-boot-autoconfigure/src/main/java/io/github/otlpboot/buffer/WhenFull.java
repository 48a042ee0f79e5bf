package io.github.otlpboot.buffer;

/**
 * What happens to a batch for which there is no room.
 */
public enum WhenFull {

	/**
	 * It is refused, and the producer is told.
	 */
	REJECT,

	/**
	 * The oldest batches that are not on their way to the destination make room for it.
	 * They count as lost. Where even that is not enough, nothing is dropped and the batch
	 * is refused.
	 */
	DROP_OLDEST

}
