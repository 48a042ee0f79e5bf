package io.github.otlpboot.pipeline;

import java.io.IOException;
import java.time.Duration;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

	private static final Logger logger = LoggerFactory.getLogger(DiskLaneStore.class);

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

	/** Whether the slot was lost; of the thread of the storage alone. */
	private boolean slotLost;

	/** What that thread has to deal with. */
	private final DrainedBatches drained = new DrainedBatches();

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
		this.refused.merge(reason, items, Long::sum);
		this.offered += items;
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
	 * @return whether there may be something new to read
	 */
	boolean write() {
		boolean left = !this.drained.isEmpty();
		if (left) {
			dealWithDrained();
		}
		if (!this.drained.isEmpty()) {
			// What comes must not overtake it.
			return true;
		}
		this.drained.take(this.intake.drain());
		if (this.drained.isEmpty() && this.memorySource.unread().isEmpty()) {
			return left;
		}
		dealWithDrained();
		return true;
	}

	private void dealWithDrained() {
		tellStored();
		this.slotLost = false;
		if (isWorthTrying() && moveToDisk()) {
			append();
		}
		// Another slot will do. In memory it would be lost if the process ended.
		while (!this.slotLost && !this.drained.isEmpty()) {
			if (this.failure == null) {
				// Not even what waits in memory has found room, and what comes must not
				// overtake it.
				refuseNext(RefusalReason.LOG_FULL);
			}
			else {
				keepNextInMemory();
			}
		}
	}

	/**
	 * Bring everything to disk that is not there, also what the route has taken from
	 * memory and not delivered. Called by the thread of the storage, once no route reads.
	 */
	void writeLast() {
		this.memorySource.takeBackHandedOut();
		this.failedAt = this.nanos.getAsLong() - RETRY.toNanos();
		write();
		keepDrainedInMemory();
		this.drained.take(this.intake.drain());
		keepDrainedInMemory();
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
		int moved = 0;
		try {
			while (moved < waiting.size()) {
				List<SourcedBatch> rest = waiting.subList(moved, waiting.size());
				int count = this.logs.write(rest.stream().map(SourcedBatch::batch).toList());
				if (count == 0) {
					return false;
				}
				synchronized (this.lock) {
					this.logs.publish();
					for (int end = moved + count; moved < end; moved++) {
						this.memorySource.moved(waiting.get(moved));
					}
				}
				rest.subList(0, count).forEach((batch) -> batch.batch().payload().release());
			}
			return true;
		}
		catch (IOException | RuntimeException | Error ex) {
			fail(ex);
			return false;
		}
		finally {
			this.memorySource.putBack(waiting.subList(moved, waiting.size()));
		}
	}

	// Append what was drained as far as the disk works.
	private void append() {
		try {
			List<Batch> rest = this.drained.rest();
			while (!rest.isEmpty()) {
				int count = this.logs.write(rest);
				if (count == 0) {
					refuseNext(RefusalReason.LOG_FULL);
					count = 1;
				}
				else {
					synchronized (this.lock) {
						this.logs.publish();
						countAccepted(this.drained.markStored(count));
					}
					tellStored();
				}
				rest = rest.subList(count, rest.size());
			}
			this.failure = null;
		}
		catch (IOException | RuntimeException | Error ex) {
			// Whatever it is, somebody waits for what was drained.
			fail(ex);
			tellStored();
		}
	}

	private void tellStored() {
		while (this.drained.hasStored()) {
			this.intake.stored(this.drained.poll());
		}
	}

	private void countAccepted(int items) {
		this.offered += items;
		this.accepted += items;
	}

	private void refuseNext(RefusalReason reason) {
		BufferedBatch turnedAway;
		synchronized (this.lock) {
			countRefused(this.drained.peek().batch().items(), reason);
			turnedAway = this.drained.poll();
		}
		this.intake.refused(turnedAway, reason);
	}

	private void fail(Throwable ex) {
		boolean expected = ex instanceof IOException;
		boolean news = this.failure == null;
		this.slotLost = ex instanceof SlotLostException;
		this.failedAt = this.nanos.getAsLong();
		this.failure = expected ? String.valueOf(ex.getMessage()) : ex.toString();
		if (!expected && news) {
			logger.error("{} cannot be stored for a reason that is not the disk's", signal().itemName(), ex);
		}
	}

	private void keepDrainedInMemory() {
		while (!this.drained.isEmpty()) {
			keepNextInMemory();
		}
	}

	private void keepNextInMemory() {
		BufferedBatch next = this.drained.peek();
		boolean kept;
		synchronized (this.lock) {
			kept = this.memory.offer(next.batch()) == null;
			if (kept) {
				this.drained.poll();
				countAccepted(next.batch().items());
			}
		}
		if (kept) {
			this.intake.kept(next);
		}
		else {
			refuseNext(RefusalReason.BUFFER_FULL);
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
