package io.github.otlpboot.model;

import java.util.Locale;

/**
 * Why items that had been accepted will never be delivered.
 */
public enum LossReason {

	/**
	 * The oldest data had to go because the storage was full.
	 */
	RETENTION_SIZE,

	/**
	 * The data was older than it may be kept.
	 */
	RETENTION_AGE,

	/**
	 * The stored bytes failed their checksum, or could not be read for good.
	 */
	CORRUPT,

	/**
	 * The data had not been synced when the operating system went down.
	 */
	UNSYNCED,

	/**
	 * The destination refused the data for good.
	 */
	REJECTED,

	/**
	 * The destination took the request and refused some of its items.
	 */
	PARTIAL_SUCCESS,

	/**
	 * Without storage: the oldest data made room for new data.
	 */
	OVERFLOW,

	/**
	 * Without storage: the data was still in memory when the application ended.
	 */
	SHUTDOWN;

	private final String id = name().toLowerCase(Locale.ROOT);

	/**
	 * Return the value of the {@code reason} tag.
	 * @return the identifier, such as {@code partial_success}
	 */
	public String id() {
		return this.id;
	}

}
