package io.github.otlpboot.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.BatchSource;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.SourcedBatch;
import org.jspecify.annotations.Nullable;

/**
 * Several sources of one signal, read one after the other: what other instances have left
 * behind, then the log, then what is only in memory.
 * <p>
 * {@link #next} and {@link #settle} belong to the thread of the forwarder, which alone
 * uses what is not final; the list of sources may be changed by any thread.
 */
final class SourceChain implements BatchSource {

	private final Signal signal;

	private final Runnable onSettled;

	private final List<BatchSource> sources = new CopyOnWriteArrayList<>();

	private final Map<Long, Origin> handedOut = new HashMap<>();

	private long lastSequence;

	/**
	 * Create an empty chain.
	 * @param signal the signal of all sources
	 * @param onSettled called after a batch was settled
	 */
	SourceChain(Signal signal, Runnable onSettled) {
		this.signal = signal;
		this.onSettled = onSettled;
	}

	/**
	 * Add a source that is read before all others.
	 * @param source the source
	 */
	void addFirst(BatchSource source) {
		this.sources.add(0, source);
	}

	void add(BatchSource source) {
		this.sources.add(source);
	}

	/**
	 * Remove a source of which nothing is left.
	 * @param source the source
	 */
	void remove(BatchSource source) {
		this.sources.remove(source);
	}

	@Override
	public Signal signal() {
		return this.signal;
	}

	@Override
	public @Nullable SourcedBatch next(long maxItems, long maxBytes) {
		for (BatchSource source : this.sources) {
			SourcedBatch next = source.next(maxItems, maxBytes);
			if (next != null) {
				this.lastSequence++;
				SourcedBatch numbered = new SourcedBatch(this.lastSequence, next.acceptedAt(), next.batch());
				this.handedOut.put(numbered.sequence(), new Origin(source, next));
				return numbered;
			}
			if (!source.unread().isEmpty()) {
				// It does not fit, and what comes after it must not overtake it.
				return null;
			}
		}
		return null;
	}

	@Override
	public void settle(SourcedBatch batch, Settlement settlement) {
		Origin origin = this.handedOut.remove(batch.sequence());
		if (origin == null) {
			throw new IllegalStateException(
					"Batch " + batch.sequence() + " was not handed out, or has been settled before");
		}
		origin.source().settle(origin.batch(), settlement);
		this.onSettled.run();
	}

	@Override
	public Backlog unread() {
		return sum(this.sources.stream().map(BatchSource::unread).toList());
	}

	@Override
	public Backlog backlog() {
		return sum(this.sources.stream().map(BatchSource::backlog).toList());
	}

	static Backlog sum(List<Backlog> backlogs) {
		long batches = 0;
		long items = 0;
		long bytes = 0;
		List<Long> oldest = new ArrayList<>();
		for (Backlog backlog : backlogs) {
			if (!backlog.isEmpty()) {
				batches += backlog.batches();
				items += backlog.items();
				bytes += backlog.bytes();
				oldest.add(backlog.oldestAcceptedAt());
			}
		}
		return new Backlog(batches, items, bytes, oldest.stream().mapToLong(Long::longValue).min().orElse(0));
	}

	/**
	 * Where a batch came from.
	 *
	 * @param source the source
	 * @param batch the batch as that source knows it
	 */
	private record Origin(BatchSource source, SourcedBatch batch) {

	}

}
