package io.github.otlpboot.autoconfigure;

import io.github.otlpboot.pipeline.CredentialStatus;

/**
 * A credential that stays what it was when the application started.
 *
 * @param headerName the name of the header
 * @param headerValue the secret
 * @param status where it comes from
 */
record FixedCredential(String headerName, String headerValue, CredentialStatus status) implements Credential {

	@Override
	public String toString() {
		return "FixedCredential[headerName=" + this.headerName + ", source=" + this.status.source() + "]";
	}

}
