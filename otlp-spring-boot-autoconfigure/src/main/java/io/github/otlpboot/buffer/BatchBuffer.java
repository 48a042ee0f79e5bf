package io.github.otlpboot.buffer;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;

import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

/**
 * Holds the accepted batches of one signal until they are drained, and counts them
 * against its limits until they are freed: a drained batch is still in memory. What does
 * not fit is refused at once.
 * <p>
 * A batch that was accepted belongs to whoever drains it, one that was refused stays the
 * caller's; the buffer never releases a payload.
 * <p>
 * Thread-safe and never blocks for longer than another thread takes to change a few
 * fields. One private lock guards every field that is not final. The arrival callback is
 * called outside it.
 */
public final class BatchBuffer {

	private static final Offer ACCEPTED = new Offer(null, false);

	private static final Offer ACCEPTED_FIRST = new Offer(null, true);

	private static final Offer REFUSED_FULL = new Offer(RefusalReason.BUFFER_FULL, false);

	private static final Offer REFUSED_CLOSED = new Offer(RefusalReason.CLOSED, false);

	private final Signal signal;

	private final BufferLimits limits;

	private final Clock clock;

	private final Runnable onArrival;

	// A prototype let no fewer batches through than one with a monitor
	private final ReentrantLock lock = new ReentrantLock();

	private List<BufferedBatch> waiting = new ArrayList<>();

	private final RunningTally waitingTally = new RunningTally();

	/**
	 * What waits, and what has been drained and not freed.
	 */
	private final RunningTally held = new RunningTally();

	private long offered;

	private long accepted;

	private long refusedFull;

	private long refusedClosed;

	private boolean closed;

	/**
	 * Create an empty buffer.
	 * @param signal the signal of all batches
	 * @param limits how much it holds at most
	 * @param clock tells when a batch was accepted
	 * @param onArrival called whenever something waits where nothing did, and on
	 * {@link #close()}, by the thread that caused it; must neither block nor throw
	 */
	public BatchBuffer(Signal signal, BufferLimits limits, Clock clock, Runnable onArrival) {
		this.signal = signal;
		this.limits = limits;
		this.clock = clock;
		this.onArrival = onArrival;
	}

	/**
	 * Return the signal of all batches.
	 * @return the signal
	 */
	public Signal signal() {
		return this.signal;
	}

	/**
	 * Return how much the buffer holds at most.
	 * @return the limits
	 */
	public BufferLimits limits() {
		return this.limits;
	}

	/**
	 * Offer one batch.
	 * @param batch the batch
	 * @return {@code null} if it was accepted, otherwise why not, in which case nothing
	 * but the counts of what was offered and refused has changed
	 * @throws IllegalArgumentException if the batch is of another signal
	 */
	public @Nullable RefusalReason offer(Batch batch) {
		return offerAll(List.of(batch));
	}

	/**
	 * Offer several batches, all or none.
	 * @param batches the batches in order
	 * @return {@code null} if all were accepted, otherwise why none was, in which case
	 * nothing but the counts of what was offered and refused has changed
	 * @throws IllegalArgumentException if a batch is of another signal
	 */
	public @Nullable RefusalReason offerAll(List<Batch> batches) {
		return offerAll(batches, null);
	}

	/**
	 * Offer several batches, all or none, whose producer waits for what becomes of them.
	 * @param batches the batches in order
	 * @param ticket goes with each of them
	 * @return {@code null} if all were accepted, otherwise why none was, in which case
	 * nothing but the counts of what was offered and refused has changed
	 * @throws IllegalArgumentException if a batch is of another signal
	 */
	public @Nullable RefusalReason offerAll(List<Batch> batches, @Nullable Ticket ticket) {
		Offer offer = replace(Tally.NOTHING, batches, ticket);
		if (offer.arrival()) {
			tellArrival();
		}
		return offer.refusal();
	}

	/**
	 * Free space and take batches in its place, both or neither, without telling of the
	 * arrival: the caller does once it holds no lock.
	 * @param freed what is freed if the batches are accepted, drained before
	 * @param batches the batches in order
	 * @return what became of the offer
	 * @throws IllegalStateException if more is to be freed than was drained
	 */
	Offer replace(Tally freed, List<Batch> batches) {
		return replace(freed, batches, null);
	}

