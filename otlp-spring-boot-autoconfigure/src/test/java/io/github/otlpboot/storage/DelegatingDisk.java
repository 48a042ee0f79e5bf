package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Another disk, with something to happen when it is used. As thread-safe as that.
 */
abstract class DelegatingDisk implements Disk {

	private final Disk disk;

	DelegatingDisk(Disk disk) {
		this.disk = disk;
	}

	/**
	 * Called before a read.
	 * @param file the file
	 * @param position where
	 * @param length how much
	 * @throws IOException if that is to fail
	 */
	protected void beforeRead(Path file, long position, int length) throws IOException {
	}

	/**
	 * Called after a read.
	 * @param read how many bytes there were
	 */
	protected void onRead(int read) {
	}

	/**
	 * Called before a write or a sync.
	 */
	protected void onChange() {
	}

	@Override
	public DiskFile open(Path file, OpenMode mode) throws IOException {
		return new DelegatingFile(this.disk.open(file, mode), file);
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
	public void syncDirectory(Path directory) throws IOException {
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

	private final class DelegatingFile implements DiskFile {

		private final DiskFile file;

		private final Path path;

		DelegatingFile(DiskFile file, Path path) {
			this.file = file;
			this.path = path;
		}

		@Override
		public long size() throws IOException {
			return this.file.size();
		}

		@Override
		public int read(ByteBuffer target, long position) throws IOException {
			beforeRead(this.path, position, target.remaining());
			int read = this.file.read(target, position);
			onRead(read);
			return read;
		}

		@Override
		public void write(ByteBuffer[] sources, long position) throws IOException {
			onChange();
			this.file.write(sources, position);
		}

		@Override
		public void truncate(long size) throws IOException {
			this.file.truncate(size);
		}

		@Override
		public void sync() throws IOException {
			onChange();
			this.file.sync();
		}

		@Override
		public void close() throws IOException {
			this.file.close();
		}

	}

}
