package io.github.otlpboot.buffer;

import java.util.List;
import java.util.function.LongConsumer;

import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.RefusalReason;
import org.jspecify.annotations.Nullable;

/**
 * The way in where nothing is stored.
 * <p>
 * Thread-safe; has no state of its own.
 */
public final class MemoryStore {

	private final MemoryBatchSource source;

	private final WhenFull whenFull;

	private final LongConsumer onDropped;

	/**
	 * Create a store.
	 * @param source where the batches are read
	 * @param whenFull what happens to a batch for which there is no room
	 * @param onDropped told how many items were dropped to make room, outside any lock,
	 * by the thread that offered
	 */
	public MemoryStore(MemoryBatchSource source, WhenFull whenFull, LongConsumer onDropped) {
		this.source = source;
		this.whenFull = whenFull;
		this.onDropped = onDropped;
	}

	/**
	 * Offer several batches, all or none.
	 * @param batches the batches in order
	 * @return {@code null} if all were accepted and now belong to the store, otherwise
	 * why none was, in which case they stay the caller's
	 * @throws IllegalArgumentException if a batch is of another signal
	 */
	public @Nullable RefusalReason accept(List<Batch> batches) {
		return switch (this.whenFull) {
			case REJECT -> this.source.offer(batches);
			case DROP_OLDEST -> this.source.offerDroppingOldest(batches, this.onDropped);
		};
	}

}
