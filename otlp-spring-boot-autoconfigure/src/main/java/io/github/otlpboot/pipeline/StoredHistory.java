package io.github.otlpboot.pipeline;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.buffer.MemoryLedger;
import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.pipeline.SignalLedger.Earlier;
import io.github.otlpboot.pipeline.SignalLedger.RouteLedger;
import io.github.otlpboot.storage.LogLedger.DestinationLedger;

/**
 * What the logs of one signal had counted when they were opened, and what those had in
 * the end that have been deleted since.
 *
 * @param accepted the number of items that earlier processes appended, less what other
 * instances have taken over
 * @param earlier what earlier processes made of them
 * @param retired what became of the items in logs that are gone
 */
record StoredHistory(long accepted, Earlier earlier, Earlier retired) {

	static final StoredHistory NONE = new StoredHistory(0, Earlier.NOTHING, Earlier.NOTHING);

	StoredHistory plus(long acceptedBefore, DestinationLedger before) {
		return new StoredHistory(this.accepted + acceptedBefore, add(this.earlier, before), this.retired);
	}

	StoredHistory retire(DestinationLedger end) {
		return new StoredHistory(this.accepted, this.earlier, add(this.retired, end));
	}

	/**
	 * Take out what another instance gives out from now on.
	 * @param items how many items
	 * @return the history, of which {@code accepted} may be negative
	 */
	StoredHistory handOver(long items) {
		return new StoredHistory(this.accepted - items, this.earlier, this.retired);
	}

	private static Earlier add(Earlier sum, DestinationLedger ledger) {
		Map<LossReason, Long> lost = new EnumMap<>(LossReason.class);
		lost.putAll(sum.lost());
		ledger.lost().forEach((reason, items) -> lost.merge(reason, items, Long::sum));
		return new Earlier(sum.delivered() + ledger.delivered(), lost);
	}

	Sum sum(String destination) {
		return new Sum(destination, this);
	}

	/**
	 * Adds up what became of items that are kept in several places. Not thread-safe.
	 */
	static final class Sum {

		private final String destination;

		private final Earlier earlier;

		private final Map<LossReason, Long> lost = new EnumMap<>(LossReason.class);

		private final List<Backlog> pending = new ArrayList<>();

		private long delivered;

		private Sum(String destination, StoredHistory history) {
			this.destination = destination;
			this.earlier = history.earlier();
			add(history.retired().delivered(), history.retired().lost(), Backlog.EMPTY);
		}

		void add(DestinationLedger ledger) {
			add(ledger.delivered(), ledger.lost(), ledger.pending());
		}

		void add(MemoryLedger ledger) {
			add(ledger.delivered(), ledger.lost(), ledger.pending());
		}

		private void add(long deliveredItems, Map<LossReason, Long> lostItems, Backlog pendingItems) {
			this.delivered += deliveredItems;
			lostItems.forEach((reason, items) -> this.lost.merge(reason, items, Long::sum));
			this.pending.add(pendingItems);
		}

		RouteLedger ledger() {
			return new RouteLedger(this.destination, this.delivered, SourceChain.sum(this.pending), this.lost,
					this.earlier);
		}

	}

}
