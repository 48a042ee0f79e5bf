package io.github.otlpboot.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.Storage;
import io.github.otlpboot.storage.StoredSlot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Slots that were taken away: their lock files were deleted, so that another instance may
 * have them by now, and two would spoil each other's work. None of their files is touched
 * any more. What was given out of them is still to be settled.
 * <p>
 * Belongs to the thread of the storage.
 */
final class ForsakenSlots {

	private static final Logger logger = LoggerFactory.getLogger(ForsakenSlots.class);

	private final Storage storage;

	private final Map<Signal, DiskLaneStore> stores;

	private final List<StoredSlot> slots = new ArrayList<>();

	ForsakenSlots(Storage storage, Map<Signal, DiskLaneStore> stores) {
		this.storage = storage;
		this.stores = stores;
	}

	/**
	 * Give up a slot. It can be taken again if it is free.
	 * @param slot the slot
	 */
	void add(StoredSlot slot) {
		logger.warn("The lock file of {} in {} was deleted, and another instance may use it now: it is given up",
				slot.name(), this.storage.directory());
		this.stores.forEach((signal, store) -> slot.log(signal).ifPresent(store::forsake));
		this.storage.giveBack(slot);
		this.slots.add(slot);
	}

	/**
	 * Close those of which nothing is left to be settled. Not in the turn in which they
	 * were given up: a route may just be reading.
	 */
	void closeSettled() {
		this.slots.removeIf(this::isSettled);
	}

	private boolean isSettled(StoredSlot slot) {
		if (!slot.isDelivered()) {
			return false;
		}
		this.stores.forEach((signal, store) -> slot.log(signal).ifPresent(store::release));
		slot.close();
		return true;
	}

	/**
	 * Close all of them, once no route reads.
	 */
	void close() {
		this.slots.forEach(StoredSlot::close);
	}

}
