package io.github.otlpboot.crash;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.OtlpTestRequest;
import io.opentelemetry.proto.common.v1.KeyValue;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Knows what was acknowledged and what has arrived, and says whether that is as promised:
 * nothing is missing, unknown or altered, and what arrived twice was in flight or younger
 * than the cursor that was saved last: each process starts no earlier than that, and
 * sends nothing before. Thread-safe.
 */
final class CrashOracle {

	private final Object lock = new Object();

	private final Map<Signal, Account> accounts = new EnumMap<>(Signal.class);

	private final List<String> wrong = new ArrayList<>();

	CrashOracle() {
		for (Signal signal : Signal.values()) {
			this.accounts.put(signal, new Account());
		}
	}

	/**
	 * Take note of what a process has announced.
	 * @param words the announcement
	 */
	void announced(List<String> words) {
		synchronized (this.lock) {
			for (Signal signal : Signal.values()) {
				Account account = this.accounts.get(signal);
				String what = words.get(0);
				if (what.equals(AcknowledgingExporters.ACKNOWLEDGED + signal.id())) {
					account.acknowledged.addAll(words.subList(1, words.size()));
				}
				else if (what.equals(CrashingApplication.SAVED + signal.id())) {
					account.saves++;
					account.savedBefore = account.saved;
					account.saved = Long.parseLong(words.get(1));
				}
				else if (what.equals(CrashingApplication.OPEN)) {
					account.opened(signal, Long.parseLong(words.get(3 + signal.ordinal())), this.wrong);
				}
			}
		}
	}

	/**
	 * Take note of a request that is answered with success.
	 * @param request the request
	 */
	void received(OtlpTestRequest request) {
		int generation = Integer.parseInt(request.header(CrashingApplication.GENERATION));
		synchronized (this.lock) {
			request.spans().forEach((span) -> received(Signal.TRACES, generation, span.getAttributesList()));
			request.logRecords().forEach((log) -> received(Signal.LOGS, generation, log.getAttributesList()));
			request.metrics()
				.stream()
				.flatMap((metric) -> metric.getGauge().getDataPointsList().stream())
				.forEach((point) -> received(Signal.METRICS, generation, point.getAttributesList()));
		}
	}

	private void received(Signal signal, int sender, List<KeyValue> attributes) {
		Map<String, String> values = new HashMap<>();
		attributes.forEach((attribute) -> values.put(attribute.getKey(), attribute.getValue().getStringValue()));
		String id = values.get("id");
		Item item = Item.of(signal, id);
		if (!item.check().equals(values.get("check")) || item.generation() > sender) {
			this.wrong.add("altered or unknown: " + signal + " " + values + " sent by " + sender);
		}
		Account account = this.accounts.get(signal);
		account.received++;
		account.receivedFrom.merge(sender, 1L, Long::sum);
		account.arrived.add(id);
	}

	/**
	 * Return whether there is anything of a process that has arrived.
	 * @param generation the number of the process
	 * @return {@code true} if something of each signal has
	 */
	boolean hasArrived(int generation) {
		synchronized (this.lock) {
			return this.accounts.values()
				.stream()
				.allMatch((account) -> account.arrived.stream().anyMatch((id) -> id.startsWith(generation + "-")));
		}
	}

	/**
	 * Return what of a process was acknowledged.
	 * @param generation the number of the process
	 * @return the ids of each signal
	 */
	Map<Signal, Set<String>> acknowledged(int generation) {
		synchronized (this.lock) {
			Map<Signal, Set<String>> ids = new EnumMap<>(Signal.class);
			this.accounts.forEach((signal, account) -> ids.put(signal, account.acknowledged(generation)));
			return ids;
		}
	}

	/**
	 * Return what was acknowledged and has not arrived.
	 * @return the ids of each signal
	 */
	Map<Signal, Set<String>> missing() {
		synchronized (this.lock) {
			Map<Signal, Set<String>> missing = new EnumMap<>(Signal.class);
			this.accounts.forEach((signal, account) -> {
				Set<String> ids = new HashSet<>(account.acknowledged);
				ids.removeAll(account.arrived);
				missing.put(signal, ids);
			});
			return missing;
		}
	}

	/**
	 * Check what has arrived, whichever processes were there, several at once perhaps.
	 */
	void checkArrival() {
		synchronized (this.lock) {
			assertThat(this.wrong).as("altered or unknown").noneMatch((text) -> text.startsWith("altered"));
			missing().forEach((signal, ids) -> assertThat(ids).as("missing " + signal.id()).isEmpty());
		}
	}

	/**
	 * Check everything, after all processes have ended and nothing is left.
	 * @param last the number of the last process, all of whose requests were answered
	 * @param delivered what it had counted as delivered of each signal
	 */
	void check(int last, Map<Signal, Long> delivered) {
		synchronized (this.lock) {
			assertThat(this.wrong).as("altered, unknown, or sent again although a cursor was past it").isEmpty();
			missing().forEach((signal, ids) -> assertThat(ids).as("missing " + signal.id()).isEmpty());
			this.accounts.forEach((signal, account) -> {
				assertThat(account.acknowledged).as(signal.id()).isNotEmpty();
				assertThat(delivered.get(signal)).as("delivered " + signal.id() + " as counted from process to process")
					.isEqualTo(account.arrived.size());
				assertThat(account.receivedFrom.get(last)).as("nothing before the cursor is sent, and the rest once")
					.isEqualTo(account.arrived.size() - account.deliveredBefore);
			});
			assertThat(this.accounts.values().stream().mapToLong((account) -> account.saves).sum())
				.as("cursors were saved")
				.isPositive();
		}
	}

	@Override
	public String toString() {
		synchronized (this.lock) {
			StringBuilder text = new StringBuilder();
			this.accounts.forEach((signal, account) -> text.append(signal.id())
				.append(": ")
				.append(account.acknowledged.size())
				.append(" acknowledged, ")
				.append(account.arrived.size())
				.append(" arrived, ")
				.append(account.received - account.arrived.size())
				.append(" duplicates; "));
			return text.toString();
		}
	}

	/**
	 * What is known of one signal.
	 */
	private static final class Account {

		private final Set<String> acknowledged = new HashSet<>();

		private final Set<String> arrived = new HashSet<>();

		/** With duplicates. */
		private long received;

		/** The same, by the process that sent it. */
		private final Map<Integer, Long> receivedFrom = new HashMap<>();

		/** What earlier processes had delivered when the last one opened the log. */
		private long deliveredBefore;

		private long saves;

		/** What the running process had delivered when it saved its cursor. */
		private long saved;

		/** The same, the time before. */
		private long savedBefore;

		Set<String> acknowledged(int generation) {
			Set<String> ids = new HashSet<>(this.acknowledged);
			ids.removeIf((id) -> !id.startsWith(generation + "-"));
			return ids;
		}

		/**
		 * A process has opened the log. What was settled before the last but one save is
		 * in the cursor that is found now, but for what had come in while an older
		 * request was still under way.
		 */
		void opened(Signal signal, long delivered, List<String> wrong) {
			long inFlight = (long) CrashingApplication.MAX_IN_FLIGHT * CrashingApplication.MAX_ITEMS;
			if (delivered < this.savedBefore - inFlight) {
				wrong.add(
						signal + ": a cursor at " + this.savedBefore + " was saved, one at " + delivered + " is found");
			}
			this.deliveredBefore = delivered;
			this.saved = delivered;
			this.savedBefore = delivered;
		}

	}

}
