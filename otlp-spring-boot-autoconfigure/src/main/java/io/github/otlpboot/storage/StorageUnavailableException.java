package io.github.otlpboot.storage;

import java.io.IOException;

import org.jspecify.annotations.Nullable;

/**
 * The storage directory cannot be used. The message tells an operator what is wrong and
 * what to do.
 */
public final class StorageUnavailableException extends IOException {

	private static final long serialVersionUID = 1L;

	/**
	 * Create an exception.
	 * @param message what is wrong and what to do
	 * @param cause what the file system says, {@code null} if it does not object
	 */
	public StorageUnavailableException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
