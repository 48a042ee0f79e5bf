package io.github.otlpboot.pipeline;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.storage.LogLedger.DestinationLedger;
import io.github.otlpboot.storage.SegmentLog;
import org.jspecify.annotations.Nullable;

/**
 * The logs of one signal: one's own, and those that other instances have left behind,
 * with what all of them had counted before.
 * <p>
 * Changed by the thread of the storage alone, under the lock of its
 * {@link DiskLaneStore}, which every other thread holds to read.
 */
final class LaneLogs {

	private final String destination;

	private final List<SegmentLog> adopted = new ArrayList<>();

	/** Taken away from us; what was given out of them is still to be settled. */
	private final List<SegmentLog> forsaken = new ArrayList<>();

	private StoredHistory history = StoredHistory.NONE;

	private @Nullable SegmentLog own;

	/**
	 * Create an empty collection.
	 * @param destination who reads the logs
	 */
	LaneLogs(String destination) {
		this.destination = destination;
	}

	boolean isAttached() {
		return this.own != null;
	}

	void attach(SegmentLog log) {
		this.own = log;
		remember(log);
	}

	void adopt(SegmentLog orphan) {
		this.adopted.add(orphan);
		remember(orphan);
	}

	private void remember(SegmentLog log) {
		this.history = this.history.plus(log.ledger().accepted(), ledger(log));
	}

	/**
	 * Have nothing more to do with a log but what was given out of it.
	 * @param log the log, which was taken away
	 * @param there whether what else was in it is still there, for whoever has it now
	 * @return the number of items that are lost
	 */
	long forsake(SegmentLog log, boolean there) {
		if (log == this.own) {
			this.own = null;
		}
		this.adopted.remove(log);
		this.forsaken.add(log);
		long items = log.passOver(this.destination, there ? null : LossReason.CORRUPT);
		if (there) {
			this.history = this.history.handOver(items);
		}
		return there ? 0 : items;
	}

	void release(SegmentLog orphan) {
		if (this.adopted.remove(orphan) || this.forsaken.remove(orphan)) {
			this.history = this.history.retire(ledger(orphan));
		}
	}

	/**
	 * Append batches to one's own log. Called by the thread of the storage, without the
	 * lock.
	 * @param batches the batches, at least one
	 * @return how many were appended; none if there is no room for the first one
	 * @throws IOException if they could not be written; none of them was
	 */
	int write(List<Batch> batches) throws IOException {
		SegmentLog target = this.own;
		if (target == null) {
			throw new IOException("There is no log");
		}
		// What was left behind is older, so it makes room first.
		boolean dropped = true;
		while (dropped) {
			target.reserve(this.adopted.stream().mapToLong(SegmentLog::used).sum());
			dropped = !target.hasRoom() && this.adopted.stream().anyMatch((orphan) -> orphan.dropOldest() > 0);
		}
		try {
			return target.write(batches);
		}
		catch (VirtualMachineError ex) {
			// Memory outside the heap, most likely, which writing takes and waiting does
			// not.
			throw new IOException("The virtual machine failed: " + ex, ex);
		}
	}

	/**
	 * Show to readers and ledger what was written last.
	 */
	void publish() {
		SegmentLog target = this.own;
		if (target != null) {
			target.publish();
		}
	}

	/**
	 * Return how much is on disk.
	 * @return the length in bytes
	 */
	long used() {
		return all().stream().mapToLong(SegmentLog::used).sum();
	}

	/**
	 * Return how much of it the destination still waits for.
	 * @return the length in bytes
	 */
	long undelivered() {
		return all().stream().mapToLong((log) -> ledger(log).pending().bytes()).sum();
	}

	/**
	 * Return how many items earlier processes have accepted.
	 * @return the number of items
	 */
	long acceptedEarlier() {
		return this.history.accepted();
	}

	/**
	 * Add up what became of the items in all logs, also in those that are gone.
	 * @return a sum to which others may add
	 */
	StoredHistory.Sum sum() {
		StoredHistory.Sum sum = this.history.sum(this.destination);
		all().forEach((log) -> sum.add(ledger(log)));
		this.forsaken.forEach((log) -> sum.add(ledger(log)));
		return sum;
	}

	private List<SegmentLog> all() {
		List<SegmentLog> all = new ArrayList<>(this.adopted);
		if (this.own != null) {
			all.add(this.own);
		}
		return all;
	}

	private DestinationLedger ledger(SegmentLog log) {
		return log.ledger().of(this.destination);
	}

}
