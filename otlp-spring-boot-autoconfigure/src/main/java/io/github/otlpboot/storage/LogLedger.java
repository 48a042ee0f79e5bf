package io.github.otlpboot.storage;

import java.util.List;
import java.util.Map;

import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.LossReason;

/**
 * What became of every item that was appended to a log since it began, also by earlier
 * processes, all at one moment.
 *
 * @param accepted the number of items appended
 * @param destinations what became of them at each destination
 */
public record LogLedger(long accepted, List<DestinationLedger> destinations) {

	public LogLedger {
		destinations = List.copyOf(destinations);
	}

	/**
	 * Return what became of the items at one destination.
	 * @param destination the name of the destination
	 * @return its part of the ledger
	 * @throws IllegalArgumentException if the log does not know the destination
	 */
	public DestinationLedger of(String destination) {
		return this.destinations.stream()
			.filter((ledger) -> ledger.destination().equals(destination))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("There is no destination '" + destination + "'"));
	}

	/**
	 * What became of the items at one destination:
	 * {@code accepted = delivered + pending +
	 * lost}.
	 *
	 * @param destination the name of the destination
	 * @param delivered the number of items that it took
	 * @param lost the number of items that it will never take, by reason
	 * @param pending what is not settled
	 */
	public record DestinationLedger(String destination, long delivered, Map<LossReason, Long> lost, Backlog pending) {

		public DestinationLedger {
			lost = Map.copyOf(lost);
		}

	}

}
