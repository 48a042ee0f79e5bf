package io.github.otlpboot.pipeline;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;

/**
 * What became of every item of one signal, all at one moment: {@code offered = accepted +
 * refused}, and for each route {@code accepted = delivered + pending + lost}. Each number
 * is counted on its own, none is the difference of others.
 * <p>
 * With storage on, the counts go on where the process before left off, as far as the disk
 * knows. It does not know what was refused, which is counted anew, nor what was accepted
 * while it did not work, and was delivered or lost from memory before it worked again:
 * all of that is in the counts of the process that it happened in, and in no later one.
 * They balance either way.
 *
 * @param signal the signal
 * @param offered the number of items offered
 * @param accepted the number of items accepted
 * @param earlier how many of them earlier processes accepted, less what another instance
 * has taken over, so that it may be negative
 * @param refused the number of items refused, by reason
 * @param routes what became of the accepted items at each destination
 */
public record SignalLedger(Signal signal, long offered, long accepted, long earlier, Map<RefusalReason, Long> refused,
		List<RouteLedger> routes) {

	public SignalLedger {
		refused = Map.copyOf(refused);
		routes = List.copyOf(routes);
	}

	/**
	 * Create a ledger without a history.
	 * @param signal the signal
	 * @param offered the number of items offered
	 * @param accepted the number of items accepted
	 * @param refused the number of items refused, by reason
	 * @param routes what became of the accepted items at each destination
	 */
	public SignalLedger(Signal signal, long offered, long accepted, Map<RefusalReason, Long> refused,
			List<RouteLedger> routes) {
		this(signal, offered, accepted, 0, refused, routes);
	}

	SignalLedger plusRefused(Map<RefusalReason, Long> others) {
		Map<RefusalReason, Long> sum = new EnumMap<>(RefusalReason.class);
		sum.putAll(this.refused);
		others.forEach((reason, items) -> sum.merge(reason, items, Long::sum));
		return new SignalLedger(this.signal, this.offered + sum(others), this.accepted, this.earlier, sum, this.routes);
	}

	/**
	 * Return how many items were offered since this process started.
	 * @return the number of items; it never falls
	 */
	public long offeredHere() {
		return this.offered - this.earlier;
	}

	/**
	 * Return how many items were accepted since this process started.
	 * @return the number of items; it never falls
	 */
	public long acceptedHere() {
		return this.accepted - this.earlier;
	}

	/**
	 * Return how many items were refused for whatever reason.
	 * @return the number of items
	 */
	public long refusedItems() {
		return sum(this.refused);
	}

	/**
	 * Return whether every item is accounted for.
	 * @return {@code true} unless there is a defect
	 */
	public boolean isBalanced() {
		return this.offered == this.accepted + refusedItems()
				&& this.routes.stream().allMatch((route) -> this.accepted == route.items());
	}

	private static long sum(Map<?, Long> counts) {
		return counts.values().stream().mapToLong(Long::longValue).sum();
	}

	/**
	 * What became of the accepted items at one destination.
	 *
	 * @param destination the name of the destination
	 * @param delivered the number of items that it took
	 * @param pending what has not been settled
	 * @param lost the number of items that it will never take, by reason
	 * @param earlier what of it happened in earlier processes
	 */
	public record RouteLedger(String destination, long delivered, Backlog pending, Map<LossReason, Long> lost,
			Earlier earlier) {

		public RouteLedger {
			lost = Map.copyOf(lost);
		}

		/**
		 * Create a ledger without a history.
		 * @param destination the name of the destination
		 * @param delivered the number of items that it took
		 * @param pending what has not been settled
		 * @param lost the number of items that it will never take, by reason
		 */
		public RouteLedger(String destination, long delivered, Backlog pending, Map<LossReason, Long> lost) {
			this(destination, delivered, pending, lost, Earlier.NOTHING);
		}

		/**
		 * Return how many items were delivered since this process started, those included
		 * that an earlier one accepted.
		 * @return the number of items; it never falls
		 */
		public long deliveredHere() {
			return this.delivered - this.earlier.delivered();
		}

		/**
		 * Return how many items were lost since this process started.
		 * @param reason why
		 * @return the number of items; it never falls
		 */
		public long lostHere(LossReason reason) {
			return this.lost.getOrDefault(reason, 0L) - this.earlier.lost().getOrDefault(reason, 0L);
		}

		/**
		 * Return how many items were lost since this process started, for whatever
		 * reason.
		 * @return the number of items; it never falls
		 */
		public long lostItemsHere() {
			return lostItems() - sum(this.earlier.lost());
		}

		/**
		 * Return how many items were lost for whatever reason.
		 * @return the number of items
		 */
		public long lostItems() {
			return sum(this.lost);
		}

		/**
		 * Return how many items are accounted for.
		 * @return delivered, pending and lost together
		 */
		public long items() {
			return this.delivered + this.pending.items() + lostItems();
		}

	}

	/**
	 * What happened in earlier processes.
	 *
	 * @param delivered the number of items delivered
	 * @param lost the number of items lost, by reason
	 */
	public record Earlier(long delivered, Map<LossReason, Long> lost) {

		/**
		 * There was none.
		 */
		public static final Earlier NOTHING = new Earlier(0, Map.of());

		public Earlier {
			lost = Map.copyOf(lost);
		}

	}

}
