package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Random;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.withinPercentage;

/**
 * Tests for {@link LocalDisk}.
 */
class LocalDiskTests {

	private final LocalDisk disk = new LocalDisk();

	@TempDir
	private Path directory;

	@Test
	void whatIsCreatedBelongsToItsOwnerAlone() throws IOException {
		Path nested = this.directory.resolve("a/b/c");
		this.disk.createDirectories(nested);
		this.disk.createDirectories(nested);
		for (Path created = nested; !created.equals(this.directory); created = created.getParent()) {
			assertThat(permissions(created)).isEqualTo("rwx------");
		}
		this.disk.open(nested.resolve("file"), Disk.OpenMode.CREATE).close();
		assertThat(permissions(nested.resolve("file"))).isEqualTo("rw-------");
		AutoCloseable lock = this.disk.tryLock(nested.resolve("LOCK"));
		assertThat(lock).isNotNull();
		assertThat(permissions(nested.resolve("LOCK"))).isEqualTo("rw-------");
		((LocalLock) lock).close();
	}

	@Test
	void worksWithoutPosixPermissions() throws IOException {
		try (FileSystem zip = FileSystems.newFileSystem(this.directory.resolve("a.zip"), Map.of("create", "true"))) {
			assertThat(zip.supportedFileAttributeViews()).doesNotContain("posix");
			Path nested = zip.getPath("/a/b");
			this.disk.createDirectories(nested);
			assertThat(this.disk.list(zip.getPath("/a"))).hasSize(1);
			this.disk.syncDirectory(nested);
		}
	}

	@Test
	void freeSpaceIsThatOfTheVolume() throws IOException {
		long expected = Files.getFileStore(this.directory).getUsableSpace();
		// Others use the volume as well.
		assertThat(this.disk.usableSpace(this.directory)).isCloseTo(expected, withinPercentage(20));
	}

	@Test
	void freeSpaceThatNobodyCanTellIsNotTakenForNone() {
		assertThatIOException().isThrownBy(() -> this.disk.usableSpace(this.directory.resolve("missing")));
	}

	@Test
	void manyBuffersAreWrittenOneAfterTheOther() throws IOException {
		Random random = new Random(1);
		ByteBuffer expected = ByteBuffer.allocate(1_000_000);
		ByteBuffer[] sources = new ByteBuffer[3001];
		for (int i = 0; i < sources.length; i++) {
			byte[] bytes = new byte[(i % 3 == 0) ? 0 : random.nextInt(300)];
			random.nextBytes(bytes);
			expected.put(bytes);
			sources[i] = ByteBuffer.wrap(bytes);
		}
		expected.flip();
		Path file = this.directory.resolve("file");
		try (DiskFile opened = this.disk.open(file, Disk.OpenMode.CREATE)) {
			opened.write(new ByteBuffer[] { ByteBuffer.wrap(new byte[5]) }, 0);
			opened.write(sources, 3);
			assertThat(sources).noneMatch(ByteBuffer::hasRemaining);
			opened.sync();
			assertThat(opened.size()).isEqualTo(3 + expected.remaining());
			ByteBuffer read = ByteBuffer.allocate(expected.remaining() + 10);
			assertThat(opened.read(read, 3)).isEqualTo(expected.remaining());
			assertThat(read.flip()).isEqualTo(expected);
			assertThat(opened.read(ByteBuffer.allocate(1), opened.size())).isZero();
			assertThat(opened.read(ByteBuffer.allocate(1), opened.size() + 100)).isZero();
			opened.truncate(4);
			assertThat(opened.size()).isEqualTo(4);
		}
		assertThat(Files.size(file)).isEqualTo(4);
	}

	@Test
	void fileIsOpenedAsAskedFor() throws IOException {
		Path file = this.directory.resolve("file");
		assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> this.disk.open(file, Disk.OpenMode.READ));
		assertThatExceptionOfType(NoSuchFileException.class)
			.isThrownBy(() -> this.disk.open(file, Disk.OpenMode.WRITE));
		Files.writeString(file, "old");
		try (DiskFile opened = this.disk.open(file, Disk.OpenMode.WRITE)) {
			opened.write(new ByteBuffer[] { ByteBuffer.wrap(new byte[] { 'e' }) }, 0);
			assertThat(opened.read(ByteBuffer.allocate(10), 0)).isEqualTo(3);
		}
		assertThat(file).hasContent("eld");
		this.disk.open(file, Disk.OpenMode.CREATE).close();
		assertThat(file).isEmptyFile();
	}

	@Test
	void filesAreListedMovedAndDeleted() throws IOException {
		for (String name : new String[] { "c", "a", "b" }) {
			Files.writeString(this.directory.resolve(name), name);
		}
		assertThat(this.disk.list(this.directory)).extracting((path) -> path.getFileName().toString())
			.containsExactly("a", "b", "c");
		this.disk.move(this.directory.resolve("a"), this.directory.resolve("b"));
		assertThat(this.directory.resolve("b")).hasContent("a");
		this.disk.delete(this.directory.resolve("b"));
		this.disk.delete(this.directory.resolve("b"));
		assertThat(this.disk.list(this.directory)).containsExactly(this.directory.resolve("c"));
		assertThat(this.disk.list(this.directory.resolve("none"))).isEmpty();
		assertThatIOException().isThrownBy(() -> this.disk.list(this.directory.resolve("c")));
	}

	@Test
	void directoryIsSyncedIfItIsThere() throws IOException {
		this.disk.syncDirectory(this.directory);
		assertThatIOException().isThrownBy(() -> this.disk.syncDirectory(this.directory.resolve("none")));
	}

	@Test
	void tellsTheFreeSpace() throws IOException {
		assertThat(this.disk.usableSpace(this.directory)).isPositive();
	}

	private static String permissions(Path path) throws IOException {
		return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
	}

}
