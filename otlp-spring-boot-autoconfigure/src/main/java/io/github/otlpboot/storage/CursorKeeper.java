package io.github.otlpboot.storage;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The cursor files of all destinations of a log, and what was last written to them.
 * Belongs to the thread of the storage.
 */
final class CursorKeeper {

	private final Map<String, Entry> entries = new LinkedHashMap<>();

	void add(String destination, CursorFile file, Cursor saved) {
		this.entries.put(destination, new Entry(file, saved));
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

	boolean isSaved(String destination, Cursor cursor) {
		Entry entry = this.entries.get(destination);
		return entry != null && entry.saved.equals(cursor);
	}

	/**
	 * Save a cursor, unless that has been done.
	 * @param destination the name of the destination
	 * @param cursor how far it has come; not past what is synced
	 * @throws IOException if it cannot be saved; the one before is then still there
	 */
	void save(String destination, Cursor cursor) throws IOException {
		Entry entry = this.entries.get(destination);
		if (entry != null && !entry.saved.equals(cursor)) {
			entry.file.save(cursor);
			entry.saved = cursor;
		}
	}

	/**
	 * A cursor file and what it holds.
	 */
	private static final class Entry {

		private final CursorFile file;

		private Cursor saved;

		Entry(CursorFile file, Cursor saved) {
			this.file = file;
			this.saved = saved;
		}

	}

}
