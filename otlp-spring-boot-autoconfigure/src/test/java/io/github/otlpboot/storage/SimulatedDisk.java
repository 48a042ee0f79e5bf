package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;

import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that fails on demand and knows what a power loss may take: of files
 * what was not synced since it was written, and of directories what was not synced since
 * it was created, renamed or deleted. <pre>
 * disk.fail(Operation.SYNC, 2);            // the second sync from now fails
 * disk.haltBefore(5);                      // the process dies before the fifth operation
 * disk.restart();                          // a new process finds what was written
 * disk.powerLoss(new Random(seed));        // a new process finds what was synced, and some of the rest
 * </pre>
 * <p>
 * Thread-safe: one private lock guards everything. The hook is called outside it.
 */
public final class SimulatedDisk implements Disk {

	private static final long DEFAULT_USABLE_SPACE = 1L << 40;

	private final Object lock = new Object();

	private final SimulatedFaults faults = new SimulatedFaults();

	private final SimulatedDirectory root = new SimulatedDirectory();

	/**
	 * Whoever holds each lock: of a file, whatever its name, so that a deleted one is
	 * held on.
	 */
	private final Map<SimulatedFile, Object> locks = new IdentityHashMap<>();

	private Hook hook = (operation, path) -> {
	};

	private long usableSpace = DEFAULT_USABLE_SPACE;

	private long capacity = Long.MAX_VALUE;

	private long maxNodes = Long.MAX_VALUE;

	/**
	 * What ended the process: it does nothing more until it is started again.
	 */
	private @Nullable RuntimeException halt;

	/**
	 * Counts the processes: files opened by an earlier one are closed.
	 */
	private int process;

	/**
	 * Let an operation fail, once. A write that fails has written nothing.
	 * @param operation the kind of operation
	 * @param nth which one from now on, {@code 1} for the next
	 */
	public void fail(Operation operation, int nth) {
		synchronized (this.lock) {
			this.faults.fail(operation, nth);
		}
	}

	/**
	 * Let all operations of a kind fail from now on.
	 * @param operation the kind of operation
	 */
	public void failAll(Operation operation) {
		synchronized (this.lock) {
			this.faults.failAll(operation);
		}
	}

	/**
	 * Let a write fail after a part of it.
	 * @param nth which one from now on, {@code 1} for the next
	 * @param bytes how much of it is written
	 */
	public void shortWrite(int nth, int bytes) {
		synchronized (this.lock) {
			this.faults.shortWrite(nth, bytes);
		}
	}

	/**
	 * Let the process die before an operation, which throws {@link Halt}, as does every
	 * later one until {@link #restart()} or {@link #powerLoss}. Reads are not counted.
	 * @param nth which one from now on, {@code 1} for the next
	 */
	public void haltBefore(int nth) {
		synchronized (this.lock) {
			this.faults.haltBefore(nth);
		}
	}

	/**
	 * Let the disk be full once files have grown, until something is deleted or it is
	 * healed. The write that does not fit fails after as much as fits.
	 * @param bytes by how much they may still grow
	 */
	public void noSpaceAfter(long bytes) {
		synchronized (this.lock) {
			this.capacity = this.root.totalSize() + bytes;
		}
	}

	/**
	 * Let the disk have no room for more files and directories, as one without inodes,
	 * until it is healed. Where some are deleted there is room for as many.
	 */
	public void noMoreFiles() {
		synchronized (this.lock) {
			this.maxNodes = this.root.count();
		}
	}

	/**
	 * Take back all faults, and the hook.
	 */
	public void heal() {
		synchronized (this.lock) {
			this.faults.clear();
			this.capacity = Long.MAX_VALUE;
			this.maxNodes = Long.MAX_VALUE;
			this.hook = (operation, path) -> {
			};
		}
	}

	/**
	 * Call something before every operation. If it throws, the process dies there.
	 * @param hook what is called
	 */
	public void hook(Hook hook) {
		synchronized (this.lock) {
			this.hook = hook;
		}
	}

	/**
	 * Set what {@link #usableSpace(Path)} answers.
	 * @param bytes the free space in bytes
	 */
	public void usableSpace(long bytes) {
		synchronized (this.lock) {
			this.usableSpace = bytes;
		}
	}

