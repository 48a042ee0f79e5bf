package io.github.otlpboot.model;

import java.util.Locale;

/**
 * Why items were refused when they were offered. The producer was told at once, so that
 * it can count them too.
 */
public enum RefusalReason {

	/**
	 * The memory buffer holds as many items or bytes as it may.
	 */
	BUFFER_FULL,

	/**
	 * The log on disk is full and set to reject.
	 */
	LOG_FULL,

	/**
	 * A single item is larger than one request may be.
	 */
	TOO_LARGE,

	/**
	 * The pipeline has been closed.
	 */
	CLOSED,

	/**
	 * The queue in front of the pipeline, which the OpenTelemetry SDK keeps, had no room.
	 */
	QUEUE_FULL;

	private final String id = name().toLowerCase(Locale.ROOT);

	/**
	 * Return the value of the {@code reason} tag.
	 * @return the identifier, such as {@code buffer_full}
	 */
	public String id() {
		return this.id;
	}

}
