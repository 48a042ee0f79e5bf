package io.github.otlpboot.storage;

import java.nio.file.Path;
import java.util.UUID;

import io.github.otlpboot.model.Signal;

/**
 * Where the log of one signal is.
 *
 * @param logId what all its files belong to
 * @param signal the signal
 * @param directory its segments
 * @param quarantine copies of what recovery cuts off
 */
record LogPlace(UUID logId, Signal signal, Path directory, Path quarantine) {

	SegmentIdentity identity(long firstSequence) {
		return new SegmentIdentity(this.logId, this.signal, firstSequence);
	}

}
