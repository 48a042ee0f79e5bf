package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Another disk, on which nothing is ever synced: the operating system writes when it
 * likes to.
 * <p>
 * As thread-safe as the other one.
 */
final class UnsyncedDisk implements Disk {

	private final Disk disk;

	private UnsyncedDisk(Disk disk) {
		this.disk = disk;
	}

	/**
	 * Return the disk for a policy.
	 * @param disk a disk
	 * @param fsync when it is to be synced
	 * @return the disk that does no more than that
	 */
	static Disk of(Disk disk, FsyncPolicy fsync) {
		return (fsync != FsyncPolicy.NEVER) ? disk : new UnsyncedDisk(disk);
	}

	@Override
	public DiskFile open(Path file, OpenMode mode) throws IOException {
		return new UnsyncedFile(this.disk.open(file, mode));
	}

	@Override
	public void createDirectories(Path directory) throws IOException {
		this.disk.createDirectories(directory);
	}

	@Override
	public List<Path> list(Path directory) throws IOException {
		return this.disk.list(directory);
	}

	@Override
	public void move(Path source, Path target) throws IOException {
		this.disk.move(source, target);
	}

	@Override
	public void delete(Path path) throws IOException {
		this.disk.delete(path);
	}

	@Override
	public void syncDirectory(Path directory) {
		// Never.
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

	private static final class UnsyncedFile implements DiskFile {

		private final DiskFile file;

		UnsyncedFile(DiskFile file) {
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
			this.file.write(sources, position);
		}

		@Override
		public void truncate(long size) throws IOException {
			this.file.truncate(size);
		}

		@Override
		public void sync() {
			// Never.
		}

		@Override
		public void close() throws IOException {
			this.file.close();
		}

	}

}
