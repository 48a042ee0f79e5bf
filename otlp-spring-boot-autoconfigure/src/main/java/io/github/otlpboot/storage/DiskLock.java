package io.github.otlpboot.storage;

import java.io.IOException;

/**
 * A lock on a file, held until it is closed. Implementations are thread-safe.
 */
public interface DiskLock extends AutoCloseable {

	/**
	 * Return whether the name still leads to the file that is locked. Whoever deletes a
	 * lock file, or the directory that it is in, takes the lock away without anybody
	 * noticing: the next one to come creates another file and locks that.
	 * @return {@code false} if the file is gone, or another one is in its place;
	 * {@code true} also if that cannot be told
	 */
	boolean isIntact();

	@Override
	void close() throws IOException;

}
