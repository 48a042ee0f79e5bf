package io.github.otlpboot.benchmark.recovery;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

import org.springframework.util.FileSystemUtils;

/**
 * A storage directory as a killed process left it, with a last segment that is full and
 * not sealed, from which any number of copies are made.
 */
final class StoredLog {

	/** A batch of 512 spans, and the header of the record. */
	static final int FRAME = 175_000;

	private static final int HEADER = 56;

	/** What is smaller is no segment worth a link. */
	private static final long SMALL = 64 * 1024;

	private final Path directory;

	private final boolean empty;

	private StoredLog(Path directory, boolean empty) {
		this.directory = directory;
		this.empty = empty;
	}

	static StoredLog fill(Path directory, int segments) throws IOException {
		int perSegment = (StoringProcess.SEGMENT - HEADER) / FRAME;
		if (segments > 0) {
			StoringProcess.run(directory, segments * perSegment, FRAME - HEADER);
			for (Path file : files(directory)) {
				sync(file);
			}
		}
		return new StoredLog(directory, segments == 0);
	}

	/**
	 * Make a copy.
	 * @param target where to
	 * @param unsealed how many batches are in the last segment
	 * @throws IOException if it cannot be made
	 */
	void copyTo(Path target, int unsealed) throws IOException {
		FileSystemUtils.deleteRecursively(target);
		if (this.empty) {
			return;
		}
		for (Path file : files(this.directory)) {
			Path copy = target.resolve(this.directory.relativize(file));
			Files.createDirectories(copy.getParent());
			if (Files.size(file) > SMALL && !isLast(file)) {
				// Nobody writes to a sealed segment.
				Files.createLink(copy, file);
				continue;
			}
			Files.copy(file, copy);
			if (Files.size(copy) > SMALL) {
				cut(copy, unsealed);
			}
			sync(copy);
		}
	}

	private static boolean isLast(Path file) throws IOException {
		return files(file.getParent()).stream().noneMatch((other) -> other.compareTo(file) > 0);
	}

	private static void cut(Path segment, int unsealed) throws IOException {
		try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
			channel.truncate(channel.size() % FRAME + (long) unsealed * FRAME);
		}
	}

	/**
	 * Have the operating system forget what it has read or written of a directory.
	 * @param directory the directory
	 * @return whether it does
	 * @throws IOException if that cannot be tried
	 */
	static boolean forget(Path directory) throws IOException {
		try {
			for (Path file : Files.exists(directory) ? files(directory) : List.<Path>of()) {
				Process process = new ProcessBuilder("dd", "if=" + file, "iflag=nocache", "count=0")
					.redirectErrorStream(true)
					.redirectOutput(ProcessBuilder.Redirect.DISCARD)
					.start();
				if (process.waitFor() != 0) {
					return false;
				}
			}
			return true;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	private static void sync(Path file) throws IOException {
		try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
			channel.force(true);
		}
	}

	private static List<Path> files(Path directory) throws IOException {
		try (Stream<Path> files = Files.walk(directory)) {
			return files.filter(Files::isRegularFile).toList();
		}
	}

}
