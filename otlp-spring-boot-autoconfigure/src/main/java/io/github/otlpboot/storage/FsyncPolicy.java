package io.github.otlpboot.storage;

/**
 * When what was appended is made to survive a power loss. A killed process loses nothing
 * that was appended, whatever the policy.
 */
public enum FsyncPolicy {

	/**
	 * Before it is acknowledged: nothing that was accepted is lost.
	 */
	ALWAYS,

	/**
	 * At intervals: what was accepted since the last one may be lost.
	 */
	INTERVAL,

	/**
	 * Whenever the operating system likes to.
	 */
	NEVER

}
