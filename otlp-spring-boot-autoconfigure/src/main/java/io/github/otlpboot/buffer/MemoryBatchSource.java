package io.github.otlpboot.buffer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.BatchSource;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.SourcedBatch;
import org.jspecify.annotations.Nullable;

/**
 * What a route reads where nothing is stored: the content of a buffer, whose only reader
 * it is. A batch takes the buffer's space until it is settled, dropped, or discarded.
 * <p>
 * Thread-safe. One private lock guards every field that is not final; the buffer is
 * drained and freed inside it. Whatever moves an item from one account to another happens
 * under it, so that the {@linkplain #ledger() ledger} is exact at every moment. Payloads
 * are released outside it, right after their space was given back.
 */
public final class MemoryBatchSource implements BatchSource {

	private final BatchBuffer buffer;

	private final Object lock = new Object();

	/**
	 * Drained and not handed out, oldest first; what waits in the buffer is younger.
	 */
	private final Deque<SourcedBatch> unread = new ArrayDeque<>();

	private Tally unreadTally = Tally.NOTHING;

	/**
	 * Handed out and not settled, by sequence, oldest first.
	 */
	private final Map<Long, SourcedBatch> handedOut = new LinkedHashMap<>();

	private long lastSequence;

	private long delivered;

	private final Map<LossReason, Long> lost = new EnumMap<>(LossReason.class);

	/**
	 * Create a source.
	 * @param buffer the buffer, which nobody else drains or frees
	 */
	public MemoryBatchSource(BatchBuffer buffer) {
		this.buffer = buffer;
	}

	@Override
	public Signal signal() {
		return this.buffer.signal();
	}

	@Override
	public Backlog unread() {
		synchronized (this.lock) {
			Backlog waiting = this.buffer.counts().waiting();
			SourcedBatch oldest = this.unread.peekFirst();
			return new Backlog(this.unreadTally.batches() + waiting.batches(),
					this.unreadTally.items() + waiting.items(), this.unreadTally.bytes() + waiting.bytes(),
					(oldest != null) ? oldest.acceptedAt() : waiting.oldestAcceptedAt());
		}
	}

	@Override
	public @Nullable SourcedBatch next(long maxItems, long maxBytes) {
		synchronized (this.lock) {
			if (this.unread.isEmpty()) {
				drainBuffer();
			}
			SourcedBatch next = this.unread.peekFirst();
			if (next == null || next.batch().items() > maxItems || next.batch().size() > maxBytes) {
				return null;
			}
			this.unread.removeFirst();
			this.unreadTally = this.unreadTally.minus(next.batch());
			this.handedOut.put(next.sequence(), next);
			return next;
		}
	}

	/**
	 * {@inheritDoc}
	 * @throws IllegalArgumentException if the settlement is not of as many items as the
	 * batch holds; the batch is still to be settled
	 * @throws IllegalStateException if the batch was not handed out by this source, or
	 * has been settled before
	 */
	@Override
	public void settle(SourcedBatch batch, Settlement settlement) {
		Batch content = batch.batch();
		if (settlement.items() != content.items()) {
			throw new IllegalArgumentException(
					"A settlement of " + settlement.items() + " items was given for a batch of " + content.items());
		}
		synchronized (this.lock) {
			if (!this.handedOut.remove(batch.sequence(), batch)) {
				throw new IllegalStateException(
						"Batch " + batch.sequence() + " was not handed out, or has been settled before");
			}
			this.delivered += settlement.delivered();
			settlement.lost().forEach(this::addLost);
			this.buffer.free(Tally.NOTHING.plus(content));
		}
		content.payload().release();
	}

	@Override
	public Backlog backlog() {
		synchronized (this.lock) {
			return backlog(this.buffer.counts());
		}
	}

	/**
	 * Return what became of every item.
	 * @return a consistent snapshot
	 */
	public MemoryLedger ledger() {
		synchronized (this.lock) {
			BufferCounts counts = this.buffer.counts();
			return new MemoryLedger(counts.offered(), counts.accepted(), counts.refused(), this.delivered, this.lost,
					backlog(counts));
		}
	}

	/**
	 * Give up all that has not been handed out. Batches that have been are still to be
	 * settled.
	 * @param reason what the items are lost for
	 * @return the number of items given up
	 */
	public long discardRemaining(LossReason reason) {
		List<SourcedBatch> discarded;
		Tally tally;
		synchronized (this.lock) {
			drainBuffer();
			discarded = new ArrayList<>(this.unread);
			tally = this.unreadTally;
			removeOldest(discarded.size(), tally, reason);
			this.buffer.free(tally);
		}
		release(discarded);
		return tally.items();
	}

	/**
	 * Take all that has not been handed out, to bring it elsewhere: to a disk that works
	 * again. Until it {@linkplain #moved has been} it counts as handed out.
	 * @return the batches, oldest first
	 */
	public List<SourcedBatch> takeUnread() {
		synchronized (this.lock) {
			drainBuffer();
			List<SourcedBatch> taken = List.copyOf(this.unread);
			taken.forEach((batch) -> this.handedOut.put(batch.sequence(), batch));
			this.unread.clear();
			this.unreadTally = Tally.NOTHING;
			return taken;
		}
	}

