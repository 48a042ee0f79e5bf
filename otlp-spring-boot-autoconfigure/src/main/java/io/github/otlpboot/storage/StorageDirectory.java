package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The directory that the slots are in, and the words for why it cannot be used.
 * Thread-safe: it holds nothing that changes.
 */
final class StorageDirectory {

	private static final String PREFIX = "slot-";

	/** How the directories of slots are named. */
	static final Pattern SLOT_NAME = Pattern.compile(PREFIX + "(0|[1-9][0-9]{0,8})");

	private final Disk disk;

	private final Path root;

	StorageDirectory(Disk disk, Path root) {
		this.disk = disk;
		this.root = root;
	}

	/**
	 * See that the storage directory is there and ours.
	 * @return the directories of its slots by number, for the caller to change
	 * @throws StorageUnavailableException if it cannot be used
	 */
	List<Path> prepare() throws StorageUnavailableException {
		String other;
		List<Path> existing;
		try {
			this.disk.createDirectories(this.root);
			other = this.disk.otherOwner(this.root);
			existing = existing();
		}
		catch (IOException ex) {
			throw unavailable(ex);
		}
		if (other != null) {
			// Telemetry would be in the hands of whoever created the directory first.
			throw new StorageUnavailableException(
					this.root + " belongs to user " + other
							+ " and not to the user of this process: change its owner, or choose another directory",
					null);
		}
		return existing;
	}

	/**
	 * Return where a slot is, or would be.
	 * @param index the number of the slot
	 * @return its directory
	 */
	Path slot(int index) {
		return this.root.resolve(PREFIX + index);
	}

	/**
	 * Return the directories of the slots.
	 * @return the directories by number; empty if they cannot be read
	 */
	List<Path> slots() {
		try {
			return existing();
		}
		catch (IOException ex) {
			return List.of();
		}
	}

	private List<Path> existing() throws IOException {
		return this.disk.list(this.root)
			.stream()
			.filter((path) -> SLOT_NAME.matcher(String.valueOf(path.getFileName())).matches())
			.sorted(Comparator.comparingInt(StorageDirectory::index))
			.collect(Collectors.toCollection(ArrayList::new));
	}

	private static int index(Path directory) {
		return Integer.parseInt(String.valueOf(directory.getFileName()).substring(PREFIX.length()));
	}

	/**
	 * Create the directory of a slot, so that it is there after a power loss too.
	 * @param slot the directory
	 * @throws IOException if it cannot be created
	 */
	void create(Path slot) throws IOException {
		this.disk.createDirectories(slot);
		// Crash point 1 of Slots.acquire
		this.disk.syncDirectory(this.root);
		syncAncestors();
	}

	/**
	 * Any of the directories above may be new as well. Those that we may not open are
	 * not.
	 */
	private void syncAncestors() {
		for (Path path = this.root.toAbsolutePath().getParent(); path != null; path = path.getParent()) {
			try {
				this.disk.syncDirectory(path);
			}
			catch (IOException ex) {
				return;
			}
		}
	}

	/**
	 * Name what is in the way, and the remedy.
	 * @param failure the failure of an operation in this directory
	 * @return the exception to throw
	 */
	StorageUnavailableException unavailable(IOException failure) {
		if (failure instanceof StorageUnavailableException told) {
			return told;
		}
		if (failure instanceof FileAlreadyExistsException || failure instanceof NotDirectoryException) {
			return new StorageUnavailableException(
					failure.getMessage() + " is not a directory: move it away, or choose another directory", failure);
		}
		if (failure instanceof AccessDeniedException) {
			return new StorageUnavailableException(failure.getMessage()
					+ " is not accessible to the user of this process: change its permissions, or choose another directory",
					failure);
		}
		String reason = (failure instanceof FileSystemException exception) ? exception.getReason()
				: failure.getMessage();
		if (reason != null && reason.toLowerCase(Locale.ROOT).contains("read-only")) {
			return new StorageUnavailableException(
					this.root + " is read-only: mount a volume that can be written, or choose another directory",
					failure);
		}
		return new StorageUnavailableException(
				this.root + " cannot be used (" + ((reason != null) ? reason : failure) + ")", failure);
	}

	@Override
	public String toString() {
		return this.root.toString();
	}

}
