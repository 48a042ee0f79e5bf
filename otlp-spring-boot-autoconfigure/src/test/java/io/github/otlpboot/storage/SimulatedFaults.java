package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

import io.github.otlpboot.storage.SimulatedDisk.Operation;

/**
 * What is to go wrong on a {@link SimulatedDisk}, whose lock guards it.
 */
final class SimulatedFaults {

	private static final long WHOLE = Long.MAX_VALUE;

	private final Map<Operation, Integer> counts = new EnumMap<>(Operation.class);

	/**
	 * Which operations of a kind fail, counted from the first one ever.
	 */
	private final Map<Operation, Set<Integer>> failures = new EnumMap<>(Operation.class);

	private final Set<Operation> failing = EnumSet.noneOf(Operation.class);

	private final Map<Integer, Integer> shortWrites = new HashMap<>();

	private int untilHalt;

	void fail(Operation operation, int nth) {
		this.failures.computeIfAbsent(operation, (key) -> new HashSet<>()).add(count(operation) + nth);
	}

	void failAll(Operation operation) {
		this.failing.add(operation);
	}

	void shortWrite(int nth, int bytes) {
		this.shortWrites.put(count(Operation.WRITE) + nth, bytes);
	}

	void haltBefore(int nth) {
		this.untilHalt = nth;
	}

	void clearHalt() {
		this.untilHalt = 0;
	}

	void clear() {
		this.failures.clear();
		this.failing.clear();
		this.shortWrites.clear();
		clearHalt();
	}

	int count(Operation operation) {
		return this.counts.getOrDefault(operation, 0);
	}

	void begin(Operation operation, Path path) throws IOException {
		if (operation != Operation.READ && this.untilHalt > 0) {
			this.untilHalt--;
			if (this.untilHalt == 0) {
				throw new SimulatedDisk.Halt(operation, path);
			}
		}
		int number = this.counts.merge(operation, 1, Integer::sum);
		if (this.failing.contains(operation) || this.failures.getOrDefault(operation, Set.of()).contains(number)) {
			throw new IOException("Input/output error: " + operation + " of " + path);
		}
	}

	/**
	 * Return how much of the write that has just begun is to succeed.
	 */
	long shortWriteLength() {
		Integer bytes = this.shortWrites.get(count(Operation.WRITE));
		return (bytes != null) ? bytes : WHOLE;
	}

}
