package io.github.otlpboot.storage;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

import com.sun.management.ThreadMXBean;
import io.github.otlpboot.model.LossReason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Tests for {@link CursorFile}.
 */
class CursorFileTests {

	private static final UUID LOG_ID = new UUID(0x0123456789ABCDEFL, 0xFEDCBA9876543210L);

	private static final Cursor OLD = new Cursor(3, 1, 80, 30, 300, 30, Map.of());

	private static final Cursor NEW = new Cursor(42, 40, 4096, 420, 4200, 400,
			Map.of(LossReason.RETENTION_SIZE, 13L, LossReason.PARTIAL_SUCCESS, 7L));

	private static final Path CURSORS = Path.of("/otlp/slot-0/traces/cursors");

	private static final long SEED = 9;

	private final Disk disk = new LocalDisk();

	@TempDir
	private Path directory;

	private Path path;

	@BeforeEach
	void path() throws IOException {
		this.path = this.directory.resolve("default.cur");
	}

	@Test
	void isMissingBeforeTheFirstSave() throws IOException {
		assertThat(file().load()).isEqualTo(new CursorState.Missing());
		assertThat(file("default", this.directory.resolve("none")).load()).isEqualTo(new CursorState.Missing());
	}

	@Test
	void loadsWhatWasSaved() throws IOException {
		file().save(NEW);
		assertThat(file().load()).isEqualTo(present(NEW));
		file().save(Cursor.START);
		assertThat(file().load()).isEqualTo(present(Cursor.START));
	}

	@Test
	void keepsEveryReason() throws IOException {
		long largest = Long.MAX_VALUE / 4;
		Map<LossReason, Long> lost = new EnumMap<>(LossReason.class);
		for (LossReason reason : LossReason.values()) {
			lost.put(reason, largest - reason.ordinal());
		}
		Cursor cursor = new Cursor(largest, largest, largest, largest, largest, largest, lost);
		file().save(cursor);
		assertThat(file().load()).isEqualTo(present(cursor));
	}

	@Test
	void createsItsDirectory() throws IOException {
		Path missing = this.directory.resolve("traces").resolve("cursors");
		file("default", missing).save(NEW);
		assertThat(file("default", missing).load()).isEqualTo(present(NEW));
	}

	@Test
	void leavesNothingBehind() throws IOException {
		file().save(OLD);
		file().save(NEW);
		assertThat(this.directory).isDirectoryContaining("glob:**/default.cur");
		assertThat(Files.list(this.directory)).hasSize(1);
	}

	@Test
	void belongsToOneDestinationOfOneLog() throws IOException {
		file().save(NEW);
		Files.copy(this.path, this.directory.resolve("other.cur"));
		assertThat(file("other", this.directory).load())
			.isEqualTo(new CursorState.Unusable("it belongs to another destination"));
		CursorFile otherLog = CursorFile.of(this.disk, this.directory, "default", UUID.randomUUID());
		assertThat(otherLog.load()).isEqualTo(new CursorState.Unusable("it belongs to another log"));
	}

	@Test
	@DisplayName("T9: the cursors of all destinations are found, for new records to be beyond them")
	void findsAllCursorsOfALog() throws IOException {
		assertThat(CursorFile.all(this.disk, this.directory.resolve("none"), LOG_ID)).isEmpty();
		file("one", this.directory).save(OLD);
		file("Two", this.directory).save(NEW);
		CursorFile.of(this.disk, this.directory, "three", UUID.randomUUID()).save(Cursor.START);
		Files.writeString(this.directory.resolve("four.cur"), "damaged");
		Files.copy(this.directory.resolve("one.cur"), this.directory.resolve("one.cur.tmp"));
		assertThat(CursorFile.all(this.disk, this.directory, LOG_ID)).containsExactlyInAnyOrder(OLD, NEW);
	}

