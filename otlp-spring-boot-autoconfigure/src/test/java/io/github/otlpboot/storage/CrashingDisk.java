package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A disk under a process that is killed just before one of its steps, or halfway through
 * a write. Then nothing works any more, and all locks are free. What was written stays.
 */
final class CrashingDisk implements Disk {

	private final Disk disk;

	private final List<AutoCloseable> locks = new ArrayList<>();

	private final List<String> steps = new ArrayList<>();

	private int remaining;

	CrashingDisk(Disk disk, int steps) {
		this.disk = disk;
		this.remaining = steps;
	}

	/**
	 * Return what was done so far, the step that crashed last.
	 */
	List<String> steps() {
		return this.steps;
	}

	private void step(String name, Path path) throws IOException {
		this.steps.add(name + " " + path.getFileName());
		if (this.remaining-- <= 0) {
			for (AutoCloseable lock : this.locks) {
				release(lock);
			}
			throw new Crash();
		}
	}

	private static void release(AutoCloseable lock) throws IOException {
		try {
			lock.close();
		}
		catch (Exception ex) {
			throw new IOException(ex);
		}
	}

	@Override
	public DiskFile open(Path file, OpenMode mode) throws IOException {
		if (mode == OpenMode.CREATE) {
			step("create", file);
		}
		return new CrashingFile(file, this.disk.open(file, mode));
	}

	@Override
	public void createDirectories(Path directory) throws IOException {
		step("createDirectories", directory);
		this.disk.createDirectories(directory);
	}

	@Override
	public List<Path> list(Path directory) throws IOException {
		return this.disk.list(directory);
	}

	@Override
	public void move(Path source, Path target) throws IOException {
		step("move", target);
		this.disk.move(source, target);
	}

	@Override
	public void delete(Path path) throws IOException {
		step("delete", path);
		this.disk.delete(path);
	}

	@Override
	public void syncDirectory(Path directory) throws IOException {
		step("syncDirectory", directory);
		this.disk.syncDirectory(directory);
	}

	@Override
	public long usableSpace(Path directory) throws IOException {
		return this.disk.usableSpace(directory);
	}

	@Override
	public @Nullable String otherOwner(Path path) throws IOException {
		return this.disk.otherOwner(path);
	}

	@Override
	public @Nullable AutoCloseable tryLock(Path file) throws IOException {
		step("lock", file);
		AutoCloseable lock = this.disk.tryLock(file);
		if (lock != null) {
			this.locks.add(lock);
		}
		return lock;
	}

	/**
	 * The end of the process.
	 */
	static final class Crash extends RuntimeException {

		private static final long serialVersionUID = 1L;

	}

	private final class CrashingFile implements DiskFile {

		private final Path path;

		private final DiskFile file;

		CrashingFile(Path path, DiskFile file) {
			this.path = path;
			this.file = file;
		}

		@Override
		public long size() throws IOException {
			return this.file.size();
		}

		@Override
		public int read(ByteBuffer target, long position) throws IOException {
			return this.file.read(target, position);
		}

		@Override
		public void write(ByteBuffer[] sources, long position) throws IOException {
			step("write", this.path);
			ByteBuffer source = sources[0];
			int half = source.remaining() / 2;
			this.file.write(new ByteBuffer[] { source.slice(source.position(), half) }, position);
			step("write the rest", this.path);
			source.position(source.position() + half);
			this.file.write(sources, position + half);
		}

		@Override
		public void truncate(long size) throws IOException {
			step("truncate", this.path);
			this.file.truncate(size);
		}

		@Override
		public void sync() throws IOException {
			step("sync", this.path);
			this.file.sync();
		}

		@Override
		public void close() throws IOException {
			this.file.close();
		}

	}

}