	/**
	 * Start a new process after the last one was killed. Everything written is there,
	 * every file closed, every lock free.
	 */
	public void restart() {
		synchronized (this.lock) {
			this.process++;
			this.halt = null;
			this.locks.clear();
			this.faults.clearHalt();
		}
	}

	/**
	 * Start a new process after the power was lost. Everything synced is there; the rest
	 * is kept, dropped or replaced by garbage, as chance will have it.
	 * @param random the chance
	 */
	public void powerLoss(Random random) {
		synchronized (this.lock) {
			restart();
			// Small seeds alone all begin alike.
			this.root.powerLoss(new Random(new SplittableRandom(random.nextLong()).nextLong()));
		}
	}

	/**
	 * Return how many operations of a kind there were, failed ones included.
	 * @param operation the kind of operation
	 * @return the number since the disk is there
	 */
	public int count(Operation operation) {
		synchronized (this.lock) {
			return this.faults.count(operation);
		}
	}

	/**
	 * Return what is in a file.
	 * @param file the file
	 * @return a copy, as a new process would read it
	 */
	public byte[] contents(Path file) {
		synchronized (this.lock) {
			return existing(file).contents();
		}
	}

	/**
	 * Put a file there that survives everything, in the place of what has that name.
	 * @param file the file
	 * @param contents what is in it
	 */
	public void put(Path file, byte[] contents) {
		synchronized (this.lock) {
			Path path = normalize(file);
			SimulatedDirectory directory = this.root;
			for (Path name : path.getParent()) {
				SimulatedDirectory next = directory.directory(name.toString());
				if (next == null) {
					next = new SimulatedDirectory();
					directory.put(name.toString(), next);
					directory.sync();
				}
				directory = next;
			}
			SimulatedFile node = new SimulatedFile();
			node.write(ByteBuffer.wrap(contents), 0, contents.length);
			node.sync();
			directory.put(path.getFileName().toString(), node);
			directory.sync();
		}
	}

	/**
	 * Flip a bit of a file, below whoever has it open.
	 * @param file the file
	 * @param offset the offset of the byte
	 * @param bit which of its bits
	 */
	public void flip(Path file, int offset, int bit) {
		synchronized (this.lock) {
			existing(file).flip(offset, bit);
		}
	}

	/**
	 * Return whether there is a file or directory.
	 * @param path the path
	 * @return whether it is there
	 */
	@Override
	public boolean exists(Path path) {
		synchronized (this.lock) {
			Path normalized = normalize(path);
			SimulatedDirectory parent = directory(normalized.getParent());
			return parent != null && parent.contains(normalized.getFileName().toString());
		}
	}

	@Override
	public DiskFile open(Path file, OpenMode mode) throws IOException {
		before(Operation.OPEN, file);
		synchronized (this.lock) {
			begin(Operation.OPEN, file);
			Path path = normalize(file);
			SimulatedDirectory parent = parentOf(path);
			String name = path.getFileName().toString();
			SimulatedFile node = parent.file(name);
			if (mode == OpenMode.CREATE) {
				if (node == null) {
					requireRoomForFile();
					node = new SimulatedFile();
					parent.put(name, node);
				}
				node.truncate(0);
			}
			if (node == null) {
				throw new NoSuchFileException(file.toString());
			}
			return new OpenFile(node, path, mode != OpenMode.READ, this.process);
		}
	}

	@Override
	public void createDirectories(Path directory) throws IOException {
		before(Operation.CREATE_DIRECTORIES, directory);
		synchronized (this.lock) {
			begin(Operation.CREATE_DIRECTORIES, directory);
			SimulatedDirectory current = this.root;
			for (Path name : normalize(directory)) {
				SimulatedDirectory next = current.directory(name.toString());
				if (next == null) {
					if (current.contains(name.toString())) {
						throw new IOException("Not a directory: " + directory);
					}
					requireRoomForFile();
					next = new SimulatedDirectory();
					current.put(name.toString(), next);
				}
				current = next;
			}
		}
	}

	@Override
	public List<Path> list(Path directory) throws IOException {
		before(Operation.LIST, directory);
		synchronized (this.lock) {
			begin(Operation.LIST, directory);
			SimulatedDirectory node = directory(normalize(directory));
			return (node != null) ? node.names().stream().map(directory::resolve).toList() : List.of();
		}
	}

