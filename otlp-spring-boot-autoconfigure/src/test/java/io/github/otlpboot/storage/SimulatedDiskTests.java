package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

import io.github.otlpboot.storage.SimulatedDisk.Operation;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SimulatedDisk}: a disk that is kinder than a real one would make other
 * tests pass for nothing.
 */
class SimulatedDiskTests {

	private static final Path DIRECTORY = Path.of("/d");

	private static final Path FILE = DIRECTORY.resolve("file");

	@Test
	void aDiskWithoutInodesCreatesNothingAndDoesEverythingElse() throws IOException {
		SimulatedDisk disk = disk();
		disk.put(FILE, filled(10, 'a'));
		Path other = DIRECTORY.resolve("other");
		disk.noMoreFiles();
		assertThatIOException().isThrownBy(() -> disk.open(other, Disk.OpenMode.CREATE))
			.withMessage("No space left on device");
		assertThatIOException().isThrownBy(() -> disk.createDirectories(other));
		assertThatIOException().isThrownBy(() -> disk.tryLock(other));
		disk.createDirectories(DIRECTORY);
		try (DiskFile file = disk.open(FILE, Disk.OpenMode.CREATE)) {
			file.write(buffers(filled(1000, 'b')), 0);
		}
		disk.move(FILE, other);
		assertThatIOException().isThrownBy(() -> disk.open(FILE, Disk.OpenMode.CREATE));
		disk.delete(other);
		disk.open(FILE, Disk.OpenMode.CREATE).close();
		assertThatIOException().isThrownBy(() -> disk.open(other, Disk.OpenMode.CREATE));
		disk.heal();
		disk.open(other, Disk.OpenMode.CREATE).close();
	}

	@Test
	void powerLossKeepsDropsAndGarblesWhatWasNotSynced() throws IOException {
		Set<String> seen = new HashSet<>();
		for (int seed = 0; seed < 200; seed++) {
			SimulatedDisk disk = disk();
			disk.put(FILE, filled(700, 'a'));
			try (DiskFile file = disk.open(FILE, Disk.OpenMode.WRITE)) {
				file.write(buffers(filled(1000, 'b')), 600);
			}
			disk.powerLoss(new Random(seed));
			byte[] contents = disk.contents(FILE);
			assertThat(contents).hasSizeBetween(700, 1600);
			assertThat(Arrays.copyOf(contents, 600)).containsOnly('a');
			seen.add((contents.length == 700) ? "short" : (contents.length == 1600) ? "long" : "between");
			seen.add((contents[600] == 'a') ? "dropped" : (contents[600] == 'b') ? "kept" : "garbled");
			seen.add((contents.length > 1100 && contents[1100] == 0) ? "zero" : "not zero");
			byte[] again = disk.contents(FILE);
			disk.powerLoss(new Random(seed + 1));
			assertThat(disk.contents(FILE)).isEqualTo(again);
		}
		assertThat(seen).contains("short", "long", "between", "dropped", "kept", "garbled", "zero");
	}

	@Test
	void powerLossKeepsWhatWasSynced() throws IOException {
		for (int seed = 0; seed < 100; seed++) {
			SimulatedDisk disk = disk();
			disk.put(FILE, new byte[0]);
			try (DiskFile file = disk.open(FILE, Disk.OpenMode.WRITE)) {
				file.write(buffers(filled(3000, 'a')), 0);
				file.sync();
				file.truncate(2500);
				file.sync();
				file.write(buffers(filled(3000, 'b')), 2500);
			}
			disk.powerLoss(new Random(seed));
			byte[] contents = disk.contents(FILE);
			assertThat(contents).hasSizeGreaterThanOrEqualTo(2500);
			assertThat(Arrays.copyOf(contents, 2500)).containsOnly('a');
		}
	}

	@Test
	void powerLossKeepsOrDropsChangesOfADirectoryEachAsAWhole() throws IOException {
		Set<List<String>> seen = new HashSet<>();
		for (int seed = 0; seed < 200; seed++) {
			SimulatedDisk disk = disk();
			disk.put(DIRECTORY.resolve("old"), new byte[] { 1 });
			disk.put(DIRECTORY.resolve("gone"), new byte[] { 2 });
			disk.move(DIRECTORY.resolve("old"), DIRECTORY.resolve("new"));
			disk.delete(DIRECTORY.resolve("gone"));
			disk.open(DIRECTORY.resolve("created"), Disk.OpenMode.CREATE).close();
			assertThat(names(disk)).containsExactly("created", "new");
			disk.powerLoss(new Random(seed));
			List<String> names = names(disk);
			assertThat(names.contains("old")).isNotEqualTo(names.contains("new"));
			seen.add(names);
		}
		assertThat(seen).hasSize(8);
	}

