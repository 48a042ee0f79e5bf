package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The file system of the machine. Where it knows POSIX permissions, files are created
 * with 0600 and directories with 0700.
 * <p>
 * Thread-safe, because it has no state.
 */
public final class LocalDisk implements Disk {

	private static final FileAttribute<?>[] NONE = {};

	private static final FileAttribute<?>[] OWNER_FILE = {
			PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")) };

	private static final FileAttribute<?>[] OWNER_DIRECTORY = {
			PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")) };

	@Override
	public DiskFile open(Path file, OpenMode mode) throws IOException {
		return new LocalDiskFile(openChannel(file, switch (mode) {
			case READ -> Set.of(StandardOpenOption.READ);
			case WRITE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE);
			case CREATE -> Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE,
					StandardOpenOption.TRUNCATE_EXISTING);
		}));
	}

	private static FileChannel openChannel(Path file, Set<? extends OpenOption> options) throws IOException {
		return FileChannel.open(file, options, isPosix(file) ? OWNER_FILE : NONE);
	}

	@Override
	public void createDirectories(Path directory) throws IOException {
		Files.createDirectories(directory, isPosix(directory) ? OWNER_DIRECTORY : NONE);
	}

	@Override
	public List<Path> list(Path directory) throws IOException {
		List<Path> entries = new ArrayList<>();
		try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
			stream.forEach(entries::add);
		}
		catch (NoSuchFileException ex) {
			return List.of();
		}
		catch (DirectoryIteratorException ex) {
			throw ex.getCause();
		}
		Collections.sort(entries);
		return entries;
	}

	@Override
	public void move(Path source, Path target) throws IOException {
		Files.move(source, target, StandardCopyOption.ATOMIC_MOVE);
	}

	@Override
	public void delete(Path path) throws IOException {
		Files.deleteIfExists(path);
	}

	@Override
	public void syncDirectory(Path directory) throws IOException {
		FileChannel channel;
		try {
			channel = FileChannel.open(directory, StandardOpenOption.READ);
		}
		catch (IOException ex) {
			if (isPosix(directory)) {
				throw ex;
			}
			// Windows opens no directories, and needs no sync for them.
			return;
		}
		try (channel) {
			channel.force(true);
		}
	}

	@Override
	public long usableSpace(Path directory) throws IOException {
		// This is asked for every append. A file costs one system call, a file store has
		// the table of mounts read first.
		boolean local = directory.getFileSystem() == FileSystems.getDefault();
		long usable = local ? directory.toFile().getUsableSpace() : 0;
		// None also where that failed, and only the file store says why.
		return (usable > 0) ? usable : Files.getFileStore(directory).getUsableSpace();
	}

	@Override
	public @Nullable String otherOwner(Path path) throws IOException {
		if (!isPosix(path)) {
			// Elsewhere an owner may be a group that the user is in.
			return null;
		}
		UserPrincipal owner = Files.getOwner(path);
		return (isSuperuser(path) || owner.equals(self(path))) ? null : owner.getName();
	}

	private static boolean isSuperuser(Path path) throws IOException {
		return Integer.valueOf(0).equals(Files.getAttribute(path, "unix:uid"));
	}

	private static UserPrincipal self(Path path) throws IOException {
		// Known also where the user has no name, as in a container.
		Path process = Path.of("/proc/self");
		return Files.exists(process) ? Files.getOwner(process)
				: path.getFileSystem()
					.getUserPrincipalLookupService()
					.lookupPrincipalByName(System.getProperty("user.name"));
	}

	@Override
	public boolean exists(Path file) {
		return !Files.notExists(file);
	}

	@Override
	public void touch(Path file, long millis) {
		// Not by Files, which opens the file and closes it: that would release the lock
		// that this process holds on it. Where there is no file, nothing happens.
		file.toFile().setLastModified(millis);
	}

	@Override
	public @Nullable DiskLock tryLock(Path file) throws IOException {
		return LocalLock.tryLock(file, () -> openChannel(file,
				Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE)));
	}

	private static boolean isPosix(Path path) {
		return path.getFileSystem().supportedFileAttributeViews().contains("posix");
	}

}
