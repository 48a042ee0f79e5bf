package io.github.otlpboot.pipeline;

import java.time.Duration;

import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.WhenFull;

/**
 * How much is held in memory, and how long the end may take.
 *
 * @param buffer how much is held for each signal
 * @param whenFull what happens beyond that
 * @param shutdownTimeout how long closing may wait for the network
 */
public record PipelineSettings(BufferLimits buffer, WhenFull whenFull, Duration shutdownTimeout) {

	public PipelineSettings {
		if (shutdownTimeout.isNegative()) {
			throw new IllegalArgumentException("'shutdownTimeout' must not be negative, but is " + shutdownTimeout);
		}
	}

}
