package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.SourcedBatch;
import io.github.otlpboot.testing.Fuzz;
import io.github.otlpboot.testing.Mutator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A storage directory of which files are damaged, exchanged or gone, and which is then
 * opened, read, written and opened again.
 */
class LogFuzzTests {

	private static final int BATCHES = 120;

	/**
	 * Where the sequence stands in a cursor, and how many numbers stand from there on.
	 */
	private static final int CURSOR_START = 46;

	private static final int CURSOR_NUMBERS = 6;

	@BeforeEach
	void setUp() {
		((Logger) LoggerFactory.getLogger(LogFuzzTests.class.getPackageName())).setLevel(Level.OFF);
	}

	@AfterEach
	void tearDown() {
		((Logger) LoggerFactory.getLogger(LogFuzzTests.class.getPackageName())).setLevel(null);
	}

	@Test
	@DisplayName("T6, T8, T9, T39: whatever became of the files, the log opens, nothing altered is read, and all flows")
	void damagedFiles() throws IOException {
		Map<Path, byte[]> files = files();
		Fuzz.run(400, (fuzz, mutator) -> check(fuzz, mutator, files, damage(mutator, files, false), true));
	}

	@Test
	@DisplayName("T9, T39: whatever stands in a cursor whose checksum fits, the log opens, and all flows")
	void wrongCursors() throws IOException {
		Map<Path, byte[]> files = files();
		Fuzz.run(400, (fuzz, mutator) -> check(fuzz, mutator, files, damage(mutator, files, true), false));
	}

	private static void check(Fuzz fuzz, Mutator mutator, Map<Path, byte[]> intact, Map<Path, byte[]> damaged,
			boolean exact) throws Exception {
		TestLog test = log(new SimulatedDisk());
		test.open();
		test.close();
		SimulatedDisk disk = new SimulatedDisk();
		for (Path file : intact.keySet()) {
			disk.createDirectories(file.getParent());
		}
		damaged.forEach(disk::put);
		test = log(disk);
		try {
			TestLog opening = test;
			fuzz.bounded(8L * 1024 * 1024, opening::open);
		}
		catch (StorageUnavailableException | UnsupportedFormatException ex) {
			// A version from the future, which must be left as it is
			test.release();
			assertThat(ex.getMessage()).isNotBlank();
			damaged.forEach((file, content) -> assertThat(disk.contents(file)).isEqualTo(content));
			return;
		}
		List<Integer> before = TestLog.deliverAll(test.reader());
		assertThat(before).doesNotHaveDuplicates().allMatch((id) -> id >= 1 && id <= BATCHES);
		if (exact) {
			test.assertBalanced();
		}
		List<Integer> fresh = new ArrayList<>();
		for (int id = 1000; id < 1010; id++) {
			test.append(id, 1, 100);
			fresh.add(id);
		}
		assertThat(TestLog.deliverAll(test.reader())).isEqualTo(fresh);
		test.maintain();
		test.append(1010, 1, 100);
		test.reopen();
		List<Integer> after = test.deliverAll();
		if (exact) {
			assertThat(after).isEqualTo(List.of(1010));
			test.assertBalanced();
		}
		else {
			// Numbers that cannot be true may make it send again, and never lose
			assertThat(after).contains(1010);
		}
		test.close();
	}

	private static Map<Path, byte[]> files() throws IOException {
		SimulatedDisk disk = new SimulatedDisk();
		TestLog test = log(disk);
		test.open();
		test.append(1, BATCHES, 150);
		for (int i = 0; i < 50; i++) {
			SourcedBatch batch = test.reader().next(Long.MAX_VALUE, Long.MAX_VALUE);
			test.reader().settle(batch, Settlement.delivered(1));
		}
		test.maintain();
		List<Path> paths = new ArrayList<>(test.segments());
		assertThat(paths).hasSizeGreaterThan(2);
		paths.add(test.cursorFile());
		paths.add(test.slot().directory().resolve(SlotMeta.FILE_NAME));
		test.close();
		Map<Path, byte[]> files = new TreeMap<>();
		paths.stream().filter(disk::exists).forEach((path) -> files.put(path, disk.contents(path)));
		return files;
	}

	private static TestLog log(SimulatedDisk disk) {
		return new TestLog(disk, TestLog.settings(FsyncPolicy.INTERVAL));
	}

	private static Map<Path, byte[]> damage(Mutator mutator, Map<Path, byte[]> intact, boolean sealedCursor) {
		Map<Path, byte[]> files = new TreeMap<>(intact);
		List<Path> paths = List.copyOf(intact.keySet());
		if (sealedCursor) {
			paths.stream()
				.filter((path) -> path.toString().endsWith(CursorFile.SUFFIX))
				.forEach((path) -> files.put(path,
						mutator.oneIn(2) ? CursorFileTests.seal(mutator.mutate(intact.get(path)))
								: hostileCursor(mutator, intact.get(path))));
			return files;
		}
		for (int i = mutator.random().nextInt(3); i >= 0; i--) {
			Path path = mutator.pick(paths);
			switch (mutator.random().nextInt(6)) {
				case 0 -> files.remove(path);
				case 1 -> files.put(path, intact.get(mutator.pick(paths)));
				default -> files.put(path, mutator.mutate(intact.get(path)));
			}
		}
		return files;
	}

	/**
	 * Return a cursor file with hostile numbers in place of those that are there.
	 */
	private static byte[] hostileCursor(Mutator mutator, byte[] valid) {
		ByteBuffer bytes = ByteBuffer.wrap(valid.clone());
		for (int i = 0; i < CURSOR_NUMBERS; i++) {
			if (mutator.oneIn(2)) {
				bytes.putLong(CURSOR_START + i * Long.BYTES, mutator.number());
			}
		}
		return CursorFileTests.seal(bytes.array());
	}

}
