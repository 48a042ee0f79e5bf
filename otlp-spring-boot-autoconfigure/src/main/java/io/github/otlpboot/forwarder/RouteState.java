package io.github.otlpboot.forwarder;

/**
 * How a route is doing, from best to worst.
 */
public enum RouteState {

	/**
	 * Nothing waits and nothing has failed since the last success.
	 */
	IDLE,

	/**
	 * Requests are being sent and accepted.
	 */
	DELIVERING,

	/**
	 * The last attempt failed and another will be made.
	 */
	RETRYING,

	/**
	 * The destination refuses the way we ask; data is kept until someone mends it.
	 */
	PAUSED

}
