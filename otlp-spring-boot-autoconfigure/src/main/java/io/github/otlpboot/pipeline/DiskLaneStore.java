package io.github.otlpboot.pipeline;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

import io.github.otlpboot.buffer.BatchBuffer;
import io.github.otlpboot.buffer.BufferedBatch;
import io.github.otlpboot.buffer.MemoryBatchSource;
import io.github.otlpboot.buffer.Ticket;
import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.BatchSource;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.SourcedBatch;
import io.github.otlpboot.storage.SegmentLog;
import io.github.otlpboot.storage.SlotLostException;
import org.jspecify.annotations.Nullable;

/**
 * Keeps batches on disk: they wait in a buffer for the thread of the storage, which
 * appends all that waits at once and tells the producers. Where the disk does not work,
 * they stay in memory, and move to disk when it works again.
 * <p>
 * Thread-safe, but for the methods that name the thread of the storage. One private lock
 * guards the account; the locks of logs are taken inside it. Whatever moves an item from
 * one account to another happens under it, so that the ledger is exact at every moment.
 * No I/O happens under it.
 */
final class DiskLaneStore implements LaneStore {

	private static final Duration RETRY = Duration.ofSeconds(1);

	private final String destination;

	private final Intake intake;

	private final BatchBuffer memory;

	private final MemoryBatchSource memorySource;

	private final SourceChain chain;

	private final RecentLosses losses;

	private final LongSupplier nanos;

	private final Object lock = new Object();

	private final Map<RefusalReason, Long> refused = new EnumMap<>(RefusalReason.class);

	private final LaneLogs logs;

	private long accepted;

	private long offered;

	/** Why nothing is written to disk, {@code null} if it is. */
	private volatile @Nullable String failure;

	private long failedAt;

	/** What belongs to the thread of the storage alone: whether the slot was lost. */
	private boolean slotLost;

	/** Waits for another slot, and its producers wait with it. */
	private List<BufferedBatch> postponed = List.of();

	/**
	 * Create a store that keeps everything in memory until a log is attached.
	 * @param destination who reads it
	 * @param intake where batches wait for the thread of the storage
	 * @param memory where they stay while the disk does not work
	 * @param losses is told of what is lost
	 * @param nanos measures elapsed time
	 * @param onSettled called after a batch was settled
	 */
	DiskLaneStore(String destination, BatchBuffer intake, BatchBuffer memory, RecentLosses losses, LongSupplier nanos,
			Runnable onSettled) {
		this.destination = destination;
		this.intake = new Intake(intake);
		this.logs = new LaneLogs(destination);
		this.memory = memory;
		this.memorySource = new MemoryBatchSource(memory);
		this.chain = new SourceChain(intake.signal(), onSettled);
		this.chain.add(this.memorySource);
		this.losses = losses;
		this.nanos = nanos;
	}

	@Override
	public Signal signal() {
		return this.intake.signal();
	}

	@Override
	public BatchSource source() {
		return this.chain;
	}

	@Override
	public CompletableFuture<AcceptResult> accept(List<Batch> batches) {
		Ticket ticket = new Ticket(batches.size());
		RefusalReason refusal = this.intake.offer(batches, ticket);
		if (refusal == null) {
			return ticket.result();
		}
		int items = batches.stream().mapToInt(Batch::items).sum();
		synchronized (this.lock) {
			countRefused(items, refusal);
		}
		return CompletableFuture.completedFuture(AcceptResult.refused(items, refusal));
	}

	private void countRefused(long items, RefusalReason reason) {
		this.offered += items;
		this.refused.merge(reason, items, Long::sum);
	}

	/**
	 * Use a log from now on. Called by the thread of the storage.
	 * @param attached the log
	 */
	void attach(SegmentLog attached) {
		synchronized (this.lock) {
			this.logs.attach(attached);
			this.failure = null;
		}
		this.chain.addFirst(attached.reader(this.destination));
	}

