package io.github.otlpboot.testing;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import io.github.otlpboot.storage.Disk;
import io.github.otlpboot.storage.DiskFile;
import io.github.otlpboot.storage.DiskLock;
import io.github.otlpboot.storage.LocalDisk;
import org.jspecify.annotations.Nullable;

/**
 * The disk of the machine, which fails when it is told to. Thread-safe.
 */
public final class FaultyDisk implements Disk {

	private final Disk disk = new LocalDisk();

	private volatile Fault fault = Fault.NONE;

	/**
	 * Fail so from now on.
	 * @param next the fault
	 */
	public void set(Fault next) {
		this.fault = next;
	}

	private void failIf(Fault... faults) throws IOException {
		Fault now = this.fault;
		if (Arrays.asList(faults).contains(now)) {
			throw new IOException("made to fail: " + now);
		}
	}

	@Override
	public DiskFile open(Path file, OpenMode mode) throws IOException {
		if (mode == OpenMode.CREATE) {
			failIf(Fault.FULL, Fault.NO_FILES);
		}
		return new FaultyFile(this.disk.open(file, mode));
	}

	@Override
	public void createDirectories(Path directory) throws IOException {
		failIf(Fault.FULL);
		this.disk.createDirectories(directory);
	}

	@Override
	public List<Path> list(Path directory) throws IOException {
		return this.disk.list(directory);
	}

	@Override
	public void move(Path source, Path target) throws IOException {
		failIf(Fault.NO_FILES);
		this.disk.move(source, target);
	}

	@Override
	public void delete(Path path) throws IOException {
		failIf(Fault.NO_FILES);
		this.disk.delete(path);
	}

	@Override
	public void syncDirectory(Path directory) throws IOException {
		failIf(Fault.NO_SYNC);
		this.disk.syncDirectory(directory);
	}

	@Override
	public long usableSpace(Path directory) throws IOException {
		return (this.fault == Fault.SHORT_OF_SPACE) ? 0 : this.disk.usableSpace(directory);
	}

	@Override
	public @Nullable String otherOwner(Path path) throws IOException {
		return this.disk.otherOwner(path);
	}

	@Override
	public boolean exists(Path file) {
		return this.disk.exists(file);
	}

	@Override
	public void touch(Path file, long millis) {
		this.disk.touch(file, millis);
	}

	@Override
	public @Nullable DiskLock tryLock(Path file) throws IOException {
		return this.disk.tryLock(file);
	}

	/**
	 * What fails.
	 */
	public enum Fault {

		/** Nothing. */
		NONE,

		/** Every write, before a byte of it. */
		NO_WRITES,

		/** Every write, after half of it; nothing is created. */
		FULL,

		/** Syncs, of files and directories. */
		NO_SYNC,

		/** Creating, renaming and deleting files. */
		NO_FILES,

		/** Nothing, but the volume says that it has no room. */
		SHORT_OF_SPACE

	}

	private final class FaultyFile implements DiskFile {

		private final DiskFile file;

		FaultyFile(DiskFile file) {
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
			failIf(Fault.NO_WRITES);
			if (FaultyDisk.this.fault == Fault.FULL) {
				ByteBuffer first = sources[0].duplicate();
				first.limit(first.position() + first.remaining() / 2);
				this.file.write(new ByteBuffer[] { first }, position);
				throw new IOException("No space left on device");
			}
			this.file.write(sources, position);
		}

		@Override
		public void truncate(long size) throws IOException {
			this.file.truncate(size);
		}

		@Override
		public void sync() throws IOException {
			failIf(Fault.NO_SYNC);
			this.file.sync();
		}

		@Override
		public void close() throws IOException {
			this.file.close();
		}

	}

}
