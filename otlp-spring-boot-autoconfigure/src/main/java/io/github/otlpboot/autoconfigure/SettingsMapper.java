package io.github.otlpboot.autoconfigure;

import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.WhenFull;
import io.github.otlpboot.pipeline.PipelineSettings;
import io.github.otlpboot.pipeline.StoragePlan;
import org.jspecify.annotations.Nullable;

/**
 * Turns properties into settings of the pipeline, and says which property is wrong where
 * one is.
 */
final class SettingsMapper {

	/** All buffers together take no more than this part of the heap. */
	private static final int HEAP_PART = 20;

	private final OtlpProperties properties;

	SettingsMapper(OtlpProperties properties) {
		this.properties = properties;
	}

	/**
	 * Return how much is held where.
	 * @param signals the number of signals that share the memory
	 * @param maxHeap the size of the heap in bytes
	 * @param storage what is stored, {@code null} for nothing
	 * @return the settings
	 */
	PipelineSettings pipeline(int signals, long maxHeap, @Nullable StoragePlan storage) {
		OtlpProperties.Buffer buffer = this.properties.buffer();
		if (storage != null && buffer.whenFull() == WhenFull.DROP_OLDEST) {
			throw new InvalidOtlpPropertyException("otlp.buffer.when-full", "drop-oldest",
					"goes with storage off only: with storage on, the buffer is on the way to the disk",
					"Remove it, or set 'otlp.storage.enabled' to false.");
		}
		int maxItems = PropertyCheck.positive("buffer.max-items", buffer.maxItems());
		long maxBytes = PropertyCheck.positive("buffer.max-size", buffer.maxSize(), "8MB");
		// With storage there are two buffers for each signal, the second one for a disk
		// that does not work.
		int buffers = Math.max(1, signals) * ((storage != null) ? 2 : 1);
		long share = Math.max(1, maxHeap / HEAP_PART / buffers);
		return new PipelineSettings(new BufferLimits(maxItems, Math.min(maxBytes, share)), buffer.whenFull(),
				PropertyCheck.notNegative("shutdown-timeout", this.properties.shutdownTimeout()), storage);
	}

}
