package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * The file that holds the cursor of one destination in the log of one signal. It is the
 * only memory of what was delivered: without it, everything still in the log is sent
 * again. Not thread-safe: it belongs to whoever owns the cursor.
 * <p>
 * The crash points of {@link #save} are those of {@link StateFile#replace}, and
 * <ol start="8">
 * <li>the first time, when the directory is there and those above it are not synced: the
 * cursor is missing.</li>
 * </ol>
 */
final class CursorFile {

	/** How the name of every cursor file ends. */
	static final String SUFFIX = ".cur";

	private final Disk disk;

	private final Path directory;

	private final StateFile file;

	private final UUID logId;

	private final long destination;

	/** What the file was found to hold, {@code null} until it was looked at. */
	private @Nullable CursorState found;

	/** Whether the directory is known to be there for good. */
	private boolean rooted;

	private CursorFile(Disk disk, Path directory, Path file, UUID logId, long destination) {
		this.disk = disk;
		this.directory = directory;
		this.file = stateFile(disk, file);
		this.logId = logId;
		this.destination = destination;
	}

	/**
	 * Create the file's representation; nothing is read or written yet.
	 * @param disk where it is
	 * @param directory its directory, created when the first cursor is saved
	 * @param destination the name of the destination, any string
	 * @param logId the log that the cursor points into
	 * @return the file
	 */
	static CursorFile of(Disk disk, Path directory, String destination, UUID logId) {
		Path file = directory.resolve(FileNames.encode(destination) + SUFFIX);
		return new CursorFile(disk, directory, file, logId, FileNames.hash(List.of(destination)));
	}

	private static StateFile stateFile(Disk disk, Path file) {
		return new StateFile(disk, file, CursorFormat.MAGIC, CursorFormat.MAJOR, CursorFormat.MINOR);
	}

	/**
	 * Read the cursor.
	 * @return what the file holds, whatever that is: nothing in it may keep a log from
	 * being opened
	 * @throws IOException if it cannot be read now: taking that for a lost cursor would
	 * send everything again, or let new records hide behind it
	 */
	CursorState load() throws IOException {
		CursorState state = read(this.file, this.logId, this.destination);
		this.found = state;
		return state;
	}

	private static CursorState read(StateFile file, UUID logId, @Nullable Long destination) throws IOException {
		StateFile.Content content = file.read();
		if (content instanceof StateFile.Body body) {
			return CursorFormat.decode(body, logId, destination);
		}
		if (content instanceof StateFile.Newer newer) {
			return new CursorState.Newer(newer.major());
		}
		if (content instanceof StateFile.Damaged damaged) {
			return new CursorState.Unusable(damaged.reason());
		}
		return new CursorState.Missing();
	}

	/**
	 * Read a cursor of whose destination no more than the name of the file is known.
	 * @param disk where it is
	 * @param file the file
	 * @param logId the log that it points into
	 * @return what the file holds
	 * @throws IOException if it cannot be read
	 */
	static CursorState read(Disk disk, Path file, UUID logId) throws IOException {
		return read(stateFile(disk, file), logId, null);
	}

	/**
	 * Read all cursors of a log, also those of destinations that are not configured any
	 * more or not yet again. New records have to be beyond every one of them: otherwise
	 * that destination, when it comes back, would never see them.
	 * @param disk where they are
	 * @param directory their directory
	 * @param logId the log that they point into
	 * @return the cursors of that log, without files that hold none
	 * @throws IOException if the directory, or a file in it, cannot be read
	 */
	static List<Cursor> all(Disk disk, Path directory, UUID logId) throws IOException {
		List<Cursor> cursors = new ArrayList<>();
		for (Path file : disk.list(directory)) {
			if (file.toString().endsWith(SUFFIX)
					&& read(stateFile(disk, file), logId, null) instanceof CursorState.Present present) {
				cursors.add(present.cursor());
			}
		}
		return cursors;
	}

	/**
	 * Have all files there that saving needs, as far as that is possible now. Segments
	 * may take every file that the volume has room for, and those that are delivered go
	 * only when the cursor is saved.
	 */
	void reserve() {
		try {
			this.disk.createDirectories(this.directory);
			this.file.reserve();
		}
		catch (IOException ex) {
			// They are created when they are needed, or that fails and says so.
		}
	}

	/**
	 * Replace the cursor. What was lost for reasons that only a later version knows stays
	 * in the file.
	 * @param cursor the new cursor, which points to nothing that is not synced
	 * @throws IOException if it is not certain that it survives, or if a later version
	 * wrote the file
	 */
	void save(Cursor cursor) throws IOException {
		CursorState state = (this.found != null) ? this.found : load();
		if (state instanceof CursorState.Newer newer) {
			throw new IOException("A later version (" + newer.major() + ") wrote the cursor in " + this.directory);
		}
		if (!this.rooted) {
			root();
			this.rooted = true;
		}
		Map<String, Long> otherLost = (state instanceof CursorState.Present present) ? present.otherLost() : Map.of();
		try {
			this.file.replace(CursorFormat.encode(cursor, otherLost, this.logId, this.destination));
		}
		catch (IOException ex) {
			// Perhaps somebody has deleted the directory.
			this.rooted = false;
			throw ex;
		}
	}

	/**
	 * Create the directory so that it survives. The signal's, above it, may be new too.
	 */
	private void root() throws IOException {
		this.disk.createDirectories(this.directory);
		// Crash point 8
		Path signal = this.directory.getParent();
		if (signal != null) {
			this.disk.syncDirectory(signal);
			Path slot = signal.getParent();
			if (slot != null) {
				this.disk.syncDirectory(slot);
			}
		}
	}

}
