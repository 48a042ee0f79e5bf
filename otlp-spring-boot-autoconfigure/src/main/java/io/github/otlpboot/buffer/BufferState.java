package io.github.otlpboot.buffer;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;

import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.RefusalReason;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link BatchBuffer} holds and has counted, all at one moment. The batches that
 * wait are a chain from the newest to the oldest, so that accepting one copies none.
 *
 * @param newest the last of the batches that wait, {@code null} if none waits
 * @param before the state in which it was accepted
 * @param oldestAcceptedAt when the first of the batches that wait was accepted
 * @param held the sum of what waits, and of what has been drained and not freed
 * @param drained the sum of what has been drained and not freed
 * @param offered the number of items offered so far
 * @param accepted the number of items accepted so far
 * @param refusedFull the number of items refused so far because they did not fit
 * @param refusedClosed the number of items refused so far because of {@code closed}
 * @param closed whether all further offers are refused
 */
record BufferState(@Nullable BufferedBatch newest, @Nullable BufferState before, long oldestAcceptedAt, Tally held,
		Tally drained, long offered, long accepted, long refusedFull, long refusedClosed, boolean closed) {

	static final BufferState EMPTY = new BufferState(null, null, 0, Tally.NOTHING, Tally.NOTHING, 0, 0, 0, 0, false);

	boolean isWaiting() {
		return this.newest != null;
	}

	/**
	 * Return why something cannot be accepted.
	 * @param added the sum of what is offered
	 * @param limits how much the buffer holds at most
	 * @return the reason, {@code null} if it can
	 */
	@Nullable RefusalReason refusal(Tally added, BufferLimits limits) {
		if (this.closed) {
			return RefusalReason.CLOSED;
		}
		return limits.allow(this.held, added) ? null : RefusalReason.BUFFER_FULL;
	}

	BufferState refuse(long items, RefusalReason reason) {
		boolean full = reason == RefusalReason.BUFFER_FULL;
		return new BufferState(this.newest, this.before, this.oldestAcceptedAt, this.held, this.drained,
				this.offered + items, this.accepted, this.refusedFull + (full ? items : 0),
				this.refusedClosed + (full ? 0 : items), this.closed);
	}

	BufferState accept(BufferedBatch added) {
		Batch batch = added.batch();
		return new BufferState(added, this, isWaiting() ? this.oldestAcceptedAt : added.acceptedAt(),
				this.held.plus(batch), this.drained, this.offered + batch.items(), this.accepted + batch.items(),
				this.refusedFull, this.refusedClosed, this.closed);
	}

	BufferState drain() {
		return new BufferState(null, null, 0, this.held, this.held, this.offered, this.accepted, this.refusedFull,
				this.refusedClosed, this.closed);
	}

	BufferState free(Tally freed) {
		if (freed == Tally.NOTHING) {
			return this;
		}
		if (!this.drained.covers(freed)) {
			throw new IllegalStateException(
					"Cannot free " + freed + ": only " + this.drained + " is drained and not freed");
		}
		return new BufferState(this.newest, this.before, this.oldestAcceptedAt, this.held.minus(freed),
				this.drained.minus(freed), this.offered, this.accepted, this.refusedFull, this.refusedClosed,
				this.closed);
	}

	BufferState close() {
		return new BufferState(this.newest, this.before, this.oldestAcceptedAt, this.held, this.drained, this.offered,
				this.accepted, this.refusedFull, this.refusedClosed, true);
	}

	/**
	 * Return what waits.
	 * @return the batches in the order of acceptance
	 */
	List<BufferedBatch> waiting() {
		BufferedBatch[] waiting = new BufferedBatch[Math.toIntExact(this.held.batches() - this.drained.batches())];
		BufferState state = this;
		for (int i = waiting.length - 1; i >= 0 && state != null && state.newest != null; i--) {
			waiting[i] = state.newest;
			state = state.before;
		}
		return Collections.unmodifiableList(Arrays.asList(waiting));
	}

	BufferCounts counts() {
		Tally waiting = this.held.minus(this.drained);
		Backlog backlog = isWaiting()
				? new Backlog(waiting.batches(), waiting.items(), waiting.bytes(), this.oldestAcceptedAt)
				: Backlog.EMPTY;
		return new BufferCounts(this.offered, this.accepted, this.refusedFull, this.refusedClosed, backlog,
				this.held.batches(), this.held.items(), this.held.bytes());
	}

}
