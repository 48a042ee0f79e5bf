package io.github.otlpboot.storage;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import io.github.otlpboot.model.Signal;

/**
 * A slot and the logs in it. Belongs to the thread of the storage, but for what a
 * {@link SegmentLog} offers to others.
 */
public final class StoredSlot implements AutoCloseable {

	private final Slot slot;

	private final List<SegmentLog> logs;

	StoredSlot(Slot slot, List<SegmentLog> logs) {
		this.slot = slot;
		this.logs = List.copyOf(logs);
	}

	/**
	 * Return the name of the slot.
	 * @return the name, such as {@code slot-0}
	 */
	public String name() {
		return this.slot.name();
	}

	Slot slot() {
		return this.slot;
	}

	/**
	 * Return whether the slot is still ours: whoever deletes its lock file takes it away,
	 * and the next instance to come may have it.
	 * @return {@code false} if nothing in it may be changed any more
	 */
	public boolean isHeld() {
		return this.slot.isHeld();
	}

	/**
	 * Return the log of a signal.
	 * @param signal the signal
	 * @return the log, empty if that signal is not stored
	 */
	public Optional<SegmentLog> log(Signal signal) {
		return this.logs.stream().filter((log) -> log.signal() == signal).findFirst();
	}

	/**
	 * Return whether every destination is past all that is stored.
	 * @return {@code true} if the slot can be deleted without loss
	 */
	public boolean isDelivered() {
		return this.logs.stream()
			.flatMap((log) -> log.ledger().destinations().stream())
			.allMatch((ledger) -> ledger.pending().isEmpty());
	}

	/**
	 * Return the signals of which something is stored that nobody reads, because they are
	 * switched off.
	 * @return the signals
	 * @throws IOException if that cannot be told
	 */
	public Set<Signal> unread() throws IOException {
		Set<Signal> unread = EnumSet.noneOf(Signal.class);
		for (Signal signal : Signal.values()) {
			if (log(signal).isEmpty() && this.slot.holds(signal)) {
				unread.add(signal);
			}
		}
		return unread;
	}

	/**
	 * Close the logs, delete all that is stored, and release the slot. Where something is
	 * stored that nobody reads, the slot is only closed.
	 * @throws IOException if something could not be deleted; the slot is still held then,
	 * and this may be called again
	 */
	public void delete() throws IOException {
		if (!unread().isEmpty()) {
			close();
			return;
		}
		this.logs.forEach(SegmentLog::close);
		this.slot.delete();
	}

	/**
	 * Close the logs and release the slot, which keeps what is stored.
	 */
	@Override
	public void close() {
		this.logs.forEach(SegmentLog::close);
		this.slot.close();
	}

}
