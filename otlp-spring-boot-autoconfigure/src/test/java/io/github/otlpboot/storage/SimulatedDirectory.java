package io.github.otlpboot.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * A directory of a {@link SimulatedDisk}: its entries, and those that are sure to survive
 * a power loss. Any of the changes between the two may survive, each as a whole: a rename
 * never leaves neither name.
 */
final class SimulatedDirectory implements SimulatedNode {

	private final Map<String, SimulatedNode> entries = new TreeMap<>();

	private final Map<String, SimulatedNode> synced = new TreeMap<>();

	private final List<Consumer<Map<String, SimulatedNode>>> unsynced = new ArrayList<>();

	List<String> names() {
		return List.copyOf(this.entries.keySet());
	}

	boolean contains(String name) {
		return this.entries.containsKey(name);
	}

	@Nullable SimulatedFile file(String name) {
		return (this.entries.get(name) instanceof SimulatedFile file) ? file : null;
	}

	@Nullable SimulatedDirectory directory(String name) {
		return (this.entries.get(name) instanceof SimulatedDirectory directory) ? directory : null;
	}

	void put(String name, SimulatedNode node) {
		change((map) -> map.put(name, node));
	}

	void remove(String name) {
		change((map) -> map.remove(name));
	}

	void rename(String source, String target) {
		SimulatedNode node = this.entries.get(source);
		change((map) -> {
			map.remove(source);
			map.put(target, node);
		});
	}

	private void change(Consumer<Map<String, SimulatedNode>> change) {
		change.accept(this.entries);
		this.unsynced.add(change);
	}

	void sync() {
		this.synced.clear();
		this.synced.putAll(this.entries);
		this.unsynced.clear();
	}

	@Override
	public long totalSize() {
		return this.entries.values().stream().mapToLong(SimulatedNode::totalSize).sum();
	}

	@Override
	public long count() {
		return 1 + this.entries.values().stream().mapToLong(SimulatedNode::count).sum();
	}

	@Override
	public void powerLoss(Random random) {
		for (Consumer<Map<String, SimulatedNode>> change : this.unsynced) {
			if (random.nextBoolean()) {
				change.accept(this.synced);
			}
		}
		this.entries.clear();
		this.entries.putAll(this.synced);
		this.unsynced.clear();
		this.entries.values().forEach((node) -> node.powerLoss(random));
	}

}