	@Test
	void powerLossKeepsSyncedChangesOfADirectory() throws IOException {
		for (int seed = 0; seed < 50; seed++) {
			SimulatedDisk disk = disk();
			disk.open(DIRECTORY.resolve("a"), Disk.OpenMode.CREATE).close();
			disk.move(DIRECTORY.resolve("a"), DIRECTORY.resolve("b"));
			disk.syncDirectory(DIRECTORY);
			disk.powerLoss(new Random(seed));
			assertThat(names(disk)).containsExactly("b");
		}
	}

	@Test
	void directoryThatWasNotSyncedInItsParentMayBeGone() throws IOException {
		Set<Boolean> seen = new HashSet<>();
		for (int seed = 0; seed < 50; seed++) {
			SimulatedDisk disk = new SimulatedDisk();
			disk.createDirectories(DIRECTORY);
			disk.powerLoss(new Random(seed));
			seen.add(disk.exists(DIRECTORY));
		}
		assertThat(seen).containsExactlyInAnyOrder(true, false);
	}

	@Test
	void killedProcessLosesItsFilesAndLocksAndNothingElse() throws Exception {
		SimulatedDisk disk = disk();
		DiskFile file = disk.open(FILE, Disk.OpenMode.CREATE);
		file.write(buffers(filled(10, 'a')), 0);
		AutoCloseable lock = disk.tryLock(DIRECTORY.resolve("LOCK"));
		assertThat(disk.tryLock(DIRECTORY.resolve("LOCK"))).isNull();
		disk.restart();
		assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(file::sync);
		assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(file::size);
		assertThat(disk.contents(FILE)).hasSize(10);
		AutoCloseable next = disk.tryLock(DIRECTORY.resolve("LOCK"));
		assertThat(next).isNotNull();
		lock.close();
		assertThat(disk.tryLock(DIRECTORY.resolve("LOCK"))).isNull();
		next.close();
		assertThat(disk.tryLock(DIRECTORY.resolve("LOCK"))).isNotNull();
	}

	@Test
	void processThatHaltedDoesNothingMore() throws IOException {
		SimulatedDisk disk = disk();
		DiskFile file = disk.open(FILE, Disk.OpenMode.CREATE);
		disk.haltBefore(2);
		file.write(buffers(filled(1, 'a')), 0);
		assertThatExceptionOfType(SimulatedDisk.Halt.class).isThrownBy(() -> file.truncate(0));
		assertThatExceptionOfType(SimulatedDisk.Halt.class).isThrownBy(() -> disk.delete(FILE));
		assertThatExceptionOfType(SimulatedDisk.Halt.class).isThrownBy(file::size);
		file.close();
		disk.restart();
		assertThat(disk.contents(FILE)).containsExactly('a');
	}

	@Test
	void hookSeesEveryOperationAndMayEndTheProcess() throws IOException {
		SimulatedDisk disk = disk();
		List<String> seen = new ArrayList<>();
		disk.hook((operation, path) -> {
			seen.add(operation + " " + path.getFileName());
			if (operation == Operation.SYNC) {
				throw new IllegalStateException("killed");
			}
		});
		DiskFile file = disk.open(FILE, Disk.OpenMode.CREATE);
		file.write(buffers(filled(1, 'a')), 0);
		assertThatIllegalStateException().isThrownBy(file::sync).withMessage("killed");
		assertThatIllegalStateException().isThrownBy(() -> disk.list(DIRECTORY)).withMessage("killed");
		assertThat(seen).containsExactly("OPEN file", "WRITE file", "SYNC file");
		disk.restart();
		disk.heal();
		assertThat(names(disk)).containsExactly("file");
	}

