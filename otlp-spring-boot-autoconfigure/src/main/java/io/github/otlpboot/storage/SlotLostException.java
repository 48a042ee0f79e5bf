package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/**
 * Something was appended to a slot that was taken away meanwhile, so that nobody may ever
 * read it. It has to be appended elsewhere.
 */
public final class SlotLostException extends IOException {

	private static final long serialVersionUID = 1L;

	SlotLostException(@Nullable Path slot) {
		super("The lock file of " + slot + " was deleted, and another instance may use it now");
	}

}
