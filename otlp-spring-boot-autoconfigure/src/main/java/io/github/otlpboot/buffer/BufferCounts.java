package io.github.otlpboot.buffer;

import java.util.EnumMap;
import java.util.Map;

import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.RefusalReason;

/**
 * What a buffer has counted and what it holds, all at one moment. At every moment
 * {@code offered = accepted + refusedFull + refusedClosed}.
 *
 * @param offered the number of items offered so far
 * @param accepted the number of items accepted so far
 * @param refusedFull the number of items refused so far because they did not fit
 * @param refusedClosed the number of items refused so far because the buffer was closed
 * @param waiting what waits to be drained
 * @param heldBatches the number of batches that wait, or have been drained and not freed
 * @param heldItems the number of items in them
 * @param heldBytes their length in bytes
 */
public record BufferCounts(long offered, long accepted, long refusedFull, long refusedClosed, Backlog waiting,
		long heldBatches, long heldItems, long heldBytes) {

	/**
	 * Return how many items were refused so far.
	 * @return the number of items by reason; a reason that has not occurred is absent
	 */
	public Map<RefusalReason, Long> refused() {
		Map<RefusalReason, Long> refused = new EnumMap<>(RefusalReason.class);
		if (this.refusedFull > 0) {
			refused.put(RefusalReason.BUFFER_FULL, this.refusedFull);
		}
		if (this.refusedClosed > 0) {
			refused.put(RefusalReason.CLOSED, this.refusedClosed);
		}
		return refused;
	}

	Tally held() {
		return new Tally(this.heldBatches, this.heldItems, this.heldBytes);
	}

}
