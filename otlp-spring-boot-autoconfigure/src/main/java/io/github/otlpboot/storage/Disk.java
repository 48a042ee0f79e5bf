package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Everything that storage does to a file system: the one seam behind which faults are
 * injected. Implementations are thread-safe.
 */
public interface Disk {

	/**
	 * Open a file. What is created can be read and written by its owner alone.
	 * @param file the file
	 * @param mode how to open it
	 * @return the open file
	 * @throws java.nio.file.NoSuchFileException if it is to be there and is not
	 * @throws IOException if it cannot be opened
	 */
	DiskFile open(Path file, OpenMode mode) throws IOException;

	/**
	 * Create a directory and its missing parents. What is created can be entered by its
	 * owner alone.
	 * @param directory the directory; nothing happens if it is there
	 * @throws IOException if it cannot be created
	 */
	void createDirectories(Path directory) throws IOException;

	/**
	 * List what is in a directory.
	 * @param directory the directory
	 * @return files and directories in the order of their names, empty if there is no
	 * such directory
	 * @throws IOException if it cannot be read
	 */
	List<Path> list(Path directory) throws IOException;

	/**
	 * Rename a file in one step, in the place of what has that name.
	 * @param source the file
	 * @param target its new name, in the same directory
	 * @throws IOException if it cannot be renamed
	 */
	void move(Path source, Path target) throws IOException;

	/**
	 * Delete a file or an empty directory.
	 * @param path what to delete; nothing happens if it is not there
	 * @throws java.nio.file.DirectoryNotEmptyException if it is a directory with
	 * something in it
	 * @throws IOException if it cannot be deleted
	 */
	void delete(Path path) throws IOException;

	/**
	 * Make creations, renames and deletions in a directory survive a power loss.
	 * @param directory the directory
	 * @throws IOException if it cannot be synced
	 */
	void syncDirectory(Path directory) throws IOException;

	/**
	 * Return how much can be written to the volume of a directory.
	 * @param directory the directory
	 * @return the free space in bytes
	 * @throws IOException if it is not known
	 */
	long usableSpace(Path directory) throws IOException;

	/**
	 * Return whose a file is, if it belongs neither to the user of this process nor to
	 * the superuser, who may change everything anyway.
	 * @param path a file or directory
	 * @return the name of the other user, {@code null} if there is none
	 * @throws IOException if it is not known
	 */
	@Nullable String otherOwner(Path path) throws IOException;

	/**
	 * Return whether there is a file.
	 * @param file the file
	 * @return {@code true} also if that cannot be told
	 */
	boolean exists(Path file);

	/**
	 * Make a file look as if it had been written now, for whoever deletes what nobody has
	 * used for long. It is not opened, so that a lock on it stays. Nothing happens where
	 * that is not possible.
	 * @param file the file
	 * @param millis the time in milliseconds since the epoch
	 */
	void touch(Path file, long millis);

	/**
	 * Lock a file against other processes, and against everything else in this one.
	 * @param file the file, created if it is not there
	 * @return what holds the lock until it is closed, {@code null} if someone else does
	 * @throws IOException if the file cannot be opened
	 */
	@Nullable DiskLock tryLock(Path file) throws IOException;

	/**
	 * How a file is opened.
	 */
	enum OpenMode {

		/**
		 * To read a file that is there.
		 */
		READ,

		/**
		 * To read and write a file that is there.
		 */
		WRITE,

		/**
		 * To read and write a new file, in the place of what has that name.
		 */
		CREATE

	}

}
