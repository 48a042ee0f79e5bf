package io.github.otlpboot.storage;

import java.nio.file.Path;
import java.util.Map;

import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

/**
 * What is stored where.
 *
 * @param directory the storage directory, which several instances may share
 * @param privateParent a directory above it that has to belong to the same user, because
 * everybody may create it; {@code null} for none
 * @param owner whose data it is
 * @param logs how the log of each signal is kept
 */
public record StorageSettings(Path directory, @Nullable Path privateParent, SlotOwner owner,
		Map<Signal, LogSettings> logs) {

	public StorageSettings {
		logs = Map.copyOf(logs);
	}

	/**
	 * Create settings for a directory below which nobody else can put anything.
	 * @param directory the storage directory
	 * @param owner whose data it is
	 * @param logs how the log of each signal is kept
	 */
	public StorageSettings(Path directory, SlotOwner owner, Map<Signal, LogSettings> logs) {
		this(directory, null, owner, logs);
	}

}
