package io.github.otlpboot.storage;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.Race;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link LocalLock}, in this process and in another one.
 */
@DisplayName("T17: no lock is held twice")
class LocalLockTests {

	private final LocalDisk disk = new LocalDisk();

	@TempDir
	private Path directory;

	@Test
	void anotherProcessGetsItOnlyAfterItIsClosed() throws Exception {
		Path file = this.directory.resolve("LOCK");
		AutoCloseable lock = this.disk.tryLock(file);
		assertThat(lock).isNotNull();
		assertThat(lockedByAnotherProcess(file)).isEqualTo("refused");
		lock.close();
		assertThat(lockedByAnotherProcess(file)).isEqualTo("locked");
	}

	@Test
	void aFileThatWasDeletedOrReplacedIsLockedNoMore() throws Exception {
		Path file = this.directory.resolve("LOCK");
		try (DiskLock lock = this.disk.tryLock(file)) {
			assertThat(lock.isIntact()).isTrue();
			this.disk.touch(file, 1_000_000);
			assertThat(Files.getLastModifiedTime(file).toMillis()).isEqualTo(1_000_000);
			assertThat(lockedByAnotherProcess(file)).as("touched").isEqualTo("refused");
			assertThat(lock.isIntact()).as("touched").isTrue();
			Files.delete(file);
			assertThat(lock.isIntact()).as("deleted").isFalse();
			Files.createFile(file);
			assertThat(lock.isIntact()).as("replaced").isFalse();
			assertThat(lockedByAnotherProcess(file)).isEqualTo("locked");
		}
	}

	@Test
	void secondAttemptInThisProcessIsRefusedAndReleasesNothing() throws Exception {
		Path file = this.directory.resolve("LOCK");
		try (AutoCloseable lock = this.disk.tryLock(file)) {
			assertThat(lock).isNotNull();
			assertThat(this.disk.tryLock(file)).isNull();
			assertThat(new LocalDisk().tryLock(this.directory.resolve("./LOCK"))).isNull();
			assertThat(lockedByAnotherProcess(file)).isEqualTo("refused");
		}
	}

	@Test
	void symbolicLinkIsNoWayAround() throws Exception {
		Path real = Files.createDirectory(this.directory.resolve("real"));
		Path alias = Files.createSymbolicLink(this.directory.resolve("alias"), real);
		try (AutoCloseable lock = this.disk.tryLock(real.resolve("LOCK"))) {
			assertThat(lock).isNotNull();
			assertThat(this.disk.tryLock(alias.resolve("LOCK"))).isNull();
			assertThat(lockedByAnotherProcess(alias.resolve("LOCK"))).isEqualTo("refused");
		}
		try (AutoCloseable lock = this.disk.tryLock(alias.resolve("LOCK"))) {
			assertThat(lock).isNotNull();
			assertThat(this.disk.tryLock(real.resolve("LOCK"))).isNull();
		}
	}

	@Test
	void hardLinkIsRefused() throws Exception {
		Path file = this.directory.resolve("LOCK");
		try (AutoCloseable lock = this.disk.tryLock(file)) {
			assertThat(lock).isNotNull();
			Path link = Files.createLink(this.directory.resolve("LINK"), file);
			assertThat(this.disk.tryLock(link)).isNull();
		}
	}

	@Test
	void anotherClassLoaderIsRefusedAndReleasesNothing() throws Exception {
		Path file = this.directory.resolve("LOCK");
		URL[] classes = { LocalDisk.class.getProtectionDomain().getCodeSource().getLocation() };
		try (URLClassLoader loader = new URLClassLoader(classes, ClassLoader.getPlatformClassLoader());
				AutoCloseable lock = this.disk.tryLock(file)) {
			assertThat(lock).isNotNull();
			Class<?> other = loader.loadClass(LocalDisk.class.getName());
			assertThat(other).isNotSameAs(LocalDisk.class);
			Object otherDisk = other.getConstructor().newInstance();
			assertThat(other.getMethod("tryLock", Path.class).invoke(otherDisk, file)).isNull();
			assertThat(lockedByAnotherProcess(file)).isEqualTo("refused");
		}
	}

	@Test
	void lockOfAnotherProcessIsRespectedAndFreeAfterItsEnd() throws Exception {
		Path file = this.directory.resolve("LOCK");
		Process process = start(file, "hold");
		try {
			assertThat(process.inputReader(StandardCharsets.UTF_8).readLine()).isEqualTo("locked");
			assertThat(this.disk.tryLock(file)).isNull();
			// Not the second time either: a refusal leaves nothing behind.
			assertThat(this.disk.tryLock(file)).isNull();
		}
		finally {
			process.destroyForcibly().waitFor();
		}
		try (AutoCloseable lock = this.disk.tryLock(file)) {
			assertThat(lock).isNotNull();
		}
	}

	@Test
	void closingTwiceDoesNotReleaseTheNextOne() throws Exception {
		Path file = this.directory.resolve("LOCK");
		AutoCloseable first = this.disk.tryLock(file);
		assertThat(first).isNotNull();
		first.close();
		try (AutoCloseable second = this.disk.tryLock(file)) {
			assertThat(second).isNotNull();
			first.close();
			assertThat(this.disk.tryLock(file)).isNull();
			assertThat(lockedByAnotherProcess(file)).isEqualTo("refused");
		}
	}

	@Test
	void ofManyThreadsOneGetsIt() throws Exception {
		Path file = this.directory.resolve("LOCK");
		try (Race race = new Race(8)) {
			for (int round = 0; round < 50; round++) {
				List<AutoCloseable> locks = new ArrayList<>(race.run((thread) -> this.disk.tryLock(file)));
				locks.removeIf(Objects::isNull);
				assertThat(locks).hasSize(1);
				locks.get(0).close();
			}
		}
	}

	@Test
	void fileThatCannotBeOpenedIsNotHeld() throws Exception {
		Path file = this.directory.resolve("LOCK");
		Files.createDirectory(file);
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.disk.tryLock(file));
		Files.delete(file);
		try (AutoCloseable lock = this.disk.tryLock(file)) {
			assertThat(lock).isNotNull();
		}
		assertThatExceptionOfType(NoSuchFileException.class)
			.isThrownBy(() -> this.disk.tryLock(this.directory.resolve("none/LOCK")));
	}

	@Test
	void systemPropertiesCanStillBeStored() throws Exception {
		try (AutoCloseable lock = this.disk.tryLock(this.directory.resolve("LOCK"))) {
			assertThat(lock).isNotNull();
			StringWriter writer = new StringWriter();
			System.getProperties().store(writer, null);
			assertThat(writer.toString()).contains("io.github.otlpboot.lock.");
		}
	}

	private String lockedByAnotherProcess(Path file) throws Exception {
		Process process = start(file, "try");
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
		process.waitFor();
		return output;
	}

	private static Process start(Path file, String mode) throws IOException {
		String classPath = Stream.of(LocalLockTests.class, LocalDisk.class, Signal.class)
			.map((type) -> type.getProtectionDomain().getCodeSource())
			.map(CodeSource::getLocation)
			.map((location) -> Path.of(location.getPath()).toString())
			.distinct()
			.collect(Collectors.joining(File.pathSeparator));
		return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath,
				"-Xmx32m", LockingProcess.class.getName(), file.toString(), mode)
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
	}

}