	/**
	 * Forget a batch that is elsewhere now, and give back its space. Its payload is not
	 * released.
	 * @param batch a batch that {@link #takeUnread} has returned
	 */
	public void moved(SourcedBatch batch) {
		synchronized (this.lock) {
			// What takes memory comes first: without any, nothing has changed.
			Long key = batch.sequence();
			this.buffer.free(Tally.NOTHING.plus(batch.batch()));
			this.handedOut.remove(key);
		}
	}

	/**
	 * Take back batches that could not be brought elsewhere.
	 * @param batches what {@link #takeUnread} has returned, or the rest of it, in order
	 */
	public void putBack(List<SourcedBatch> batches) {
		synchronized (this.lock) {
			for (int i = batches.size() - 1; i >= 0; i--) {
				SourcedBatch batch = batches.get(i);
				this.handedOut.remove(batch.sequence());
				this.unread.addFirst(batch);
				this.unreadTally = this.unreadTally.plus(batch.batch());
			}
		}
	}

	/**
	 * Take back all that has been handed out and not settled, once nobody will settle it
	 * any more.
	 */
	public void takeBackHandedOut() {
		putBack(handedOut());
	}

	private List<SourcedBatch> handedOut() {
		synchronized (this.lock) {
			return List.copyOf(this.handedOut.values());
		}
	}

	/**
	 * Offer batches to the buffer, whose oldest unread ones make room if need be: as few
	 * as possible, and none if that would not be enough.
	 * @param batches the batches in order, all or none
	 * @param onDropped told how many items were dropped
	 * @return {@code null} if all were accepted, otherwise why none was, in which case
	 * nothing was dropped either
	 */
	@Nullable RefusalReason offerDroppingOldest(List<Batch> batches, LongConsumer onDropped) {
		Tally added = Tally.NOTHING;
		for (Batch batch : batches) {
			added = added.plus(batch);
		}
		List<SourcedBatch> dropped = new ArrayList<>();
		BatchBuffer.Offer offer;
		synchronized (this.lock) {
			Tally room = Tally.NOTHING;
			Tally held = this.buffer.counts().held();
			if (!this.buffer.limits().allow(held, added)) {
				drainBuffer();
				Iterator<SourcedBatch> oldestFirst = this.unread.iterator();
				while (oldestFirst.hasNext() && !this.buffer.limits().allow(held.minus(room), added)) {
					SourcedBatch oldest = oldestFirst.next();
					dropped.add(oldest);
					room = room.plus(oldest.batch());
				}
			}
			offer = this.buffer.replace(room, batches);
			if (offer.refusal() != null) {
				dropped.clear();
			}
			else if (!dropped.isEmpty()) {
				removeOldest(dropped.size(), room, LossReason.OVERFLOW);
			}
		}
		if (!dropped.isEmpty()) {
			onDropped.accept(dropped.stream().mapToLong((batch) -> batch.batch().items()).sum());
		}
		release(dropped);
		if (offer.arrival()) {
			this.buffer.tellArrival();
		}
		return offer.refusal();
	}

	/**
	 * Offer batches to the buffer.
	 * @param batches the batches in order, all or none
	 * @return {@code null} if all were accepted, otherwise why none was
	 */
	@Nullable RefusalReason offer(List<Batch> batches) {
		return this.buffer.offerAll(batches);
	}

	private void drainBuffer() {
		for (BufferedBatch drained : this.buffer.drain()) {
			this.lastSequence++;
			this.unread.addLast(new SourcedBatch(this.lastSequence, drained.acceptedAt(), drained.batch()));
			this.unreadTally = this.unreadTally.plus(drained.batch());
		}
	}

	private void removeOldest(int count, Tally tally, LossReason reason) {
		for (int i = 0; i < count; i++) {
			this.unread.removeFirst();
		}
		this.unreadTally = this.unreadTally.minus(tally);
		addLost(reason, tally.items());
	}

	private void addLost(LossReason reason, long items) {
		if (items > 0) {
			this.lost.merge(reason, items, Long::sum);
		}
	}

	private Backlog backlog(BufferCounts counts) {
		if (counts.heldBatches() == 0) {
			return Backlog.EMPTY;
		}
		return new Backlog(counts.heldBatches(), counts.heldItems(), counts.heldBytes(), oldestAcceptedAt(counts));
	}

	private long oldestAcceptedAt(BufferCounts counts) {
		Iterator<SourcedBatch> oldestFirst = this.handedOut.values().iterator();
		if (oldestFirst.hasNext()) {
			return oldestFirst.next().acceptedAt();
		}
		SourcedBatch oldestUnread = this.unread.peekFirst();
		return (oldestUnread != null) ? oldestUnread.acceptedAt() : counts.waiting().oldestAcceptedAt();
	}

	private static void release(List<SourcedBatch> batches) {
		batches.forEach((batch) -> batch.batch().payload().release());
	}

}
