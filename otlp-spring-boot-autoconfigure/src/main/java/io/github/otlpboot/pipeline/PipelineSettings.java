package io.github.otlpboot.pipeline;

import java.time.Duration;

import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.WhenFull;
import org.jspecify.annotations.Nullable;

/**
 * How much is held where, and how long the end may take.
 *
 * @param buffer how much is held in memory for each signal
 * @param whenFull what happens beyond that, where nothing is stored
 * @param shutdownTimeout how long closing may wait for the network
 * @param storage what is stored, {@code null} for nothing
 */
public record PipelineSettings(BufferLimits buffer, WhenFull whenFull, Duration shutdownTimeout,
		@Nullable StoragePlan storage) {

	public PipelineSettings {
		if (shutdownTimeout.isNegative()) {
			throw new IllegalArgumentException("'shutdownTimeout' must not be negative, but is " + shutdownTimeout);
		}
	}

}
