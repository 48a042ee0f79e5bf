package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of one directory that nobody needs any more, until they are deleted. Belongs to
 * the thread of the storage.
 */
final class FileBin {

	private static final Logger logger = LoggerFactory.getLogger(FileBin.class);

	private final Disk disk;

	private final Path directory;

	private final List<Path> files = new ArrayList<>();

	FileBin(Disk disk, Path directory) {
		this.disk = disk;
		this.directory = directory;
	}

	void add(Path file) {
		this.files.add(file);
	}

	/**
	 * Do not delete a file any more: there is a new one of that name.
	 * @param file the file
	 */
	void takeOut(Path file) {
		this.files.remove(file);
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
				this.disk.delete(this.files.get(0));
				this.files.remove(0);
			}
			this.disk.syncDirectory(this.directory);
		}
		catch (IOException ex) {
			logger.debug("Not all that is not needed any more in {} could be deleted", this.directory, ex);
		}
	}

}
