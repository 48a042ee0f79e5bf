package io.github.otlpboot.storage;

/**
 * What happens to a batch for which the log has no room.
 */
public enum WhenLogFull {

	/**
	 * The oldest segments make room for it; what had not been delivered of them counts as
	 * lost.
	 */
	DROP_OLDEST,

	/**
	 * It is refused, and the producer is told.
	 */
	REJECT

}
