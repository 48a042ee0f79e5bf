package io.github.otlpboot.autoconfigure;

import io.github.otlpboot.pipeline.CredentialStatus;

/**
 * Proves to a destination who we are, with one header. Implementations are thread-safe,
 * and their {@code toString()} does not show the value.
 */
interface Credential {

	/**
	 * Return the name of the header.
	 * @return the name
	 */
	String headerName();

	/**
	 * Return the value as it is now.
	 * @return the secret
	 */
	String headerValue();

	/**
	 * Return where the value comes from.
	 * @return what may be shown
	 */
	CredentialStatus status();

	/**
	 * Look whether the value has changed. Called by one thread.
	 * @return {@code true} if it has
	 */
	default boolean refresh() {
		return false;
	}

	/**
	 * Return whether the value can change at all.
	 * @return {@code true} if it is worth while to look
	 */
	default boolean isRefreshable() {
		return false;
	}

}
