package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;

/**
 * A lock on a file that holds against other processes and within this one.
 * <p>
 * The operating system drops a POSIX lock as soon as its process closes <em>any</em>
 * descriptor of the file, so a file that is locked here must not even be opened again.
 * Which ones are is written down among the system properties, one for each lock: they are
 * the one map that all class loaders of a JVM share. Texts only, because others list the
 * system properties and expect nothing else.
 * <p>
 * Thread-safe.
 */
final class LocalLock implements DiskLock {

	private static final String PROPERTY_PREFIX = "io.github.otlpboot.lock.";

	private final String property;

	private final FileChannel channel;

	private final Path file;

	/**
	 * Which file it is, whatever its name; {@code null} where the system does not tell.
	 */
	private final @Nullable Object key;

	private final AtomicBoolean closed = new AtomicBoolean();

	private LocalLock(String property, FileChannel channel, Path file, @Nullable Object key) {
		this.property = property;
		this.channel = channel;
		this.file = file;
		this.key = key;
	}

	/**
	 * Lock a file.
	 * @param file the file
	 * @param opener opens it, and creates it if it is not there
	 * @return the lock, {@code null} if someone else holds it
	 * @throws IOException if the file cannot be opened
	 */
	static @Nullable LocalLock tryLock(Path file, ChannelOpener opener) throws IOException {
		String property = PROPERTY_PREFIX + realPath(file);
		if (System.getProperties().putIfAbsent(property, "held") != null) {
			return null;
		}
		LocalLock lock = null;
		try {
			lock = lock(property, file, opener);
		}
		finally {
			if (lock == null) {
				System.getProperties().remove(property);
			}
		}
		return lock;
	}

	private static @Nullable LocalLock lock(String property, Path file, ChannelOpener opener) throws IOException {
		FileChannel channel = opener.open();
		FileLock lock = null;
		Object key = null;
		try {
			FileLock taken = channel.tryLock();
			key = (taken != null) ? key(file) : null;
			lock = taken;
		}
		catch (OverlappingFileLockException ex) {
			// Held in this JVM under a name that says nothing of it, such as a hard link.
		}
		finally {
			if (lock == null) {
				channel.close();
			}
		}
		return (lock != null) ? new LocalLock(property, channel, file, key) : null;
	}

	// Asks for the name alone: the file must not be opened.
	private static @Nullable Object key(Path file) throws IOException {
		return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
	}

	@Override
	public boolean isIntact() {
		try {
			return Objects.equals(this.key, key(this.file));
		}
		catch (NoSuchFileException ex) {
			return false;
		}
		catch (IOException ex) {
			return true;
		}
	}

	// The same for every way that leads to the directory.
	private static Path realPath(Path file) throws IOException {
		Path absolute = file.toAbsolutePath();
		Path parent = absolute.getParent();
		Path name = absolute.getFileName();
		return (parent != null && name != null) ? parent.toRealPath().resolve(name) : absolute;
	}

	@Override
	public void close() throws IOException {
		if (!this.closed.compareAndSet(false, true)) {
			return;
		}
		// The file first: who finds the property gone may open it at once.
		try {
			this.channel.close();
		}
		finally {
			System.getProperties().remove(this.property);
		}
	}

	/**
	 * Opens the file to lock.
	 */
	@FunctionalInterface
	interface ChannelOpener {

		FileChannel open() throws IOException;

	}

}