	@Test
	void operationsFailOnDemand() throws IOException {
		SimulatedDisk disk = disk();
		DiskFile file = disk.open(FILE, Disk.OpenMode.CREATE);
		disk.fail(Operation.WRITE, 2);
		file.write(buffers(filled(3, 'a')), 0);
		assertThatIOException().isThrownBy(() -> file.write(buffers(filled(3, 'b')), 3));
		file.write(buffers(filled(3, 'c')), 3);
		disk.shortWrite(2, 2);
		file.write(buffers(filled(3, 'd')), 6);
		assertThatIOException().isThrownBy(() -> file.write(buffers(filled(1, 'e'), filled(3, 'f')), 9));
		assertThat(disk.contents(FILE)).containsExactly("aaacccdddef".getBytes(StandardCharsets.UTF_8));
		disk.failAll(Operation.SYNC);
		assertThatIOException().isThrownBy(file::sync);
		assertThatIOException().isThrownBy(file::sync);
		disk.heal();
		file.sync();
		assertThat(disk.count(Operation.SYNC)).isEqualTo(3);
	}

	@Test
	void fullDiskTakesWhatFits() throws IOException {
		SimulatedDisk disk = disk();
		disk.put(DIRECTORY.resolve("other"), filled(100, 'x'));
		DiskFile file = disk.open(FILE, Disk.OpenMode.CREATE);
		disk.noSpaceAfter(5);
		assertThat(disk.usableSpace(DIRECTORY)).isEqualTo(5);
		file.write(buffers(filled(3, 'a')), 0);
		assertThatIOException().isThrownBy(() -> file.write(buffers(filled(4, 'b')), 2))
			.withMessage("No space left on device");
		assertThat(disk.contents(FILE)).containsExactly('a', 'a', 'b', 'b', 'b');
		file.write(buffers(filled(5, 'c')), 0);
		disk.delete(DIRECTORY.resolve("other"));
		file.write(buffers(filled(50, 'd')), 0);
		assertThat(disk.usableSpace(DIRECTORY)).isEqualTo(55);
		disk.usableSpace(7);
		assertThat(disk.usableSpace(DIRECTORY)).isEqualTo(7);
	}

	@Test
	void behavesAsAFileSystemDoes() throws IOException {
		SimulatedDisk disk = disk();
		assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> disk.open(FILE, Disk.OpenMode.READ));
		assertThatExceptionOfType(NoSuchFileException.class)
			.isThrownBy(() -> disk.open(Path.of("/none/file"), Disk.OpenMode.CREATE));
		assertThatExceptionOfType(NoSuchFileException.class)
			.isThrownBy(() -> disk.move(FILE, DIRECTORY.resolve("other")));
		assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> disk.syncDirectory(Path.of("/none")));
		disk.delete(FILE);
		disk.delete(Path.of("/none/file"));
		assertThat(disk.list(Path.of("/none"))).isEmpty();
		disk.put(FILE, filled(3, 'a'));
		assertThatExceptionOfType(DirectoryNotEmptyException.class).isThrownBy(() -> disk.delete(DIRECTORY));
		assertThatIOException().isThrownBy(() -> disk.createDirectories(FILE));
		try (DiskFile file = disk.open(FILE, Disk.OpenMode.READ)) {
			assertThatIOException().isThrownBy(() -> file.write(buffers(filled(1, 'b')), 0));
			disk.delete(FILE);
			assertThat(file.read(ByteBuffer.allocate(5), 1)).isEqualTo(2);
			assertThat(file.read(ByteBuffer.allocate(5), 3)).isZero();
			assertThat(file.read(ByteBuffer.allocate(5), 30)).isZero();
		}
		disk.delete(DIRECTORY);
		assertThat(disk.exists(DIRECTORY)).isFalse();
	}

	private static SimulatedDisk disk() throws IOException {
		SimulatedDisk disk = new SimulatedDisk();
		disk.createDirectories(DIRECTORY);
		disk.syncDirectory(DIRECTORY.getParent());
		return disk;
	}

	private static List<String> names(Disk disk) throws IOException {
		return disk.list(DIRECTORY).stream().map((path) -> path.getFileName().toString()).toList();
	}

	private static byte[] filled(int length, int value) {
		byte[] bytes = new byte[length];
		Arrays.fill(bytes, (byte) value);
		return bytes;
	}

	private static ByteBuffer[] buffers(byte[]... arrays) {
		return Arrays.stream(arrays).map(ByteBuffer::wrap).toArray(ByteBuffer[]::new);
	}

}
