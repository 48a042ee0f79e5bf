package io.github.otlpboot.crash;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import io.github.otlpboot.storage.Disk;
import io.github.otlpboot.storage.DiskFile;
import io.github.otlpboot.storage.DiskLock;
import io.github.otlpboot.storage.LocalDisk;
import org.jspecify.annotations.Nullable;

/**
 * The disk of the machine, on which a thread stands still just before one of the changes,
 * or in the middle of it if that is a write, so that the process can be killed there.
 * Thread-safe.
 */
final class HaltingDisk implements Disk {

	private final Disk disk = new LocalDisk();

	private final AtomicInteger changes = new AtomicInteger();

	private final Set<String> seen = ConcurrentHashMap.newKeySet();

	private final Set<HaltingFile> open = ConcurrentHashMap.newKeySet();

	private final int haltAt;

	private final String haltOn;

	private final Consumer<String> onFirst;

	private final BiConsumer<String, Path> onHalt;

	private final Consumer<Path> onMoved;

	/**
	 * Create a disk.
	 * @param haltAt the number of the change, starting at 1; {@code 0} for none
	 * @param haltOn the name of the changes that count, empty for all
	 * @param onFirst is told the name of each kind of change when it comes for the first
	 * time
	 * @param onHalt is told the change and the file when a thread stands still
	 * @param onMoved is told of each file that has got its name
	 */
	HaltingDisk(int haltAt, String haltOn, Consumer<String> onFirst, BiConsumer<String, Path> onHalt,
			Consumer<Path> onMoved) {
		this.haltAt = haltAt;
		this.haltOn = haltOn;
		this.onFirst = onFirst;
		this.onHalt = onHalt;
		this.onMoved = onMoved;
	}

	/**
	 * Return the name of a change, which says what is done to what, so that all crash
	 * points of the same kind have one name.
	 * @param change what is done
	 * @param path to what
	 * @return the name, such as {@code write-segment}
	 */
	static String name(String change, Path path) {
		String file = String.valueOf(path.getFileName());
		String parent = String.valueOf((path.getParent() != null) ? path.getParent().getFileName() : null);
		String kind;
		if (file.startsWith("META")) {
			kind = file.equals("META") ? "meta" : "new-meta";
		}
		else if (file.startsWith("slot-")) {
			kind = "slot";
		}
		else if (parent.startsWith("slot-")) {
			kind = file.equals("LOCK") ? "lock" : "signal";
		}
		else if (file.equals("cursors") || file.equals("quarantine")) {
			kind = file;
		}
		else if (parent.equals("quarantine")) {
			kind = "copy";
		}
		else if (parent.equals("cursors")) {
			kind = file.endsWith(".cur") ? "cursor" : "new-cursor";
		}
		else if (file.contains(".seg")) {
			kind = file.endsWith(".seg") ? "segment" : "new-segment";
		}
		else {
			kind = "directory";
		}
		return change + "-" + kind;
	}

	private boolean isHalt(String change, Path path) {
		String name = name(change, path);
		if (this.seen.add(name)) {
			this.onFirst.accept(name);
		}
		if (!this.haltOn.isEmpty() && !this.haltOn.equals(name)) {
			return false;
		}
		return this.changes.incrementAndGet() == this.haltAt;
	}

	private void before(String change, Path path) {
		if (isHalt(change, path)) {
			halt(change, path);
		}
	}

	private void halt(String change, Path path) {
		this.onHalt.accept(change, path);
		while (true) {
			LockSupport.park(this);
		}
	}

	@Override
	public DiskFile open(Path file, OpenMode mode) throws IOException {
		if (mode == OpenMode.CREATE) {
			before("create", file);
		}
		HaltingFile opened = new HaltingFile(this.disk.open(file, mode), file);
		this.open.add(opened);
		return opened;
	}

	@Override
	public void createDirectories(Path directory) throws IOException {
		before("mkdir", directory);
		this.disk.createDirectories(directory);
	}

	@Override
	public List<Path> list(Path directory) throws IOException {
		return this.disk.list(directory);
	}

	@Override
	public void move(Path source, Path target) throws IOException {
		before("move", target);
		this.disk.move(source, target);
		// What is written to it from now on has the name of a segment.
		this.open.forEach((file) -> file.moved(source, target));
		this.onMoved.accept(target);
	}

	@Override
	public void delete(Path path) throws IOException {
		before("delete", path);
		this.disk.delete(path);
	}

	@Override
	public void syncDirectory(Path directory) throws IOException {
		before("sync", directory);
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

	/**
	 * A file of that disk.
	 */
	private final class HaltingFile implements DiskFile {

		private final DiskFile file;

		private volatile Path path;

		HaltingFile(DiskFile file, Path path) {
			this.file = file;
			this.path = path;
		}

		void moved(Path source, Path target) {
			if (this.path.equals(source)) {
				this.path = target;
			}
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
			if (isHalt("write", this.path)) {
				this.file.write(new ByteBuffer[] { firstHalf(sources) }, position);
				halt("write", this.path);
			}
			this.file.write(sources, position);
		}

		private ByteBuffer firstHalf(ByteBuffer[] sources) {
			int length = 0;
			for (ByteBuffer source : sources) {
				length += source.remaining();
			}
			ByteBuffer all = ByteBuffer.allocate(length);
			for (ByteBuffer source : sources) {
				all.put(source.duplicate());
			}
			return all.flip().limit(length / 2);
		}

		@Override
		public void truncate(long size) throws IOException {
			before("truncate", this.path);
			this.file.truncate(size);
		}

		@Override
		public void sync() throws IOException {
			before("fsync", this.path);
			this.file.sync();
		}

		@Override
		public void close() throws IOException {
			HaltingDisk.this.open.remove(this);
			this.file.close();
		}

	}

}