	@Override
	public void move(Path source, Path target) throws IOException {
		before(Operation.MOVE, source);
		synchronized (this.lock) {
			begin(Operation.MOVE, source);
			Path from = normalize(source);
			Path to = normalize(target);
			if (!from.getParent().equals(to.getParent())) {
				throw new IOException("Not in the same directory: " + source + " and " + target);
			}
			SimulatedDirectory parent = parentOf(from);
			if (!parent.contains(from.getFileName().toString())) {
				throw new NoSuchFileException(source.toString());
			}
			parent.rename(from.getFileName().toString(), to.getFileName().toString());
		}
	}

	@Override
	public void delete(Path path) throws IOException {
		before(Operation.DELETE, path);
		synchronized (this.lock) {
			begin(Operation.DELETE, path);
			Path normalized = normalize(path);
			SimulatedDirectory parent = directory(normalized.getParent());
			if (parent == null) {
				return;
			}
			String name = normalized.getFileName().toString();
			SimulatedDirectory directory = parent.directory(name);
			if (directory != null && !directory.names().isEmpty()) {
				throw new DirectoryNotEmptyException(path.toString());
			}
			parent.remove(name);
		}
	}

	@Override
	public void syncDirectory(Path directory) throws IOException {
		before(Operation.SYNC_DIRECTORY, directory);
		synchronized (this.lock) {
			begin(Operation.SYNC_DIRECTORY, directory);
			SimulatedDirectory node = directory(normalize(directory));
			if (node == null) {
				throw new NoSuchFileException(directory.toString());
			}
			node.sync();
		}
	}

	@Override
	public long usableSpace(Path directory) {
		synchronized (this.lock) {
			return Math.min(this.usableSpace, this.capacity - this.root.totalSize());
		}
	}

	@Override
	public @Nullable String otherOwner(Path path) {
		return null;
	}

	@Override
	public void touch(Path file, long millis) {
		// Times are not kept.
	}

	@Override
	public @Nullable DiskLock tryLock(Path file) throws IOException {
		before(Operation.LOCK, file);
		synchronized (this.lock) {
			begin(Operation.LOCK, file);
			Path path = normalize(file);
			SimulatedDirectory parent = parentOf(path);
			if (!parent.contains(path.getFileName().toString())) {
				requireRoomForFile();
				parent.put(path.getFileName().toString(), new SimulatedFile());
			}
			SimulatedLock taken = new SimulatedLock(path, parent, existing(file));
			return (this.locks.putIfAbsent(taken.file, taken) == null) ? taken : null;
		}
	}

	/**
	 * The hook may block, so it is called without the lock.
	 */
	private void before(Operation operation, Path path) {
		Hook current;
		synchronized (this.lock) {
			throwIfHalted();
			current = this.hook;
		}
		try {
			current.beforeOperation(operation, path);
		}
		catch (RuntimeException ex) {
			synchronized (this.lock) {
				this.halt = ex;
			}
			throw ex;
		}
	}

	private void begin(Operation operation, Path path) throws IOException {
		throwIfHalted();
		try {
			this.faults.begin(operation, path);
		}
		catch (Halt ex) {
			this.halt = ex;
			throw ex;
		}
	}

	private void throwIfHalted() {
		if (this.halt != null) {
			throw this.halt;
		}
	}

	private void requireRoomForFile() throws IOException {
		if (this.root.count() >= this.maxNodes) {
			throw new IOException("No space left on device");
		}
	}

	private SimulatedDirectory parentOf(Path path) throws NoSuchFileException {
		SimulatedDirectory parent = directory(path.getParent());
		if (parent == null) {
			throw new NoSuchFileException(path.toString());
		}
		return parent;
	}

	private @Nullable SimulatedDirectory directory(Path directory) {
		SimulatedDirectory current = this.root;
		for (Path name : directory) {
			if (current == null) {
				return null;
			}
			current = current.directory(name.toString());
		}
		return current;
	}

	private SimulatedFile existing(Path file) {
		Path path = normalize(file);
		SimulatedDirectory parent = directory(path.getParent());
		SimulatedFile node = (parent != null) ? parent.file(path.getFileName().toString()) : null;
		if (node == null) {
			throw new IllegalArgumentException("There is no file " + file);
		}
		return node;
	}

	private static Path normalize(Path path) {
		return path.toAbsolutePath().normalize();
	}

	/**
	 * Called before every operation.
	 */
	@FunctionalInterface
	public interface Hook {

