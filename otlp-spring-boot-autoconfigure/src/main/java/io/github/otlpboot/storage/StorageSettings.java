package io.github.otlpboot.storage;

import java.nio.file.Path;
import java.util.Map;

import io.github.otlpboot.model.Signal;

/**
 * What is stored where.
 *
 * @param directory the storage directory, which several instances may share
 * @param owner whose data it is
 * @param logs how the log of each signal is kept
 */
public record StorageSettings(Path directory, SlotOwner owner, Map<Signal, LogSettings> logs) {

	public StorageSettings {
		logs = Map.copyOf(logs);
	}

}
