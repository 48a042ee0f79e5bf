package io.github.otlpboot.tool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The locks that the kernel knows of, on Linux. To find out with a lock of one's own
 * whether a slot is in use would keep an instance from it that starts at that moment.
 * <p>
 * Immutable. Locks of processes that cannot be seen from here, those in other containers,
 * are not in it.
 */
final class LockTable {

	private static final Path LINUX = Path.of("/proc/locks");

	private static final Pattern WRITE_LOCK = Pattern
		.compile("[0-9]+: (?:POSIX|OFDLCK) +[A-Z]+ +WRITE +(-?[0-9]+) [0-9a-f]+:[0-9a-f]+:([0-9]+) .*");

	private final @Nullable List<String> lines;

	private LockTable(@Nullable List<String> lines) {
		this.lines = lines;
	}

	/**
	 * Read the table of this machine.
	 * @return the table, which knows nothing where there is none
	 */
	static LockTable ofThisMachine() {
		return read(LINUX);
	}

	static LockTable read(Path table) {
		try {
			return new LockTable(Files.readAllLines(table));
		}
		catch (IOException ex) {
			return new LockTable(null);
		}
	}

	/**
	 * Tell whether a slot is in use.
	 * @param lock the lock file of the slot, which is not opened
	 * @return words for a line about the slot
	 */
	String describe(Path lock) {
		if (this.lines == null) {
			return "in use or not";
		}
		OptionalLong holder = holder(lock);
		if (holder.isEmpty()) {
			return "not in use";
		}
		return (holder.getAsLong() > 0) ? "in use by process " + holder.getAsLong() : "in use";
	}

	/**
	 * Return whether a process is known to use a slot.
	 * @param lock the lock file of the slot, which is not opened
	 * @return {@code false} also if it is not known
	 */
	boolean isHeld(Path lock) {
		return holder(lock).isPresent();
	}

	private OptionalLong holder(Path lock) {
		String inode = inode(lock);
		if (inode == null || this.lines == null) {
			return OptionalLong.empty();
		}
		for (String line : this.lines) {
			Matcher matcher = WRITE_LOCK.matcher(line);
			if (matcher.matches() && matcher.group(2).equals(inode)) {
				return OptionalLong.of(Long.parseLong(matcher.group(1)));
			}
		}
		return OptionalLong.empty();
	}

	private static @Nullable String inode(Path file) {
		try {
			return String.valueOf(Files.getAttribute(file, "unix:ino"));
		}
		catch (IOException | UnsupportedOperationException | IllegalArgumentException ex) {
			return null;
		}
	}

}
