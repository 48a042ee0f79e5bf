package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.otlpboot.model.Signal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory that one running instance has to itself, for as long as it holds the lock:
 *
 * <pre>
 * LOCK
 * META
 * traces/               one directory for each signal
 *   *.seg
 *   cursors/*.cur
 *   quarantine/
 * </pre>
 *
 * Thread-safe: what changes is one atomic flag. Deleting belongs to one thread, when all
 * others are done with the slot.
 */
final class Slot implements AutoCloseable {

	/** Opened by nobody but {@link Disk#tryLock}, and never deleted; see there. */
	static final String LOCK = "LOCK";

	/** The directory of the cursors, within that of a signal. */
	static final String CURSORS = "cursors";

	static final String SEGMENT_SUFFIX = ".seg";

	private static final Logger logger = LoggerFactory.getLogger(Slot.class);

	private final Disk disk;

	private final Path directory;

	private final UUID logId;

	private final DiskLock lock;

	private final AtomicBoolean closed = new AtomicBoolean();

	private volatile boolean lost;

	Slot(Disk disk, Path directory, UUID logId, DiskLock lock) {
		this.disk = disk;
		this.directory = directory;
		this.logId = logId;
		this.lock = lock;
	}

	Path directory() {
		return this.directory;
	}

	/**
	 * Return the name of the slot among those of its storage directory.
	 * @return the name, such as {@code slot-0}
	 */
	String name() {
		return String.valueOf(this.directory.getFileName());
	}

	UUID logId() {
		return this.logId;
	}

	/**
	 * Return whether the slot is still that of whoever has taken it. If its lock file was
	 * deleted, another instance may have the slot by now, and nothing in it may be
	 * changed any more.
	 * @return {@code false} if the lock is lost
	 */
	boolean isHeld() {
		// A file that comes back under its name does not tell who had the slot meanwhile.
		if (!this.lost && !this.lock.isIntact()) {
			this.lost = true;
		}
		return !this.lost;
	}

	/**
	 * See that what is deleted for its age does not take the files that only this
	 * instance's start has written: temporary directories are often cleaned like that.
	 * @param now the time in milliseconds since the epoch
	 */
	void touch(long now) {
		this.disk.touch(this.directory.resolve(LOCK), now);
		this.disk.touch(this.directory.resolve(SlotMeta.FILE_NAME), now);
	}

	/**
	 * Return the directory of a signal's segments.
	 * @param signal the signal
	 * @return the directory, which may be missing
	 */
	Path directory(Signal signal) {
		return this.directory.resolve(signal.id());
	}

	/**
	 * Return the directory of a signal's cursors.
	 * @param signal the signal
	 * @return the directory, which may be missing
	 */
	Path cursors(Signal signal) {
		return directory(signal).resolve(CURSORS);
	}

	/**
	 * Return the directory of what was found damaged in a signal's segments.
	 * @param signal the signal
	 * @return the directory, which may be missing
	 */
	Path quarantine(Signal signal) {
		return directory(signal).resolve("quarantine");
	}

	/**
	 * Return whether something of a signal is stored, delivered or not.
	 * @param signal the signal
	 * @return {@code true} if there are segments
	 * @throws IOException if that cannot be told
	 */
	boolean holds(Signal signal) throws IOException {
		return SlotContent.holdsSegments(this.disk, directory(signal));
	}

	/**
	 * Delete all that is in the slot, and release it. A crash may come
	 * <ol>
	 * <li>while segments go: the cursors tell that they were delivered;</li>
	 * <li>when all segments are gone: without segments, losing the cursors repeats
	 * nothing;</li>
	 * <li>while the rest goes: what is left belongs to an empty slot, which the next
	 * instance of the same owner takes;</li>
	 * <li>when {@code META} is gone: anyone may take the slot.</li>
	 * </ol>
	 * An empty directory and its lock file stay. If the lock file went, a second instance
	 * that has opened it already would hold a lock on a file without a name, while a
	 * third creates and locks its successor. There are never more of them than there were
	 * instances at a time, and new instances use them first.
	 * @throws IOException if something could not be deleted; the slot is still held then
	 */
	void delete() throws IOException {
		if (this.closed.get()) {
			throw new IllegalStateException(this.directory + " is released");
		}
		for (Signal signal : Signal.values()) {
			deleteSegments(directory(signal));
		}
		// Crash point 2
		for (Path entry : this.disk.list(this.directory)) {
			if (!isNamed(entry, LOCK) && !isNamed(entry, SlotMeta.FILE_NAME)) {
				deleteAll(entry);
			}
		}
		this.disk.syncDirectory(this.directory);
		// Crash point 3
		this.disk.delete(this.directory.resolve(SlotMeta.FILE_NAME));
		this.disk.syncDirectory(this.directory);
		// Crash point 4
		close();
	}

	private void deleteSegments(Path signalDirectory) throws IOException {
		List<Path> entries = this.disk.list(signalDirectory);
		for (Path entry : entries) {
			if (entry.toString().endsWith(SEGMENT_SUFFIX)) {
				this.disk.delete(entry);
				// Crash point 1
			}
		}
		if (!entries.isEmpty()) {
			// A power loss must not bring segments back when their cursors are gone.
			this.disk.syncDirectory(signalDirectory);
		}
	}

	private void deleteAll(Path path) throws IOException {
		try {
			this.disk.delete(path);
		}
		catch (DirectoryNotEmptyException ex) {
			for (Path entry : this.disk.list(path)) {
				deleteAll(entry);
			}
			this.disk.delete(path);
		}
	}

	/**
	 * Release the slot with all that is in it; whoever comes next may take it.
	 */
	@Override
	public void close() {
		if (this.closed.compareAndSet(false, true)) {
			release(this.lock, this.directory);
		}
	}

	/**
	 * Release the lock of a slot.
	 * @param lock the lock
	 * @param directory the directory of the slot
	 */
	static void release(AutoCloseable lock, Path directory) {
		try {
			lock.close();
		}
		catch (Exception ex) {
			logger.warn("Could not release the lock of {}: it is free again when this process ends", directory, ex);
		}
	}

	static boolean isNamed(Path path, String name) {
		return name.equals(String.valueOf(path.getFileName()));
	}

	@Override
	public String toString() {
		return this.directory.toString();
	}

}