	@Test
	@DisplayName("T44: destinations with hostile names stay under their directory and apart")
	void hostileDestinations() throws IOException {
		Path cursors = this.directory.resolve("traces").resolve("cursors");
		List<String> names = Stream
			.concat(FileNamesTests.hostileNames().stream(), Stream.of("default", "Default", "DEFAULT"))
			.toList();
		for (int i = 0; i < names.size(); i++) {
			file(names.get(i), cursors).save(new Cursor(i, 0, 0, 0, 0, 0, Map.of()));
		}
		for (int i = 0; i < names.size(); i++) {
			assertThat(file(names.get(i), cursors).load()).isEqualTo(present(new Cursor(i, 0, 0, 0, 0, 0, Map.of())));
		}
		assertThat(Files.list(cursors)).hasSize(names.size());
		assertThat(Files.list(this.directory)).hasSize(1);
	}

	@Test
	@DisplayName("T9: a cursor damaged at any bit is never taken for a cursor")
	void everyFlippedBitIsFound() throws IOException {
		file().save(NEW);
		byte[] intact = Files.readAllBytes(this.path);
		for (int bit = 0; bit < intact.length * 8; bit++) {
			byte[] damaged = intact.clone();
			damaged[bit / 8] ^= (byte) (1 << (bit % 8));
			Files.write(this.path, damaged);
			assertThat(file().load()).as("bit %d", bit).isInstanceOf(CursorState.Unusable.class);
		}
	}

	@Test
	@DisplayName("T9: a cursor cut at any length, or followed by anything, is never taken for a cursor")
	void everyOtherLengthIsFound() throws IOException {
		file().save(NEW);
		byte[] intact = Files.readAllBytes(this.path);
		for (int length = 0; length < intact.length; length++) {
			Files.write(this.path, Arrays.copyOf(intact, length));
			assertThat(file().load()).as("%d bytes", length).isInstanceOf(CursorState.Unusable.class);
		}
		Files.write(this.path, Arrays.copyOf(intact, intact.length + 1));
		assertThat(file().load()).isInstanceOf(CursorState.Unusable.class);
	}

	@Test
	@DisplayName("T9: after damage the next save makes it whole again")
	void savesOverDamage() throws IOException {
		Files.writeString(this.path, "not a cursor, and longer than any header of one");
		CursorFile file = file();
		assertThat(file.load()).isInstanceOf(CursorState.Unusable.class);
		file.save(NEW);
		assertThat(file.load()).isEqualTo(present(NEW));
	}

