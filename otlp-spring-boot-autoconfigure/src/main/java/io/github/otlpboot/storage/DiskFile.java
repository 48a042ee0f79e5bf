package io.github.otlpboot.storage;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open file. Reading is thread-safe; writing, truncating and syncing belong to one
 * thread, beside which others may read.
 */
public interface DiskFile extends Closeable {

	/**
	 * Return the length of the file.
	 * @return the length in bytes
	 * @throws IOException if it is not known
	 */
	long size() throws IOException;

	/**
	 * Read bytes.
	 * @param target is filled as far as there are bytes
	 * @param position where the bytes start
	 * @return how many were read, {@code 0} at the end of the file; fewer than fit only
	 * at the end
	 * @throws IOException if they cannot be read
	 */
	int read(ByteBuffer target, long position) throws IOException;

	/**
	 * Write bytes one buffer after the other, all of them. If it fails, any part of them
	 * may have been written.
	 * @param sources what to write, drained
	 * @param position where the bytes go
	 * @throws IOException if not all of them could be written
	 */
	void write(ByteBuffer[] sources, long position) throws IOException;

	/**
	 * Cut the file.
	 * @param size its new length in bytes
	 * @throws IOException if it cannot be cut
	 */
	void truncate(long size) throws IOException;

	/**
	 * Make what was written survive a power loss.
	 * @throws IOException if it cannot be synced; whether it ever will be is unknown, and
	 * trying again proves nothing
	 */
	void sync() throws IOException;

}