	/**
	 * Deliver what another instance has left behind. Called by the thread of the storage.
	 * @param orphan its log
	 */
	void adopt(SegmentLog orphan) {
		synchronized (this.lock) {
			this.logs.adopt(orphan);
		}
		this.chain.addFirst(orphan.reader(this.destination));
	}

	/**
	 * Have nothing more to do with a log that was taken away, one's own or not, until
	 * what was given out of it is settled and it is {@linkplain #release released}.
	 * Called by the thread of the storage.
	 * @param log the log
	 */
	void forsake(SegmentLog log) {
		boolean there = log.forsake();
		long lost;
		synchronized (this.lock) {
			lost = this.logs.forsake(log, there);
		}
		if (lost > 0) {
			this.losses.lost(lost, LossReason.CORRUPT);
		}
	}

	/**
	 * Have nothing more to do with the log of another instance, of which nothing is left.
	 * Called by the thread of the storage.
	 * @param orphan the log
	 */
	void release(SegmentLog orphan) {
		this.chain.remove(orphan.reader(this.destination));
		synchronized (this.lock) {
			this.logs.release(orphan);
		}
	}

	/**
	 * Append all that waits and tell those who wait for it. Called by the thread of the
	 * storage.
	 * @return whether there is something new to read
	 */
	boolean write() {
		List<BufferedBatch> drained = drain();
		if (drained.isEmpty() && this.memorySource.unread().isEmpty()) {
			return false;
		}
		this.slotLost = false;
		boolean works = isWorthTrying() && moveToDisk();
		int stored = works ? append(drained) : 0;
		List<BufferedBatch> rest = drained.subList(stored, drained.size());
		if (this.slotLost) {
			// Another slot will do. In memory it would be lost if the process ended.
			this.postponed = List.copyOf(rest);
		}
		else if (this.failure == null) {
			// Not even what waits in memory has found room, and what comes must not
			// overtake it.
			rest.forEach((batch) -> refuse(batch, RefusalReason.LOG_FULL));
		}
		else {
			keepInMemory(rest);
		}
		return true;
	}

	private List<BufferedBatch> drain() {
		if (this.postponed.isEmpty()) {
			return this.intake.drain();
		}
		List<BufferedBatch> drained = new ArrayList<>(this.postponed);
		drained.addAll(this.intake.drain());
		this.postponed = List.of();
		return drained;
	}

	/**
	 * Bring everything to disk that is not there, also what the route has taken from
	 * memory and not delivered. Called by the thread of the storage, once no route reads.
	 */
	void writeLast() {
		this.memorySource.takeBackHandedOut();
		this.failedAt = this.nanos.getAsLong() - RETRY.toNanos();
		write();
		keepInMemory(this.postponed);
		if (!this.memorySource.unread().isEmpty() && isWorthTrying()) {
			moveToDisk();
		}
	}

	private boolean isWorthTrying() {
		return this.logs.isAttached()
				&& (this.failure == null || this.nanos.getAsLong() - this.failedAt >= RETRY.toNanos());
	}

	/**
	 * Append what waits in memory, which is older than what waits to be written.
	 * @return whether nothing waits there any more
	 */
	private boolean moveToDisk() {
		if (this.memorySource.unread().isEmpty()) {
			return true;
		}
		List<SourcedBatch> waiting = this.memorySource.takeUnread();
		List<SourcedBatch> rest = new ArrayList<>(waiting);
		try {
			while (!rest.isEmpty()) {
				int count = this.logs.write(rest.stream().map(SourcedBatch::batch).toList());
				if (count == 0) {
					return false;
				}
				List<SourcedBatch> moved = rest.subList(0, count);
				synchronized (this.lock) {
					this.logs.publish();
					moved.forEach(this.memorySource::moved);
				}
				moved.forEach((batch) -> batch.batch().payload().release());
				moved.clear();
			}
			return true;
		}
		catch (IOException | RuntimeException | OutOfMemoryError ex) {
			fail(ex);
			return false;
		}
		finally {
			this.memorySource.putBack(rest);
		}
	}

