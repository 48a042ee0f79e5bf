package io.github.otlpboot.benchmark.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.zip.CRC32C;

import io.github.otlpboot.storage.FsyncPolicy;

/**
 * Appends requests to files as a program would that does only this: length and CRC-32C in
 * front of each, one write a request, by the thread that has it. Files end and are synced
 * and deleted as those of the log are.
 * <p>
 * Thread-safe.
 */
final class AppendedFiles implements RequestTarget {

	/** Where a file ends, in bytes. */
	static final int FILE_SIZE = 8 * 1024 * 1024;

	/** How many files are kept. */
	static final int FILES = 32;

	private static final long INTERVAL = Duration.ofSeconds(1).toNanos();

	private final Path directory;

	private final FsyncPolicy fsync;

	private final Deque<Path> files = new ArrayDeque<>();

	private final CRC32C checksum = new CRC32C();

	private FileChannel channel;

	private long size;

	private long number;

	private long syncedAt = System.nanoTime();

	AppendedFiles(Path directory, FsyncPolicy fsync) throws IOException {
		this.directory = directory;
		this.fsync = fsync;
		this.channel = open();
	}

	private FileChannel open() throws IOException {
		Path file = this.directory.resolve(Long.toString(this.number++));
		this.files.add(file);
		this.size = 0;
		return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
	}

	@Override
	public synchronized void take(byte[] array, int end) throws IOException {
		if (this.size + end > FILE_SIZE) {
			roll();
		}
		ByteBuffer buffer = ByteBuffer.wrap(array, 0, end);
		this.checksum.reset();
		this.checksum.update(array, RESERVED, end - RESERVED);
		buffer.putInt(0, end - RESERVED);
		buffer.putInt(Integer.BYTES, (int) this.checksum.getValue());
		while (buffer.hasRemaining()) {
			this.channel.write(buffer);
		}
		this.size += end;
		if (isSyncDue()) {
			sync();
		}
	}

	private boolean isSyncDue() {
		return switch (this.fsync) {
			case ALWAYS -> true;
			case INTERVAL -> System.nanoTime() - this.syncedAt >= INTERVAL;
			case NEVER -> false;
		};
	}

	private void sync() throws IOException {
		this.channel.force(false);
		this.syncedAt = System.nanoTime();
	}

	private void roll() throws IOException {
		if (this.fsync != FsyncPolicy.NEVER) {
			sync();
		}
		this.channel.close();
		if (this.files.size() == FILES) {
			Files.delete(this.files.remove());
		}
		this.channel = open();
	}

	@Override
	public synchronized void close() throws IOException {
		this.channel.close();
	}

}
