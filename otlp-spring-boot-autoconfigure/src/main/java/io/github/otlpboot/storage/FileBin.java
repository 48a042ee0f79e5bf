package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of one directory that nobody needs any more, until they are deleted. Belongs to
 * the thread of the storage, but for {@link #bytes()}.
 */
final class FileBin {

	private static final Logger logger = LoggerFactory.getLogger(FileBin.class);

	private final Disk disk;

	private final Path directory;

	/** The files and their lengths in bytes, in the order in which they came. */
	private final Map<Path, Long> files = new LinkedHashMap<>();

	private volatile long bytes;

	FileBin(Disk disk, Path directory) {
		this.disk = disk;
		this.directory = directory;
	}

	void add(Path file, long size) {
		this.files.put(file, size);
		count();
	}

	/**
	 * Do not delete a file any more: there is a new one of that name.
	 * @param file the file
	 */
	void takeOut(Path file) {
		this.files.remove(file);
		count();
	}

	/**
	 * Return how much the files take that are still there. Any thread may ask.
	 * @return the length in bytes
	 */
	long bytes() {
		return this.bytes;
	}

	private void count() {
		this.bytes = this.files.values().stream().mapToLong(Long::longValue).sum();
	}

	boolean isEmpty() {
		return this.files.isEmpty();
	}

	/**
	 * Delete the files. What cannot be deleted stays for the next time.
	 */
	void empty() {
		try {
			while (!this.files.isEmpty()) {
				Path oldest = this.files.keySet().iterator().next();
				this.disk.delete(oldest);
				takeOut(oldest);
			}
			this.disk.syncDirectory(this.directory);
		}
		catch (IOException ex) {
			logger.debug("Not all that is not needed any more in {} could be deleted", this.directory, ex);
		}
	}

}
