package io.github.otlpboot.forwarder;

import io.github.otlpboot.model.LossReason;

/**
 * Is told what happens on a route, by the forwarder's thread.
 */
public interface RouteListener {

	/**
	 * Called after an attempt, when the outcome of its items is on record.
	 * @param route the route
	 * @param result the outcome
	 * @param nanos how long the attempt took, in nanoseconds
	 */
	default void onAttempt(Route route, SendResult result, long nanos) {
	}

	/**
	 * Called when a route that was delivering does so no longer, and when it does again.
	 * @param route the route
	 * @param from the state before
	 * @param to the state after
	 */
	default void onStateChange(Route route, RouteState from, RouteState to) {
	}

	/**
	 * Called when items were lost on the way.
	 * @param route the route
	 * @param items how many
	 * @param reason why
	 */
	default void onLoss(Route route, int items, LossReason reason) {
	}

}