	@Test
	void whatCannotBeReadNowIsNotTakenForLost() throws IOException {
		Files.createDirectory(this.path);
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> file().load());
	}

	@Test
	void anImpossibleLengthIsFoundWithoutReading() throws IOException {
		try (FileChannel channel = FileChannel.open(this.path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
			channel.write(ByteBuffer.allocate(1), 1L << 32);
		}
		assertThat(file().load())
			.isEqualTo(new CursorState.Unusable("it has an impossible length of 4294967297 bytes"));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	@DisplayName("T10: a kill at any step of a save leaves the old cursor or the new one")
	void everyKillLeavesOldOrNew(boolean reserved) throws IOException {
		List<String> all = new ArrayList<>(List.of("OPEN default.cur", "CREATE_DIRECTORIES cursors",
				"SYNC_DIRECTORY traces", "SYNC_DIRECTORY slot-0", "OPEN default.cur.tmp", "WRITE default.cur.tmp",
				"SYNC default.cur.tmp", "MOVE default.cur.tmp", "SYNC_DIRECTORY cursors"));
		if (reserved) {
			all.add(8, "OPEN default.cur.tmp");
			all.addAll(0, List.of("CREATE_DIRECTORIES cursors", "OPEN default.cur.tmp"));
		}
		assertThat(all).hasSize(steps(reserved));
		int renamed = all.indexOf("MOVE default.cur.tmp") + 1;
		for (int step = 0; step <= all.size(); step++) {
			SimulatedDisk simulated = new SimulatedDisk();
			simulatedFile(simulated, reserved).save(OLD);
			List<String> steps = KillPoints.run(simulated, step, () -> simulatedFile(simulated, reserved).save(NEW));
			assertThat(steps).isEqualTo(all.subList(0, Math.min(step + 1, all.size())));
			assertThat(simulatedFile(simulated).load()).as("killed before step %d", step)
				.isEqualTo(present((step < renamed) ? OLD : NEW));
			// And what the kill left does not disturb the next save.
			simulatedFile(simulated, reserved).save(NEW);
			assertThat(simulatedFile(simulated).load()).isEqualTo(present(NEW));
			assertThat(simulated.list(CURSORS)).hasSize(reserved ? 2 : 1);
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	@DisplayName("T10: a power loss at any step of a save leaves the old cursor or the new one")
	void everyPowerLossLeavesOldOrNew(boolean reserved) throws IOException {
		for (int step = 0; step <= steps(reserved); step++) {
			for (long seed = 0; seed < 100; seed++) {
				SimulatedDisk simulated = new SimulatedDisk();
				root(simulated);
				simulatedFile(simulated, reserved).save(OLD);
				KillPoints.run(simulated, step, () -> simulatedFile(simulated, reserved).save(NEW));
				simulated.powerLoss(new Random(seed));
				CursorState state = simulatedFile(simulated).load();
				if (step == steps(reserved)) {
					assertThat(state).as("seed %d", seed).isEqualTo(present(NEW));
				}
				else {
					assertThat(state).as("step %d, seed %d", step, seed).isIn(present(OLD), present(NEW));
				}
			}
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	@DisplayName("T10: a power loss at any step of the first save leaves no cursor or the new one")
	void everyPowerLossOfTheFirstSave(boolean reserved) throws IOException {
		for (int step = 0; step <= steps(reserved); step++) {
			for (long seed = 0; seed < 100; seed++) {
				SimulatedDisk simulated = new SimulatedDisk();
				root(simulated);
				KillPoints.run(simulated, step, () -> simulatedFile(simulated, reserved).save(NEW));
				simulated.powerLoss(new Random(seed));
				CursorState state = simulatedFile(simulated).load();
				if (step == steps(reserved)) {
					assertThat(state).as("seed %d", seed).isEqualTo(present(NEW));
				}
				else {
					assertThat(state).as("step %d, seed %d", step, seed).isIn(new CursorState.Missing(), present(NEW));
				}
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "OPEN", "WRITE", "SYNC", "MOVE", "SYNC_DIRECTORY", "CREATE_DIRECTORIES" })
	void aFailedSaveLeavesOldOrNewAndTheNextOneSucceeds(SimulatedDisk.Operation operation) throws IOException {
		SimulatedDisk simulated = new SimulatedDisk();
		CursorFile file = simulatedFile(simulated);
		assertThat(file.load()).isEqualTo(new CursorState.Missing());
		simulated.fail(operation, 1);
		assertThatIOException().isThrownBy(() -> file.save(OLD));
		assertThat(simulatedFile(simulated).load()).isIn(new CursorState.Missing(), present(OLD));
		file.save(NEW);
		assertThat(simulatedFile(simulated).load()).isEqualTo(present(NEW));
	}

	@Test
	@DisplayName("T13: a temporary file whose sync has failed is not used again")
	void discardsWhatCouldNotBeSynced() throws IOException {
		SimulatedDisk simulated = new SimulatedDisk();
		simulatedFile(simulated).save(OLD);
		simulated.fail(SimulatedDisk.Operation.SYNC, 1);
		assertThatIOException().isThrownBy(() -> simulatedFile(simulated).save(NEW));
		assertThat(simulated.list(CURSORS)).hasSize(1);
		assertThat(simulatedFile(simulated).load()).isEqualTo(present(OLD));
	}

	@Test
	@DisplayName("T11: a cursor is saved again and again on a volume that has no room for another file")
	void needsNoNewFile() throws IOException {
		SimulatedDisk simulated = new SimulatedDisk();
		CursorFile file = simulatedFile(simulated, true);
		file.save(OLD);
		simulated.noMoreFiles();
		for (int i = 0; i < 3; i++) {
			file.save(new Cursor(4 + i, 0, 0, 0, 0, 0, Map.of()));
		}
		// Nor does one that fails cost the file that the next one needs.
		for (SimulatedDisk.Operation failing : List.of(SimulatedDisk.Operation.OPEN, SimulatedDisk.Operation.WRITE,
				SimulatedDisk.Operation.SYNC, SimulatedDisk.Operation.MOVE)) {
			simulated.fail(failing, 1);
			assertThatIOException().isThrownBy(() -> file.save(OLD)).withMessageContaining("%s", failing);
			// It has taken again what it gave back, before anybody else could.
			assertThatIOException().isThrownBy(() -> simulated.open(CURSORS.resolve("another"), Disk.OpenMode.CREATE));
			file.save(NEW);
		}
		assertThat(simulatedFile(simulated).load()).isEqualTo(present(NEW));
		// Nor does the next process need one.
		simulated.restart();
		simulatedFile(simulated, true).save(OLD);
		assertThat(simulatedFile(simulated).load()).isEqualTo(present(OLD));
	}

	@Test
	@DisplayName("T11: where there is no room for the file of the next time either, a cursor is saved as soon as there is")
	void reservesWhenItCan() throws IOException {
		SimulatedDisk simulated = new SimulatedDisk();
		simulatedFile(simulated).save(OLD);
		simulated.noMoreFiles();
		CursorFile file = simulatedFile(simulated, true);
		assertThatIOException().isThrownBy(() -> file.save(NEW));
		simulated.heal();
		file.save(NEW);
		simulated.noMoreFiles();
		file.save(OLD);
		assertThat(simulatedFile(simulated).load()).isEqualTo(present(OLD));
	}

	@Test
	void saysAlsoThatItCouldNotDiscard() {
		SimulatedDisk simulated = new SimulatedDisk();
		simulated.fail(SimulatedDisk.Operation.SYNC, 1);
		simulated.fail(SimulatedDisk.Operation.DELETE, 1);
		assertThatIOException().isThrownBy(() -> simulatedFile(simulated).save(NEW))
			.withMessageContaining("SYNC")
			.satisfies((failure) -> assertThat(failure.getSuppressed()).hasSize(1));
	}

	@Test
	@DisplayName("T19: reads what version 1.0 wrote")
	void readsGoldenFile() throws IOException {
		Files.write(this.path, golden("cursor-1.0.bin"));
		assertThat(file().load()).isEqualTo(present(NEW));
	}

	@Test
	@DisplayName("T19: writes what version 1.0 wrote")
	void writesGoldenFile() throws IOException {
		file().save(NEW);
		assertThat(Files.readAllBytes(this.path)).isEqualTo(golden("cursor-1.0.bin"));
	}

	@Test
	@DisplayName("T19: a newer minor version is read, and the reasons that only it knows are kept")
	void readsNewerMinor() throws IOException {
		Files.write(this.path, golden("cursor-1.7.bin"));
		CursorState.Present expected = new CursorState.Present(NEW, Map.of("solar_flare", 5L));
		CursorFile file = file();
		assertThat(file.load()).isEqualTo(expected);
		file.save(NEW);
		assertThat(file().load()).isEqualTo(expected);
		// Also when nobody has loaded it.
		file().save(OLD);
		assertThat(file().load()).isEqualTo(new CursorState.Present(OLD, Map.of("solar_flare", 5L)));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@DisplayName("T19: a newer major version is refused and left untouched")
	void leavesNewerMajor(boolean loaded) throws IOException {
		byte[] newer = golden("cursor-2.0.bin");
		Files.write(this.path, newer);
		CursorFile file = file();
		if (loaded) {
			assertThat(file.load()).isEqualTo(new CursorState.Newer(2));
		}
		assertThatIOException().isThrownBy(() -> file.save(NEW)).withMessageContaining("later version (2)");
		assertThat(Files.readAllBytes(this.path)).isEqualTo(newer);
		assertThat(Files.list(this.directory)).hasSize(1);
	}

	static Stream<byte[]> bodiesThatMakeNoSense() {
		byte[] body = body(NEW);
		return Stream.of(
				// no range
				with(body, 24, 0, 0),
				// a range that does not start at 1
				with(body, 33, 2),
				// negative: acknowledged, segment, offset, items, bytes, delivered
				with(body, 34, 0xFF), with(body, 42, 0xFF), with(body, 50, 0xFF), with(body, 58, 0xFF),
				with(body, 66, 0xFF), with(body, 74, 0xFF),
				// more ranges and reasons than there are, and than there can be
				with(body, 24, 0xFF, 0xFF), with(body, 82, 0, 3), with(body, 82, 0xFF, 0xFF),
				// fewer reasons than there are
				with(body, 82, 0, 1),
				// a negative number of lost items
				with(body, 84 + 1 + "partial_success".length(), 0xFF),
				// a reason longer than the rest
				with(body, 84, 0xFF),
				// nothing at all
				new byte[0]);
	}

	@ParameterizedTest
	@MethodSource("bodiesThatMakeNoSense")
	void bodiesThatMakeNoSenseAreUnusable(byte[] body) throws IOException {
		Files.write(this.path, envelope(1, 0, body));
		assertThat(file().load()).isInstanceOf(CursorState.Unusable.class);
	}

	@Test
	void aReasonGivenTwiceIsUnusable() throws IOException {
		ByteBuffer body = ByteBuffer.allocate(84 + 2 * 16).put(body(Cursor.START), 0, 82).putShort((short) 2);
		for (int i = 0; i < 2; i++) {
			body.put((byte) 7).put("corrupt".getBytes(StandardCharsets.US_ASCII)).putLong(1);
		}
		Files.write(this.path, envelope(1, 0, body.array()));
		assertThat(file().load()).isInstanceOf(CursorState.Unusable.class);
	}

	@Test
	void whatALaterVersionSettledBeyondTheFirstRangeIsSentAgain() throws IOException {
		byte[] body = body(NEW);
		ByteBuffer ranges = ByteBuffer.allocate(body.length + 16).put(body, 0, 42).putLong(50).putLong(60);
		ranges.put(body, 42, body.length - 42).putShort(24, (short) 2);
		Files.write(this.path, envelope(1, 1, ranges.array()));
		assertThat(file().load()).isEqualTo(present(NEW));
	}

	@Test
	@DisplayName("T39: whatever is in the file, only the declared states come out, in bounded memory")
	void fuzz() throws IOException {
		Random random = new Random(SEED);
		byte[] intact = envelope(1, 0, body(NEW));
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		int[] seen = new int[4];
		for (int i = 0; i < 10_000; i++) {
			byte[] bytes = mutate(random, intact, i % 4);
			Files.write(this.path, bytes);
			CursorFile file = file();
			long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
			CursorState state = file.load();
			long allocated = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
			assertThat(allocated).as("allocated for input %d of seed %d", i, SEED)
				.isLessThan(4L * StateFile.MAX_LENGTH);
			seen[kind(state)]++;
		}
		// The mutations reach every outcome but Missing.
		assertThat(seen).satisfies(
				(counts) -> assertThat(IntStream.of(counts[0], counts[2], counts[3]).min().orElse(0)).isPositive());
	}

	private static int kind(CursorState state) {
		if (state instanceof CursorState.Present present) {
			assertThat(present.cursor().acknowledged()).isNotNegative();
			return 0;
		}
		if (state instanceof CursorState.Missing) {
			return 1;
		}
		return (state instanceof CursorState.Newer) ? 2 : 3;
	}

	private static byte[] mutate(Random random, byte[] intact, int kind) {
		if (kind == 0) {
			byte[] noise = new byte[random.nextInt((random.nextInt(100) == 0) ? 2 * StateFile.MAX_LENGTH : 512)];
			random.nextBytes(noise);
			return noise;
		}
		byte[] bytes = Arrays.copyOf(intact, (kind == 1) ? intact.length : random.nextInt(2 * intact.length));
		for (int flips = random.nextInt(4); flips >= 0 && bytes.length > 0; flips--) {
			bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
		}
		// With a valid checksum, so that the fields are looked at.
		return (kind == 3) ? bytes : seal(bytes);
	}

	private CursorFile file() {
		return file("default", this.directory);
	}

	private CursorFile file(String destination, Path cursors) {
		return CursorFile.of(this.disk, cursors, destination, LOG_ID);
	}

	private static CursorFile simulatedFile(SimulatedDisk simulated) {
		return simulatedFile(simulated, false);
	}

	private static CursorFile simulatedFile(SimulatedDisk simulated, boolean reserved) {
		CursorFile file = CursorFile.of(simulated, CURSORS, "default", LOG_ID);
		if (reserved) {
			file.reserve();
		}
		return file;
	}

	/**
	 * Of a save, the first one of its {@link CursorFile}.
	 */
	private static int steps(boolean reserved) {
		return reserved ? 12 : 9;
	}

	/**
	 * Make the slot survive, as {@link Slots} does.
	 */
	private static void root(SimulatedDisk simulated) throws IOException {
		Path slot = CURSORS.getParent().getParent();
		simulated.createDirectories(slot);
		for (Path path = slot.getParent(); path != null; path = path.getParent()) {
			simulated.syncDirectory(path);
		}
	}

	private static CursorState present(Cursor cursor) {
		return new CursorState.Present(cursor, Map.of());
	}

	/**
	 * The format written down a second time, field by field.
	 */
	private static byte[] body(Cursor cursor) {
		ByteBuffer body = ByteBuffer.allocate(1024);
		body.putLong(0x0123456789ABCDEFL).putLong(0xFEDCBA9876543210L);
		body.putLong(FileNames.hash(List.of("default")));
		body.putShort((short) 1).putLong(1).putLong(cursor.acknowledged());
		body.putLong(cursor.segment()).putLong(cursor.offset());
		body.putLong(cursor.items()).putLong(cursor.bytes()).putLong(cursor.delivered());
		body.putShort((short) cursor.lost().size());
		cursor.lost()
			.entrySet()
			.stream()
			.sorted(Map.Entry.comparingByKey((left, right) -> left.id().compareTo(right.id())))
			.forEach((entry) -> body.put((byte) entry.getKey().id().length())
				.put(entry.getKey().id().getBytes(StandardCharsets.US_ASCII))
				.putLong(entry.getValue()));
		return Arrays.copyOf(body.array(), body.position());
	}

	private static byte[] with(byte[] body, int position, int... values) {
		byte[] changed = body.clone();
		for (int i = 0; i < values.length; i++) {
			changed[position + i] = (byte) values[i];
		}
		return changed;
	}

	static byte[] envelope(int major, int minor, byte[] body) {
		return envelope("OBCU", major, minor, body);
	}

	static byte[] envelope(String magic, int major, int minor, byte[] body) {
		ByteBuffer bytes = ByteBuffer.allocate(16 + body.length);
		bytes.put(magic.getBytes(StandardCharsets.US_ASCII)).putShort((short) major).putShort((short) minor);
		bytes.putInt(body.length).put(body);
		return seal(bytes.array());
	}

	static byte[] seal(byte[] bytes) {
		if (bytes.length < 4) {
			return bytes;
		}
		CRC32C checksum = new CRC32C();
		checksum.update(bytes, 0, bytes.length - 4);
		ByteBuffer.wrap(bytes).putInt(bytes.length - 4, (int) checksum.getValue());
		return bytes;
	}

	static byte[] golden(String name) throws IOException {
		return Files.readAllBytes(Path.of("src", "test", "resources", "io", "github", "otlpboot", "storage", name));
	}

}
