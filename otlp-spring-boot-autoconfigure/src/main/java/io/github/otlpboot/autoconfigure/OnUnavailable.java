package io.github.otlpboot.autoconfigure;

/**
 * What happens where the storage directory cannot be used at the start.
 */
public enum OnUnavailable {

	/**
	 * Telemetry is kept in memory, health says so, and the directory is tried again.
	 */
	MEMORY,

	/**
	 * The application does not start.
	 */
	FAIL

}
