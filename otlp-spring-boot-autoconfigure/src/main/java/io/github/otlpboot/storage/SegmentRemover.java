package io.github.otlpboot.storage;

import java.util.List;
import java.util.function.Consumer;

/**
 * Lets segments go, and saves the cursors that this depends on. Belongs to the thread of
 * the storage.
 * <p>
 * A segment leaves in steps. A process that is killed leaves
 * <ol>
 * <li>when readers have passed over it and the index has forgotten it: the log as it
 * was;</li>
 * <li>when cursors are saved: a segment that every cursor is past, which the next
 * maintenance removes;</li>
 * <li>when some files are deleted: as 2;</li>
 * <li>when all files are deleted, the directory not synced: the log without them, and
 * after a power loss perhaps as 2;</li>
 * <li>when the directory is synced: the log without them.</li>
 * </ol>
 * Where cursors cannot be saved, because the disk is full, the segment goes all the same:
 * recovery then finds a cursor before the first segment, and counts what is between as
 * lost.
 */
final class SegmentRemover {

	private final LogState state;

	private final SegmentAppender appender;

	private final CursorKeeper cursors;

	private final FileBin bin;

	private final Consumer<LogState.Loss> listener;

	/**
	 * Create a remover.
	 * @param state what the log holds
	 * @param appender syncs what cursors point at
	 * @param cursors keeps the cursors
	 * @param bin deletes the files
	 * @param listener is told of what is lost
	 */
	SegmentRemover(LogState state, SegmentAppender appender, CursorKeeper cursors, FileBin bin,
			Consumer<LogState.Loss> listener) {
		this.state = state;
		this.appender = appender;
		this.cursors = cursors;
		this.bin = bin;
		this.listener = listener;
	}

	/**
	 * Let segments go.
	 * @param removals the segments, oldest first
	 */
	void remove(List<Retention.Removal> removals) {
		if (removals.isEmpty()) {
			return;
		}
		for (Retention.Removal removal : removals) {
			this.state.forget(removal.segment(), removal.reason()).forEach(this.listener);
		}
		// Crash point 1
		saveCursors();
		// Crash point 2
		if (this.state.isEmpty() && this.cursors.deliveredUpTo() < this.state.end().sequence()) {
			// Otherwise nobody would know how far the log had come: what is in flight
			// holds back the cursors.
			this.appender.start();
		}
		removals.forEach((removal) -> this.bin.add(removal.segment().file(), removal.segment().size()));
		// Crash points 3 to 5
		this.bin.empty();
	}

	/**
	 * Save how far each destination has come, once what it points at is synced.
	 */
	void saveCursors() {
		this.appender.sync();
		this.cursors.save(this.state.cursors());
	}

	/**
	 * Save the cursors of destinations that have no file yet. The next segment may be the
	 * last file that the volume has room for, and without that one none would ever go.
	 */
	void saveNewCursors() {
		if (!this.cursors.areOnDisk()) {
			saveCursors();
		}
	}

	/**
	 * Save how far each destination has come, if any has come further, and sync nothing
	 * otherwise.
	 */
	void saveMovedCursors() {
		if (!this.cursors.isSaved(this.state.cursors())) {
			saveCursors();
		}
	}

	/**
	 * Return whether files cannot be deleted at present, so that letting go of more of
	 * them would make no room.
	 * @return {@code true} after trying once more
	 */
	boolean isStuck() {
		if (!this.bin.isEmpty()) {
			this.bin.empty();
		}
		return !this.bin.isEmpty();
	}

	/**
	 * Return how much the files take that could not be deleted yet.
	 * @return the length in bytes
	 */
	long undeleted() {
		return this.bin.bytes();
	}

	/**
	 * Return whether there is nothing to save or to delete.
	 * @return {@code true} until something changes
	 */
	boolean isDone() {
		return this.appender.isSynced() && this.bin.isEmpty() && this.cursors.isSaved(this.state.cursors());
	}

}
