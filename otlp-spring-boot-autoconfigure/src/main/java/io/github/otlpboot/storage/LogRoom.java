package io.github.otlpboot.storage;

import java.io.IOException;
import java.time.Clock;
import java.util.List;

import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.LossReason;

/**
 * The room that a log has on disk: what of a write goes into it, and what leaves it
 * instead. {@link Retention} decides, the {@link SegmentRemover} does it.
 * <p>
 * Used by the thread that writes the log.
 */
final class LogRoom {

	private final Disk disk;

	private final LogPlace place;

	private final LogSettings settings;

	private final Clock clock;

	private final LogState state;

	private final CursorKeeper cursors;

	private final SegmentAppender appender;

	private final SegmentRemover remover;

	/** What others take of the same budget. */
	private long reserved;

	LogRoom(StorageContext context, LogPlace place, LogSettings settings, LogState state, CursorKeeper cursors,
			SegmentAppender appender, SegmentRemover remover) {
		this.disk = context.disk();
		this.place = place;
		this.settings = settings;
		this.clock = context.clock();
		this.state = state;
		this.cursors = cursors;
		this.appender = appender;
		this.remover = remover;
	}

	void reserve(long bytes) {
		this.reserved = bytes;
	}

	/**
	 * Return whether a segment goes into the budget without any other leaving it.
	 * @return {@code false} if the next one may cost an older one
	 */
	boolean isLeft() {
		return used() + this.reserved + this.settings.segmentSize() <= this.settings.maxSize();
	}

	/**
	 * Return how much the segments take on disk.
	 * @return the length in bytes
	 */
	long used() {
		return this.state.used() + this.remover.undeleted();
	}

	/**
	 * Make room for as many batches as go into one segment.
	 * @param batches the batches, at least one
	 * @return how many there is room for; none if there is none for the first one
	 * @throws IOException if the volume has none for an empty log, or cannot be asked
	 */
	int make(List<Batch> batches) throws IOException {
		int count = makeFor(batches);
		if (count == 0 && this.appender.isActive() && mayGo(this.state.end())) {
			// Only what is sealed can make room.
			this.appender.seal();
			count = makeFor(batches);
		}
		if (count == 0 && this.state.isEmpty()) {
			requireFreeSpace(batches);
		}
		return count;
	}

	private int makeFor(List<Batch> batches) throws IOException {
		int count = this.appender.fitting(batches);
		while (count > 0) {
			Retention.Decision decision = decide(this.appender.length(batches.subList(0, count)));
			if (decision.hasRoom()) {
				this.remover.remove(decision.removals());
				return count;
			}
			// Nothing goes for what there is no room for even then.
			count /= 2;
		}
		return 0;
	}

	// An empty log is not full: that is trouble with the disk.
	private void requireFreeSpace(List<Batch> batches) throws IOException {
		long least = this.settings.minFreeSpace();
		if (this.disk.usableSpace(this.place.directory()) - this.appender.length(batches.subList(0, 1)) < least) {
			throw new IOException("Less than " + least + " bytes are free on the volume");
		}
	}

	/**
	 * Return whether a write has failed for want of space.
	 * @param batches what was written
	 * @return {@code false} also if nothing can be told
	 */
	boolean isDiskFull(List<Batch> batches) {
		try {
			return this.disk.usableSpace(this.place.directory()) < this.appender.length(batches) + Retention.SLACK;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * Give up the oldest segment, also if it has not been delivered, unless new batches
	 * are rather refused.
	 * @return how many bytes that freed, {@code 0} if there is none that may go
	 */
	long dropOldest() {
		if (this.remover.isStuck()) {
			return 0;
		}
		SegmentFacts oldest = this.state.oldestSealed();
		if (oldest == null && mayGo(this.state.end())) {
			this.appender.seal();
			oldest = this.state.oldestSealed();
		}
		if (oldest == null || !mayGo(oldest.end())) {
			return 0;
		}
		this.remover.remove(
				List.of(new Retention.Removal(oldest, isDelivered(oldest.end()) ? null : LossReason.RETENTION_SIZE)));
		return oldest.size();
	}

	private boolean mayGo(LogPosition end) {
		return this.settings.whenFull() == WhenLogFull.DROP_OLDEST || isDelivered(end);
	}

	private boolean isDelivered(LogPosition end) {
		return end.sequence() <= this.cursors.deliveredUpTo();
	}

	/**
	 * Let go what is not needed any more, or has been there for too long.
	 * @throws IOException if the volume cannot be asked for its space
	 */
	void clear() throws IOException {
		this.remover.remove(decide(0).removals());
	}

	/**
	 * Let go what was delivered.
	 * @throws IOException if the volume cannot be asked for its space
	 */
	void clearDelivered() throws IOException {
		this.remover.remove(decide(0).removals().stream().filter((removal) -> removal.reason() == null).toList());
	}

	private Retention.Decision decide(long incoming) throws IOException {
		long freeSpace = (incoming > 0) ? this.disk.usableSpace(this.place.directory()) : Long.MAX_VALUE;
		List<SegmentFacts> removable = this.remover.isStuck() ? List.of() : this.state.sealed();
		return Retention.decide(removable, this.settings, new Retention.State(this.clock.millis(),
				used() + this.reserved, incoming, freeSpace, this.cursors.deliveredUpTo()));
	}

}
