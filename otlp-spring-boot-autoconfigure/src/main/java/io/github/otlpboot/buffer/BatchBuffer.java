package io.github.otlpboot.buffer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

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
 * Thread-safe without a lock: one immutable state is replaced as a whole, so that nobody
 * waits for anybody, and limits and what is held are exact at every moment. What was
 * refused is counted on its own: a snapshot may lack a refusal that happens meanwhile.
 */
public final class BatchBuffer {

	/** Of a field, which spares each offer the step through an AtomicReference. */
	private static final VarHandle STATE;

	static {
		try {
			STATE = MethodHandles.lookup().findVarHandle(BatchBuffer.class, "state", BufferState.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final Signal signal;

	private final BufferLimits limits;

	private final Clock clock;

	private final Runnable onArrival;

	private final AtomicLong refusedFull = new AtomicLong();

	private final AtomicLong refusedClosed = new AtomicLong();

	private volatile BufferState state = BufferState.EMPTY;

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
		return offer(batch, null);
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
		if (batches.size() == 1) {
			return offer(batches.get(0), ticket);
		}
		Offer offer = replace(Tally.NOTHING, batches, ticket);
		if (offer.arrival()) {
			tellArrival();
		}
		return offer.refusal();
	}

	// By far most offers are of one batch, which needs neither a list nor a sum.
	private @Nullable RefusalReason offer(Batch batch, @Nullable Ticket ticket) {
		BufferedBatch added = entry(batch, this.clock.millis(), ticket);
		while (true) {
			BufferState before = this.state;
			RefusalReason refusal = refusal(before, 1, batch.items(), batch.size());
			if (refusal != null) {
				return refusal;
			}
			if (STATE.compareAndSet(this, before, before.plus(added))) {
				if (before.isEmpty()) {
					tellArrival();
				}
				return null;
			}
		}
	}

	private BufferedBatch entry(Batch batch, long now, @Nullable Ticket ticket) {
		if (batch.signal() != this.signal) {
			throw new IllegalArgumentException(
					"A batch of " + batch.signal() + " was offered to the buffer of " + this.signal);
		}
		return new BufferedBatch(now, batch, ticket);
	}

	private @Nullable RefusalReason refusal(BufferState before, long batches, long items, long bytes) {
		if (before.isClosed()) {
			this.refusedClosed.addAndGet(items);
			return RefusalReason.CLOSED;
		}
		if (!before.hasRoom(this.limits, batches, items, bytes)) {
			this.refusedFull.addAndGet(items);
			return RefusalReason.BUFFER_FULL;
		}
		return null;
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
		List<BufferedBatch> added = batches.stream().map((batch) -> entry(batch, now, ticket)).toList();
		Tally sum = Tally.NOTHING;
		for (Batch batch : batches) {
			sum = sum.plus(batch);
		}
		while (true) {
			BufferState before = this.state;
			BufferState after = before.freed(freed);
			RefusalReason refusal = refusal(after, sum.batches(), sum.items(), sum.bytes());
			if (refusal != null) {
				return new Offer(refusal, false);
			}
			for (BufferedBatch each : added) {
				after = after.plus(each);
			}
			if (STATE.compareAndSet(this, before, after)) {
				return new Offer(null, before.isEmpty() && !added.isEmpty());
			}
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
		BufferState before = change((state) -> state.isEmpty() ? state : state.drained());
		return before.isEmpty() ? List.of() : before.waiting();
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
		change((state) -> state.freed(freed));
	}

	/**
	 * Return what has been counted and what is held.
	 * @return a consistent snapshot
	 */
	public BufferCounts counts() {
		long full = this.refusedFull.get();
		long late = this.refusedClosed.get();
		BufferState now = this.state;
		Tally held = now.held();
		return new BufferCounts(now.accepted() + full + late, now.accepted(), full, late, now.backlog(), held.batches(),
				held.items(), held.bytes());
	}

	/**
	 * Refuse all further offers, and wake whoever waits for an arrival. What waits can
	 * still be drained. Closing again has no effect.
	 */
	public void close() {
		if (!change(BufferState::closed).isClosed()) {
			tellArrival();
		}
	}

	/**
	 * Return whether the buffer has been closed.
	 * @return {@code true} after {@link #close()}
	 */
	public boolean isClosed() {
		return this.state.isClosed();
	}

	private BufferState change(UnaryOperator<BufferState> operator) {
		while (true) {
			BufferState before = this.state;
			if (STATE.compareAndSet(this, before, operator.apply(before))) {
				return before;
			}
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