		/**
		 * Called before an operation, by the thread that asks for it.
		 * @param operation the kind of operation
		 * @param path the file or directory, the source of a move
		 */
		void beforeOperation(Operation operation, Path path);

	}

	/**
	 * The kinds of operations.
	 */
	public enum Operation {

		OPEN, READ, WRITE, TRUNCATE, SYNC, MOVE, DELETE, LIST, CREATE_DIRECTORIES, SYNC_DIRECTORY, LOCK

	}

	/**
	 * The process died.
	 */
	public static final class Halt extends RuntimeException {

		private static final long serialVersionUID = 1L;

		Halt(Operation operation, Path path) {
			super("The process died before " + operation + " of " + path);
		}

	}

	private final class OpenFile implements DiskFile {

		private final SimulatedFile node;

		private final Path path;

		private final boolean writable;

		private final int openedBy;

		private boolean closed;

		OpenFile(SimulatedFile node, Path path, boolean writable, int openedBy) {
			this.node = node;
			this.path = path;
			this.writable = writable;
			this.openedBy = openedBy;
		}

		@Override
		public long size() throws IOException {
			synchronized (SimulatedDisk.this.lock) {
				throwIfHalted();
				requireOpen();
				return this.node.size();
			}
		}

		@Override
		public int read(ByteBuffer target, long position) throws IOException {
			before(Operation.READ, this.path);
			synchronized (SimulatedDisk.this.lock) {
				begin(Operation.READ, this.path);
				requireOpen();
				return this.node.read(target, position);
			}
		}

		@Override
		public void write(ByteBuffer[] sources, long position) throws IOException {
			before(Operation.WRITE, this.path);
			synchronized (SimulatedDisk.this.lock) {
				begin(Operation.WRITE, this.path);
				requireWritable();
				long left = SimulatedDisk.this.faults.shortWriteLength();
				long target = position;
				for (ByteBuffer source : sources) {
					int allowed = (int) Math.min(left, Math.min(source.remaining(), room(target)));
					boolean whole = allowed == source.remaining();
					this.node.write(source, target, allowed);
					target += allowed;
					left -= allowed;
					if (!whole) {
						throw new IOException((left > 0) ? "No space left on device" : "Short write to " + this.path);
					}
				}
			}
		}

		private long room(long position) {
			long free = Math.max(0, SimulatedDisk.this.capacity - SimulatedDisk.this.root.totalSize());
			long growsAfter = Math.max(0, this.node.size() - position);
			return (free > Long.MAX_VALUE - growsAfter) ? Long.MAX_VALUE : free + growsAfter;
		}

		@Override
		public void truncate(long size) throws IOException {
			before(Operation.TRUNCATE, this.path);
			synchronized (SimulatedDisk.this.lock) {
				begin(Operation.TRUNCATE, this.path);
				requireWritable();
				this.node.truncate((int) size);
			}
		}

		@Override
		public void sync() throws IOException {
			before(Operation.SYNC, this.path);
			synchronized (SimulatedDisk.this.lock) {
				begin(Operation.SYNC, this.path);
				requireOpen();
				this.node.sync();
			}
		}

		@Override
		public void close() {
			synchronized (SimulatedDisk.this.lock) {
				this.closed = true;
			}
		}

		private void requireOpen() throws IOException {
			if (this.closed || this.openedBy != SimulatedDisk.this.process) {
				throw new ClosedChannelException();
			}
		}

		private void requireWritable() throws IOException {
			requireOpen();
			if (!this.writable) {
				throw new IOException("Opened to be read: " + this.path);
			}
		}

	}

	/**
	 * A lock that was taken.
	 */
	private final class SimulatedLock implements DiskLock {

		private final Path path;

		private final SimulatedDirectory parent;

		private final SimulatedFile file;

		SimulatedLock(Path path, SimulatedDirectory parent, SimulatedFile file) {
			this.path = path;
			this.parent = parent;
			this.file = file;
		}

		@Override
		public boolean isIntact() {
			synchronized (SimulatedDisk.this.lock) {
				return this.parent.file(this.path.getFileName().toString()) == this.file;
			}
		}

		@Override
		public void close() {
			synchronized (SimulatedDisk.this.lock) {
				SimulatedDisk.this.locks.remove(this.file, this);
			}
		}

	}

}
