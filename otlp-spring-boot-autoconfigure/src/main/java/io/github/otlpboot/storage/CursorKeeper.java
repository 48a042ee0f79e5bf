package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The cursor files of all destinations of a log, and what was last written to them.
 * Belongs to the thread of the storage.
 */
final class CursorKeeper {

	private static final Logger logger = LoggerFactory.getLogger(CursorKeeper.class);

	private final Map<String, Entry> entries = new LinkedHashMap<>();

	private CursorKeeper() {
	}

	/**
	 * Load the cursors of all destinations, and see that they can be saved.
	 * @param disk the file system
	 * @param directory where they are
	 * @param place the log that they point into
	 * @param destinations the names of the destinations
	 * @param recovered what the log holds, which a destination without a cursor begins
	 * with
	 * @return what keeps them
	 * @throws StorageUnavailableException if a newer release wrote one of them
	 * @throws IOException if one of them cannot be read now
	 */
	static CursorKeeper load(Disk disk, Path directory, LogPlace place, List<String> destinations,
			LogRecovery.Recovered recovered) throws IOException {
		CursorKeeper keeper = new CursorKeeper();
		for (String destination : destinations) {
			CursorFile file = CursorFile.of(disk, directory, destination, place.logId());
			Cursor cursor = load(file, place, destination, !recovered.segments().isEmpty());
			file.reserve();
			// One that was made up is saved before anything leaves the log, or the next
			// process would make up another.
			keeper.entries.put(destination,
					new Entry(file, (cursor != null) ? cursor : recovered.oldest(), cursor != null));
		}
		return keeper;
	}

	private static @Nullable Cursor load(CursorFile file, LogPlace place, String destination, boolean stored)
			throws IOException {
		CursorState state = file.load();
		if (state instanceof CursorState.Present present) {
			return present.cursor();
		}
		if (state instanceof CursorState.Newer newer) {
			throw new StorageUnavailableException("A newer release (format " + newer.major() + ") wrote the cursor of "
					+ destination + " for " + place.signal().id() + ": start that release, or choose another directory",
					null);
		}
		// Who takes over an empty slot finds the cursors of the log before, and misses
		// nothing.
		if (state instanceof CursorState.Unusable unusable && stored) {
			logger.warn("The cursor of {} for {} is lost, because {}; all that is stored is sent, some of it again",
					destination, place.signal().id(), unusable.reason());
		}
		return null;
	}

	/**
	 * Return what was last saved, loaded or made up.
	 * @return the cursors of all destinations
	 */
	Map<String, Cursor> saved() {
		Map<String, Cursor> saved = new LinkedHashMap<>();
		this.entries.forEach((destination, entry) -> saved.put(destination, entry.saved));
		return saved;
	}

	/**
	 * Return up to where every destination is durably past.
	 * @return the sequence before which no record is needed any more
	 */
	long deliveredUpTo() {
		return this.entries.values()
			.stream()
			.mapToLong((entry) -> entry.saved.acknowledged() + 1)
			.min()
			.orElse(Long.MAX_VALUE);
	}

	/**
	 * Save cursors, unless that has been done. What cannot be saved is tried again next
	 * time; the one before is still there.
	 * @param cursors how far each destination has come; not past what is synced
	 */
	void save(Map<String, Cursor> cursors) {
		this.entries.forEach((destination, entry) -> {
			Cursor cursor = cursors.get(destination);
			if (cursor != null && !entry.isSaved(cursor)) {
				save(destination, entry, cursor);
			}
		});
	}

	/**
	 * Return whether each destination has a cursor on disk, however old.
	 * @return {@code false} if one of them was made up and has not been saved yet
	 */
	boolean areOnDisk() {
		return this.entries.values().stream().allMatch((entry) -> entry.onDisk);
	}

	boolean isSaved(Map<String, Cursor> cursors) {
		return this.entries.entrySet().stream().allMatch((entry) -> {
			Cursor cursor = cursors.get(entry.getKey());
			return cursor == null || entry.getValue().isSaved(cursor);
		});
	}

	private void save(String destination, Entry entry, Cursor cursor) {
		try {
			entry.file.save(cursor);
			entry.saved = cursor;
			entry.onDisk = true;
		}
		catch (IOException ex) {
			logger.debug("The cursor of {} could not be saved", destination, ex);
		}
	}

	/**
	 * A cursor file and what it holds.
	 */
	private static final class Entry {

		private final CursorFile file;

		private Cursor saved;

		private boolean onDisk;

		Entry(CursorFile file, Cursor saved, boolean onDisk) {
			this.file = file;
			this.saved = saved;
			this.onDisk = onDisk;
		}

		boolean isSaved(Cursor cursor) {
			return this.onDisk && cursor.equals(this.saved);
		}

	}

}
