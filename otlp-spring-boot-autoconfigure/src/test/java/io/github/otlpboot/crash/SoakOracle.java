package io.github.otlpboot.crash;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.OtlpTestRequest;
import io.opentelemetry.proto.common.v1.KeyValue;

/**
 * Knows, a bit for each item, what was acknowledged, what has arrived and what the
 * collector has refused. What carries no number is the starter's own telemetry and is
 * left out. Thread-safe.
 */
final class SoakOracle {

	private final Object lock = new Object();

	private final Map<Signal, Account> accounts = new EnumMap<>(Signal.class);

	private final List<String> wrong = new ArrayList<>();

	SoakOracle() {
		for (Signal signal : Signal.values()) {
			this.accounts.put(signal, new Account());
		}
	}

	/**
	 * Take note of what a process has announced.
	 * @param words the announcement
	 */
	void announced(List<String> words) {
		for (Signal signal : Signal.values()) {
			if (words.get(0).equals(AcknowledgingExporters.ACKNOWLEDGED + signal.id())) {
				synchronized (this.lock) {
					words.stream()
						.skip(1)
						.filter((id) -> !id.equals("null"))
						.map((id) -> Item.of(signal, id))
						.forEach((item) -> set(this.accounts.get(signal).acknowledged, item));
				}
			}
		}
	}

	/**
	 * Take note of an answer.
	 * @param request the request
	 * @param refused how many of its items are refused, the first ones; the others are
	 * taken
	 */
	void answered(OtlpTestRequest request, int refused) {
		List<Item> items = items(request);
		synchronized (this.lock) {
			for (int i = 0; i < items.size(); i++) {
				Account account = this.accounts.get(items.get(i).signal());
				set((i < refused) ? account.refused : account.arrived, items.get(i));
				account.received++;
			}
		}
	}

	/**
	 * Return what is in a request.
	 * @param request the request
	 * @return the items with a number
	 */
	List<Item> items(OtlpTestRequest request) {
		List<Item> items = new ArrayList<>();
		request.spans().forEach((span) -> add(items, Signal.TRACES, span.getAttributesList()));
		request.logRecords().forEach((log) -> add(items, Signal.LOGS, log.getAttributesList()));
		request.metrics()
			.stream()
			.filter((metric) -> metric.getName().equals(SoakLoad.WORK))
			.flatMap((metric) -> metric.getGauge().getDataPointsList().stream())
			.forEach((point) -> add(items, Signal.METRICS, point.getAttributesList()));
		return items;
	}

	private void add(List<Item> items, Signal signal, List<KeyValue> attributes) {
		Map<String, String> values = new HashMap<>();
		attributes.forEach((attribute) -> values.put(attribute.getKey(), attribute.getValue().getStringValue()));
		String id = values.get("id");
		if (id != null) {
			Item item = Item.of(signal, id);
			if (!item.check().equals(values.get("check"))) {
				synchronized (this.lock) {
					this.wrong.add("altered: " + signal + " " + values);
				}
			}
			items.add(item);
		}
	}

	private static void set(List<BitSet> processes, Item item) {
		while (processes.size() <= item.generation()) {
			processes.add(new BitSet());
		}
		processes.get(item.generation()).set(Math.toIntExact(item.number()));
	}

	/**
	 * Return what has arrived and was changed on the way.
	 * @return descriptions of it
	 */
	List<String> wrong() {
		synchronized (this.lock) {
			return List.copyOf(this.wrong);
		}
	}

	/**
	 * Return how much a process has acknowledged.
	 * @param signal the signal
	 * @param generation the number of the process
	 * @return the number of items
	 */
	long acknowledged(Signal signal, int generation) {
		synchronized (this.lock) {
			List<BitSet> acknowledged = this.accounts.get(signal).acknowledged;
			return (generation < acknowledged.size()) ? acknowledged.get(generation).cardinality() : 0;
		}
	}

	/**
	 * Return how much was acknowledged and has not arrived.
	 * @param signal the signal
	 * @return the number of items
	 */
	long missing(Signal signal) {
		return count(signal, (account) -> account.acknowledged, List.of((account) -> account.arrived));
	}

	/**
	 * Return how much of what is missing the collector has never refused.
	 * @param signal the signal
	 * @return the number of items
	 */
	long missingAndNotRefused(Signal signal) {
		return count(signal, (account) -> account.acknowledged,
				List.of((account) -> account.arrived, (account) -> account.refused));
	}

	private long count(Signal signal, Function<Account, List<BitSet>> all,
			List<Function<Account, List<BitSet>>> without) {
		synchronized (this.lock) {
			Account account = this.accounts.get(signal);
			long sum = 0;
			for (int i = 0; i < all.apply(account).size(); i++) {
				BitSet bits = (BitSet) all.apply(account).get(i).clone();
				for (Function<Account, List<BitSet>> others : without) {
					if (i < others.apply(account).size()) {
						bits.andNot(others.apply(account).get(i));
					}
				}
				sum += bits.cardinality();
			}
			return sum;
		}
	}

	@Override
	public String toString() {
		StringBuilder text = new StringBuilder();
		for (Signal signal : Signal.values()) {
			long arrived = count(signal, (account) -> account.arrived, List.of());
			long received;
			synchronized (this.lock) {
				received = this.accounts.get(signal).received;
			}
			text.append(signal.id())
				.append(": ")
				.append(count(signal, (account) -> account.acknowledged, List.of()))
				.append(" acknowledged, ")
				.append(arrived)
				.append(" arrived, ")
				.append(missing(signal))
				.append(" missing, ")
				.append(received)
				.append(" received with duplicates and refused ones; ");
		}
		return text.toString();
	}

	/**
	 * What is known of one signal, by the number of the process.
	 */
	private static final class Account {

		private final List<BitSet> acknowledged = new ArrayList<>();

		private final List<BitSet> arrived = new ArrayList<>();

		private final List<BitSet> refused = new ArrayList<>();

		/** With duplicates, and with what was refused. */
		private long received;

	}

}