	private Offer replace(Tally freed, List<Batch> batches, @Nullable Ticket ticket) {
		long now = this.clock.millis();
		Tally added = Tally.NOTHING;
		List<BufferedBatch> entries = new ArrayList<>(batches.size());
		for (Batch batch : batches) {
			if (batch.signal() != this.signal) {
				throw new IllegalArgumentException(
						"A batch of " + batch.signal() + " was offered to the buffer of " + this.signal);
			}
			added = added.plus(batch);
			entries.add(new BufferedBatch(now, batch, ticket));
		}
		this.lock.lock();
		try {
			requireDrained(freed);
			this.offered += added.items();
			if (this.closed) {
				this.refusedClosed += added.items();
				return REFUSED_CLOSED;
			}
			if (!this.limits.allow(this.held, freed, added)) {
				this.refusedFull += added.items();
				return REFUSED_FULL;
			}
			boolean arrival = this.waiting.isEmpty() && !entries.isEmpty();
			this.accepted += added.items();
			this.held.subtract(freed);
			this.held.add(added);
			this.waitingTally.add(added);
			this.waiting.addAll(entries);
			return arrival ? ACCEPTED_FIRST : ACCEPTED;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Tell that something waits.
	 */
	void tellArrival() {
		this.onArrival.run();
	}

	/**
	 * Take all that waits. It counts against the limits until it is
	 * {@linkplain #free(long, long, long) freed}. Possible after {@link #close()} too.
	 * @return the batches in the order of acceptance, empty if none waits
	 */
	public List<BufferedBatch> drain() {
		this.lock.lock();
		try {
			if (this.waiting.isEmpty()) {
				return List.of();
			}
			List<BufferedBatch> drained = this.waiting;
			this.waiting = new ArrayList<>();
			this.waitingTally.clear();
			return Collections.unmodifiableList(drained);
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Give back the space of batches that were drained, once they are no longer in
	 * memory.
	 * @param batches the number of batches
	 * @param items the number of items in them
	 * @param bytes their length in bytes
	 * @throws IllegalStateException if that is more than has been drained and not freed
	 */
	public void free(long batches, long items, long bytes) {
		if (batches < 0 || items < 0 || bytes < 0) {
			throw new IllegalArgumentException("'batches', 'items' and 'bytes' must not be negative, but are " + batches
					+ ", " + items + " and " + bytes);
		}
		free(new Tally(batches, items, bytes));
	}

	void free(Tally freed) {
		this.lock.lock();
		try {
			requireDrained(freed);
			this.held.subtract(freed);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void requireDrained(Tally freed) {
		if (!this.held.covers(this.waitingTally, freed)) {
			throw new IllegalStateException("Cannot free " + freed + ": only "
					+ this.held.toTally().minus(this.waitingTally.toTally()) + " is drained and not freed");
		}
	}

	/**
	 * Return what has been counted and what is held.
	 * @return a consistent snapshot
	 */
	public BufferCounts counts() {
		this.lock.lock();
		try {
			return new BufferCounts(this.offered, this.accepted, this.refusedFull, this.refusedClosed, waitingBacklog(),
					this.held.batches(), this.held.items(), this.held.bytes());
		}
		finally {
			this.lock.unlock();
		}
	}

	private Backlog waitingBacklog() {
		if (this.waiting.isEmpty()) {
			return Backlog.EMPTY;
		}
		return new Backlog(this.waitingTally.batches(), this.waitingTally.items(), this.waitingTally.bytes(),
				this.waiting.get(0).acceptedAt());
	}

	/**
	 * Refuse all further offers, and wake whoever waits for an arrival. What waits can
	 * still be drained. Closing again has no effect.
	 */
	public void close() {
		this.lock.lock();
		try {
			if (this.closed) {
				return;
			}
			this.closed = true;
		}
		finally {
			this.lock.unlock();
		}
		tellArrival();
	}

	/**
	 * Return whether the buffer has been closed.
	 * @return {@code true} after {@link #close()}
	 */
	public boolean isClosed() {
		this.lock.lock();
		try {
			return this.closed;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * What became of an offer.
	 *
	 * @param refusal why nothing was accepted, {@code null} if all was
	 * @param arrival whether something waits where nothing did
	 */
	record Offer(@Nullable RefusalReason refusal, boolean arrival) {

	}

}