	/**
	 * Append batches as far as the disk works.
	 * @param drained the batches
	 * @return how many of them are dealt with
	 */
	private int append(List<BufferedBatch> drained) {
		int done = 0;
		try {
			List<Batch> batches = drained.stream().map(BufferedBatch::batch).toList();
			while (done < batches.size()) {
				int count = this.logs.write(batches.subList(done, batches.size()));
				if (count == 0) {
					refuse(drained.get(done), RefusalReason.LOG_FULL);
					count = 1;
				}
				else {
					List<BufferedBatch> stored = drained.subList(done, done + count);
					synchronized (this.lock) {
						this.logs.publish();
						stored.forEach((batch) -> countAccepted(batch.batch().items()));
					}
					stored.forEach(this.intake::stored);
				}
				done += count;
			}
			this.failure = null;
		}
		catch (IOException | RuntimeException | OutOfMemoryError ex) {
			// Whatever it is, somebody waits for what was drained.
			fail(ex);
		}
		return done;
	}

	private void countAccepted(int items) {
		this.offered += items;
		this.accepted += items;
	}

	private void refuse(BufferedBatch turnedAway, RefusalReason reason) {
		synchronized (this.lock) {
			countRefused(turnedAway.batch().items(), reason);
		}
		this.intake.refused(turnedAway, reason);
	}

	private void fail(Throwable ex) {
		this.slotLost = ex instanceof SlotLostException;
		this.failure = String.valueOf(ex.getMessage());
		this.failedAt = this.nanos.getAsLong();
	}

	private void keepInMemory(List<BufferedBatch> rest) {
		for (BufferedBatch entry : rest) {
			Batch batch = entry.batch();
			boolean kept;
			synchronized (this.lock) {
				kept = this.memory.offer(batch) == null;
				if (kept) {
					countAccepted(batch.items());
				}
			}
			if (kept) {
				this.intake.kept(entry);
			}
			else {
				refuse(entry, RefusalReason.BUFFER_FULL);
			}
		}
	}

	/**
	 * Return why what is accepted stays in memory.
	 * @return the reason, {@code null} if it goes to disk
	 */
	@Nullable String failure() {
		return this.failure;
	}

	/**
	 * Say why there is no log yet. Called by the thread of the storage.
	 * @param reason the reason
	 */
	void unavailable(String reason) {
		this.failure = reason;
	}

	/**
	 * Return how much is on disk.
	 * @return the length in bytes
	 */
	long used() {
		synchronized (this.lock) {
			return this.logs.used();
		}
	}

	/**
	 * Return how much of what is on disk a destination still waits for.
	 * @return the length in bytes
	 */
	long undelivered() {
		synchronized (this.lock) {
			return this.logs.undelivered();
		}
	}

	/**
	 * Return how much waits in memory.
	 * @return the length in bytes
	 */
	long inMemory() {
		return this.memorySource.backlog().bytes();
	}

	@Override
	public void closeIntake() {
		this.intake.close();
	}

	/**
	 * Refuse what comes, and tell everybody who waits that it was refused. Any thread may
	 * call this, also while the disk does not answer.
	 * @return how many items nothing is known of
	 */
	int giveUp() {
		this.intake.close();
		return this.intake.giveUp();
	}

	@Override
	public void discardRemaining() {
		long items = this.memorySource.discardRemaining(LossReason.SHUTDOWN);
		if (items > 0) {
			this.losses.lost(items, LossReason.SHUTDOWN);
		}
	}

	@Override
	public SignalLedger ledger() {
		synchronized (this.lock) {
			StoredHistory.Sum sum = this.logs.sum();
			sum.add(this.memorySource.ledger());
			long earlier = this.logs.acceptedEarlier();
			return new SignalLedger(signal(), earlier + this.offered, earlier + this.accepted, earlier, this.refused,
					List.of(sum.ledger()));
		}
	}

}
