package io.github.otlpboot.buffer;

import java.util.Collection;
import java.util.Map;

import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.RefusalReason;

/**
 * What became of every item offered since the start, all at one moment. Each number is
 * counted on its own, none is the difference of others.
 *
 * @param offered the number of items offered
 * @param accepted the number of items accepted
 * @param refused the number of items refused, by reason; a reason that has not occurred
 * is absent
 * @param delivered the number of items that the destination took
 * @param lost the number of items accepted and lost, by reason; a reason that has not
 * occurred is absent
 * @param pending what is held in memory
 */
public record MemoryLedger(long offered, long accepted, Map<RefusalReason, Long> refused, long delivered,
		Map<LossReason, Long> lost, Backlog pending) {

	public MemoryLedger {
		refused = Map.copyOf(refused);
		lost = Map.copyOf(lost);
	}

	/**
	 * Return how many items were refused for whatever reason.
	 * @return the number of items
	 */
	public long refusedItems() {
		return sum(this.refused.values());
	}

	/**
	 * Return how many items were accepted and lost for whatever reason.
	 * @return the number of items
	 */
	public long lostItems() {
		return sum(this.lost.values());
	}

	/**
	 * Return whether every item is accounted for: {@code offered = accepted + refused}
	 * and {@code accepted = delivered + pending + lost}.
	 * @return {@code true} unless there is a defect
	 */
	public boolean isBalanced() {
		return this.offered == this.accepted + refusedItems()
				&& this.accepted == this.delivered + this.pending.items() + lostItems();
	}

	private static long sum(Collection<Long> counts) {
		return counts.stream().mapToLong(Long::longValue).sum();
	}

}
