package io.github.otlpboot.storage;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Stream;

import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Tests for {@link Slots} and {@link Slot} within one process.
 */
class SlotsTests {

	private static final SlotOwner OWNER = SlotOwner.of("app", List.of("https://collector:4318"));

	private static final SlotOwner OTHER = SlotOwner.of("app", List.of("https://elsewhere:4318"));

	private static final Clock CLOCK = Clock.fixed(Instant.parse("2025-11-25T14:40:00Z"), ZoneOffset.UTC);

	private static final Path SIMULATED = Path.of("/var/otlp");

	private final LocalDisk disk = new LocalDisk();

	@TempDir
	private Path temporary;

	private Path root;

	@BeforeEach
	void root() {
		this.root = this.temporary.resolve("parent").resolve("storage");
	}

	@Test
	void createsWhatIsMissingForItsUserAlone() throws IOException {
		try (Slot slot = slots().acquire()) {
			assertThat(slot.name()).isEqualTo("slot-0").isEqualTo(slot.directory().getFileName().toString());
			assertThat(slot.directory()).isEqualTo(this.root.resolve("slot-0")).hasToString(slot.toString());
			for (Path directory : List.of(this.root.getParent(), this.root, slot.directory())) {
				assertThat(permissions(directory)).isEqualTo("rwx------");
			}
			assertThat(permissions(slot.directory().resolve("LOCK"))).isEqualTo("rw-------");
			assertThat(permissions(slot.directory().resolve("META"))).isEqualTo("rw-------");
			StateFile.Body meta = (StateFile.Body) SlotMeta.file(this.disk, slot.directory()).read();
			assertThat(SlotMeta.decode(meta)).isEqualTo(new SlotMeta(slot.logId(), OWNER, CLOCK.millis()));
		}
	}

	@Test
	void namesTheDirectoriesOfItsSignals() throws IOException {
		try (Slot slot = slots().acquire()) {
			assertThat(slot.directory(Signal.LOGS)).isEqualTo(slot.directory().resolve("logs"));
			assertThat(slot.cursors(Signal.LOGS)).isEqualTo(slot.directory().resolve("logs/cursors"));
			assertThat(slot.quarantine(Signal.LOGS)).isEqualTo(slot.directory().resolve("logs/quarantine"));
		}
	}

	@Test
	void takesItsSlotBack() throws IOException {
		UUID logId;
		try (Slot slot = slots().acquire()) {
			logId = slot.logId();
		}
		try (Slot slot = slots().acquire()) {
			assertThat(slot.name()).isEqualTo("slot-0");
			assertThat(slot.logId()).isEqualTo(logId);
		}
	}

	@Test
	@DisplayName("T17: two contexts of one process never take the same slot")
	void contextsOfOneProcess() throws IOException {
		Slot closed = slots().acquire();
		try (Slot second = slots().acquire(); Slot third = slots().acquire()) {
			assertThat(List.of(closed.name(), second.name(), third.name())).containsExactly("slot-0", "slot-1",
					"slot-2");
			assertThat(second.logId()).isNotEqualTo(third.logId());
			closed.close();
			// To close it again frees nobody's slot.
			try (Slot next = slots().acquire()) {
				assertThat(next.name()).isEqualTo("slot-0");
				closed.close();
				assertThat(slots().adoptable()).isEmpty();
			}
		}
	}

	@Test
	@DisplayName("T17: a symbolic link to the storage directory or to a slot is no second slot")
	void symbolicLinks() throws IOException {
		try (Slot first = slots().acquire()) {
			Path alias = Files.createSymbolicLink(this.temporary.resolve("alias"), this.root);
			Files.createSymbolicLink(this.root.resolve("slot-1"), first.directory());
			Slots aliased = new Slots(this.disk, alias, OWNER, CLOCK);
			assertThat(aliased.adoptable()).isEmpty();
			try (Slot second = aliased.acquire()) {
				assertThat(second.name()).isEqualTo("slot-2");
			}
		}
	}

	@Test
	void takesTheFirstFreeSlotOfItsOwnerInNumericalOrder() throws IOException {
		for (int index : List.of(10, 9, 2)) {
			write(index, new SlotMeta(UUID.randomUUID(), OWNER, 0).encode());
		}
		write(1, new SlotMeta(UUID.randomUUID(), OTHER, 0).encode());
		try (Slot first = slots().acquire();
				Slot second = slots().acquire();
				Slot third = slots().acquire();
				Slot fourth = slots().acquire();
				Slot fifth = slots().acquire()) {
			assertThat(Stream.of(first, second, third, fourth, fifth).map(Slot::name)).containsExactly("slot-2",
					"slot-9", "slot-10", "slot-0", "slot-1");
		}
	}

	@Test
	void completesASlotThatBelongsToNobodyAndHoldsNothing() throws IOException {
		Path slot0 = Files.createDirectories(this.root.resolve("slot-0"));
		Files.createDirectories(slot0.resolve("traces/cursors"));
		Files.writeString(slot0.resolve("LOCK"), "");
		Files.writeString(slot0.resolve("META"), "damaged");
		Files.writeString(slot0.resolve("META.tmp"), "half of");
		Files.createDirectories(this.root.resolve("slot-1"));
		try (Slot first = slots().acquire(); Slot second = slots().acquire()) {
			assertThat(first.name()).isEqualTo("slot-0");
			assertThat(second.name()).isEqualTo("slot-1");
		}
		assertThat(slots().strangers()).isEmpty();
		List<Slot> again = slots().adoptable();
		assertThat(again).hasSize(2);
		again.forEach(Slot::close);
	}

	@Test
	void leavesDataThatBelongsToNobodyAsItIs() throws IOException {
		Path segment = Path.of("logs", "00000000000000000001.seg");
		Files.createDirectories(this.root.resolve("slot-0/logs"));
		Files.writeString(this.root.resolve("slot-0").resolve(segment), "data");
		Files.createDirectories(this.root.resolve("slot-1/logs"));
		Files.writeString(this.root.resolve("slot-1").resolve(segment), "data");
		Files.writeString(this.root.resolve("slot-1/META"), "damaged");
		Files.createDirectories(this.root.resolve("slot-2/profiles"));
		assertLeavesAlone("slot-0", "slot-1", "slot-2");
	}

	@Test
	@DisplayName("Endpoints change: a slot of another owner in which nothing is left is used again, under another log id")
	void usesASlotOfAnotherOwnerInWhichNothingIsLeft() throws IOException {
		UUID before;
		try (Slot other = new Slots(this.disk, this.root, OTHER, CLOCK).acquire()) {
			before = other.logId();
			Files.createDirectories(other.cursors(Signal.TRACES));
			Files.writeString(other.cursors(Signal.TRACES).resolve("default.cur"), "of another log");
		}
		try (Slot slot = slots().acquire()) {
			assertThat(slot.name()).isEqualTo("slot-0");
			assertThat(slot.logId()).isNotEqualTo(before);
			assertThat(new Slots(this.disk, this.root, OTHER, CLOCK).adoptable()).isEmpty();
		}
	}

	@Test
	void leavesDataOfAnotherOwnerAsItIs() throws IOException {
		write(0, new SlotMeta(UUID.randomUUID(), OTHER, 0).encode());
		Files.createDirectories(this.root.resolve("slot-0/logs"));
		Files.writeString(this.root.resolve("slot-0/logs/00000000000000000001.seg"), "data");
		assertLeavesAlone("slot-0");
		assertThat(new Slots(this.disk, this.root, OTHER, CLOCK).strangers()).isEmpty();
	}

	@Test
	@DisplayName("T19: a slot of a newer major version is left untouched")
	void leavesNewerMajorAsItIs() throws IOException {
		Files.createDirectories(this.root.resolve("slot-0/segments-of-the-future"));
		Files.write(this.root.resolve("slot-0/META"), CursorFileTests.golden("meta-2.0.bin"));
		// Also if it holds nothing that we know.
		Files.createDirectories(this.root.resolve("slot-1"));
		Files.write(this.root.resolve("slot-1/META"), CursorFileTests.golden("meta-2.0.bin"));
		assertLeavesAlone("slot-0", "slot-1");
	}

	private void assertLeavesAlone(String... names) throws IOException {
		for (String name : names) {
			Files.writeString(this.root.resolve(name).resolve("LOCK"), "");
		}
		Map<String, String> before = contents(names);
		try (Slot slot = slots().acquire()) {
			assertThat(slot.name()).isEqualTo("slot-" + names.length);
			assertThat(slots().adoptable()).isEmpty();
			assertThat(slots().strangers()).containsExactly(names);
		}
		assertThat(contents(names)).isEqualTo(before).isNotEmpty();
	}

	@Test
	void strangersInUseAreNone() throws IOException {
		Slots others = new Slots(this.disk, this.root, OTHER, CLOCK);
		try (Slot slot = others.acquire()) {
			Files.createDirectories(slot.directory(Signal.LOGS));
			Files.writeString(slot.directory(Signal.LOGS).resolve("00000000000000000001.seg"), "data");
			assertThat(slots().strangers()).isEmpty();
		}
		assertThat(slots().strangers()).containsExactly("slot-0");
	}

	@Test
	void strangersWithoutDataAreNone() throws IOException {
		new Slots(this.disk, this.root, OTHER, CLOCK).acquire().close();
		assertThat(slots().strangers()).isEmpty();
	}

	@Test
	void aSlotThatCannotBeReadIsPassedOver() throws IOException {
		Files.createDirectories(this.root.resolve("slot-0/LOCK"));
		Files.createDirectories(this.root.resolve("slot-1/META"));
		Files.createDirectories(this.root);
		Files.writeString(this.root.resolve("slot-2"), "a file");
		try (Slot slot = slots().acquire()) {
			assertThat(slot.name()).isEqualTo("slot-3");
			assertThat(slots().adoptable()).isEmpty();
			assertThat(slots().strangers()).containsExactly("slot-0", "slot-1", "slot-2");
		}
	}

	@Test
	void whatIsNotNamedLikeASlotIsNone() throws IOException {
		for (String name : List.of("slot-00", "slot-01", "slot--1", "slot-", "Slot-0", "slot-0x", "slot-4294967296",
				"slot-99999999999")) {
			Files.createDirectories(this.root.resolve(name));
		}
		Map<String, String> before = contents("");
		try (Slot slot = slots().acquire()) {
			assertThat(slot.name()).isEqualTo("slot-0");
			assertThat(slots().adoptable()).isEmpty();
			assertThat(slots().strangers()).isEmpty();
		}
		assertThat(contents("")).containsAllEntriesOf(before);
	}

	@Test
	void adoptsEveryOtherFreeSlotOfItsOwner() throws IOException {
		Slot mine = slots().acquire();
		Slot used = slots().acquire();
		Slot left = slots().acquire();
		Slot alsoLeft = slots().acquire();
		Slot foreign = new Slots(this.disk, this.root, OTHER, CLOCK).acquire();
		UUID logId = left.logId();
		left.close();
		alsoLeft.close();
		foreign.close();
		List<Slot> adopted = slots().adoptable();
		assertThat(adopted).extracting(Slot::name).containsExactly("slot-2", "slot-3");
		assertThat(adopted.get(0).logId()).isEqualTo(logId);
		assertThat(slots().adoptable()).isEmpty();
		adopted.forEach(Slot::close);
		mine.close();
		used.close();
	}

	@Test
	void findsNothingWhereThereIsNoStorage() {
		assertThat(slots().adoptable()).isEmpty();
		assertThat(slots().strangers()).isEmpty();
		assertThat(this.root).doesNotExist();
	}

	@Test
	void findsNothingWhereTheStorageCannotBeRead() throws IOException {
		Files.createDirectories(this.root.getParent());
		Files.writeString(this.root, "a file");
		assertThat(slots().adoptable()).isEmpty();
		assertThat(slots().strangers()).isEmpty();
	}

	@Test
	void deletesEverythingButTheLockAndReleases() throws IOException {
		try (Slot first = slots().acquire()) {
			Slot second = slots().acquire();
			fill(this.disk, second);
			Files.createDirectories(second.directory().resolve("unknown/nested"));
			Files.writeString(second.directory().resolve("unknown/nested/file"), "");
			Object lock = Files.getAttribute(second.directory().resolve("LOCK"), "unix:ino");
			second.delete();
			assertThat(contents("slot-1")).containsOnlyKeys("slot-1/LOCK");
			second.close();
			assertThatIllegalStateException().isThrownBy(second::delete).withMessageContaining("slot-1");
			assertThat(slots().adoptable()).isEmpty();
			assertThat(slots().strangers()).isEmpty();
			try (Slot next = slots().acquire()) {
				assertThat(next.name()).isEqualTo("slot-1");
				assertThat(next.logId()).isNotEqualTo(second.logId()).isNotEqualTo(first.logId());
				assertThat(Files.getAttribute(next.directory().resolve("LOCK"), "unix:ino")).isEqualTo(lock);
			}
		}
	}

	@Test
	void deletingDoesNotFollowSymbolicLinks() throws IOException {
		Path outside = Files.createDirectories(this.temporary.resolve("outside"));
		Files.writeString(outside.resolve("precious"), "");
		Slot slot = slots().acquire();
		Files.createSymbolicLink(slot.directory().resolve("link"), outside);
		slot.delete();
		assertThat(outside.resolve("precious")).exists();
		assertThat(slot.directory().resolve("link")).doesNotExist();
	}

	@Test
	void keepsTheLockOfASlotThatCouldNotBeDeleted() throws IOException {
		SimulatedDisk simulated = new SimulatedDisk();
		Slots slots = new Slots(simulated, SIMULATED, OWNER, CLOCK);
		Slot slot = slots.acquire();
		fill(simulated, slot);
		simulated.fail(SimulatedDisk.Operation.DELETE, 2);
		assertThatExceptionOfType(IOException.class).isThrownBy(slot::delete);
		assertThat(slots.adoptable()).isEmpty();
		slot.delete();
		assertThat(slots.adoptable()).isEmpty();
		assertThat(simulated.list(slot.directory())).containsExactly(slot.directory().resolve("LOCK"));
	}

	@Test
	@DisplayName("T2, T4: a kill or a power loss while a slot is deleted repeats nothing and leaves nothing behind")
	void everyKillOfADeletion() throws IOException {
		int steps = 0;
		for (boolean finished = false; !finished; steps++) {
			for (long seed = -1; seed < 50; seed++) {
				SimulatedDisk simulated = new SimulatedDisk();
				Slots slots = new Slots(simulated, SIMULATED, OWNER, CLOCK);
				Slot slot = slots.acquire();
				fill(simulated, slot);
				List<String> done = KillPoints.run(simulated, steps, slot::delete);
				finished = done.size() <= steps;
				if (seed >= 0) {
					simulated.powerLoss(new Random(seed));
				}
				assertNothingIsRepeated(simulated, slot, "step " + steps + ", seed " + seed);
				List<Slot> left = slots.adoptable();
				assertThat(left.isEmpty() || !finished).isTrue();
				for (Slot again : left) {
					assertThat(again.logId()).isEqualTo(slot.logId());
					again.delete();
				}
				assertThat(slots.strangers()).isEmpty();
				assertThat(simulated.list(slot.directory())).containsExactly(slot.directory().resolve("LOCK"));
				slots.acquire().close();
			}
		}
		assertThat(steps).isGreaterThan(20);
	}

	private static void assertNothingIsRepeated(SimulatedDisk simulated, Slot slot, String when) throws IOException {
		boolean something = false;
		for (Signal signal : Signal.values()) {
			List<Path> entries = simulated.list(slot.directory(signal));
			something |= !entries.isEmpty();
			if (entries.stream().anyMatch((entry) -> entry.toString().endsWith(".seg"))) {
				CursorFile cursor = CursorFile.of(simulated, slot.cursors(signal), "default", slot.logId());
				assertThat(cursor.load()).as(when).isInstanceOf(CursorState.Present.class);
			}
		}
		if (something) {
			assertThat(simulated.exists(slot.directory().resolve("META"))).as(when).isTrue();
		}
	}

	@Test
	@DisplayName("T2, T4: a kill or a power loss while a slot is created leaves a slot or something to complete")
	void everyKillOfACreation() throws IOException {
		int steps = 0;
		for (boolean finished = false; !finished; steps++) {
			for (long seed = -1; seed < 50; seed++) {
				SimulatedDisk simulated = new SimulatedDisk();
				Slots slots = new Slots(simulated, SIMULATED, OWNER, CLOCK);
				UUID[] logId = new UUID[1];
				List<String> done = KillPoints.run(simulated, steps, () -> logId[0] = slots.acquire().logId());
				finished = done.size() <= steps;
				if (seed >= 0) {
					simulated.powerLoss(new Random(seed));
				}
				try (Slot slot = slots.acquire()) {
					assertThat(slot.name()).isEqualTo("slot-0");
					if (logId[0] != null) {
						assertThat(slot.logId()).as("step %d, seed %d", steps, seed).isEqualTo(logId[0]);
					}
				}
			}
		}
		assertThat(steps).isGreaterThan(10);
	}

	private static void fill(Disk disk, Slot slot) throws IOException {
		for (Signal signal : Signal.values()) {
			disk.createDirectories(slot.quarantine(signal));
			CursorFile.of(disk, slot.cursors(signal), "default", slot.logId()).save(Cursor.START);
			for (String name : List.of("00000000000000000001.seg", "00000000000000000009.seg")) {
				disk.open(slot.directory(signal).resolve(name), Disk.OpenMode.CREATE).close();
			}
			disk.open(slot.quarantine(signal).resolve("tail"), Disk.OpenMode.CREATE).close();
			disk.syncDirectory(slot.quarantine(signal));
			disk.syncDirectory(slot.directory(signal));
		}
	}

	@Test
	@DisplayName("T14: a file in the place of the directory")
	void rootIsAFile() throws IOException {
		Files.createDirectories(this.root.getParent());
		Files.writeString(this.root, "");
		assertThatExceptionOfType(StorageUnavailableException.class).isThrownBy(() -> slots().acquire())
			.withMessage(this.root + " is not a directory: move it away, or choose another directory");
	}

	@Test
	@DisplayName("T14: a file in the place of a parent of the directory")
	void parentIsAFile() throws IOException {
		Files.writeString(this.root.getParent(), "");
		assertThatExceptionOfType(StorageUnavailableException.class).isThrownBy(() -> slots().acquire())
			.withMessageContaining(this.root.getParent().toString());
	}

	@Test
	@DisplayName("T14: a directory that must not be written")
	void rootMustNotBeWritten() throws IOException {
		Files.createDirectories(this.root);
		Files.setPosixFilePermissions(this.root, PosixFilePermissions.fromString("r-xr-xr-x"));
		assumeFalse(Files.isWritable(this.root), "the superuser may write everywhere");
		assertThatExceptionOfType(StorageUnavailableException.class).isThrownBy(() -> slots().acquire())
			.withMessageContaining(this.root.toString())
			.withMessageContaining("is not accessible to the user of this process");
	}

	@Test
	@DisplayName("T14: what the file system says becomes what to do")
	void messages() {
		assertThat(message(new FileSystemException("/x", null, "Read-only file system")))
			.isEqualTo(this.root + " is read-only: mount a volume that can be written, or choose another directory");
		assertThat(message(new AccessDeniedException("/x/slot-0"))).isEqualTo("/x/slot-0 is not accessible to the user"
				+ " of this process: change its permissions, or choose another directory");
		assertThat(message(new FileSystemException("/x", null, "No space left on device")))
			.isEqualTo(this.root + " cannot be used (No space left on device)");
		assertThat(message(new IOException("No locks available")))
			.isEqualTo(this.root + " cannot be used (No locks available)");
		assertThat(message(new IOException())).isEqualTo(this.root + " cannot be used (java.io.IOException)");
	}

	private String message(IOException failure) {
		Disk failing = with("createDirectories", () -> {
			throw failure;
		});
		Slots slots = new Slots(failing, this.root, OWNER, CLOCK);
		StorageUnavailableException[] thrown = new StorageUnavailableException[1];
		assertThatExceptionOfType(StorageUnavailableException.class).isThrownBy(slots::acquire)
			.withCause(failure)
			.satisfies((exception) -> thrown[0] = exception);
		return thrown[0].getMessage();
	}

	@Test
	@DisplayName("T14: a storage directory on which nothing can be locked")
	void nothingCanBeLocked() {
		Slots slots = new Slots(with("tryLock", () -> {
			throw new IOException("No locks available");
		}), this.root, OWNER, CLOCK);
		assertThatExceptionOfType(StorageUnavailableException.class).isThrownBy(slots::acquire)
			.withMessage(this.root + " cannot be used (No locks available)");
	}

	@Test
	void theSearchForASlotEnds() {
		Slots slots = new Slots(with("tryLock", () -> null), this.root, OWNER, CLOCK);
		assertThatExceptionOfType(StorageUnavailableException.class).isThrownBy(slots::acquire)
			.withMessageContaining("1024 slots");
	}

	@Test
	void aDirectoryOfAnotherUserIsRefused() {
		Slots slots = new Slots(with("otherOwner", () -> "bob"), this.root, OWNER, CLOCK);
		assertThatExceptionOfType(StorageUnavailableException.class).isThrownBy(slots::acquire)
			.withMessage(this.root + " belongs to user bob and not to the user of this process:"
					+ " change its owner, or choose another directory");
		assertThat(this.root).isEmptyDirectory();
	}

	@Test
	void aDirectoryThatReallyBelongsToAnotherUserIsRefused() throws IOException {
		Files.createDirectories(this.root);
		assertThat(this.disk.otherOwner(this.root)).isNull();
		assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(this.root, "unix:uid")),
				"only the superuser gives directories away");
		Files.setAttribute(this.root, "unix:uid", 65_534);
		assertThat(this.disk.otherOwner(this.root)).isEqualTo(Files.getOwner(this.root).getName());
		assertThatExceptionOfType(StorageUnavailableException.class).isThrownBy(() -> slots().acquire())
			.withMessageContaining("belongs to user");
	}

	@Test
	void aDirectoryOfTheSuperuserIsTrusted() throws IOException {
		// As a volume in a container is.
		assertThat(this.disk.otherOwner(Path.of("/"))).isNull();
	}

	private Slots slots() {
		return new Slots(this.disk, this.root, OWNER, CLOCK);
	}

	private void write(int index, ByteBuffer meta) throws IOException {
		Path directory = Files.createDirectories(this.root.resolve("slot-" + index));
		SlotMeta.file(this.disk, directory).replace(meta);
	}

	private static String permissions(Path path) throws IOException {
		return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
	}

	/**
	 * Return every file and directory below some directories of the storage, with what is
	 * in it and when it was changed.
	 */
	private Map<String, String> contents(String... names) throws IOException {
		Map<String, String> contents = new TreeMap<>();
		for (String name : names) {
			Path directory = this.root.resolve(name);
			try (Stream<Path> paths = Files.walk(directory)) {
				for (Path path : (Iterable<Path>) paths.filter((path) -> !path.equals(directory))::iterator) {
					contents.put(this.root.relativize(path).toString(), Files.getLastModifiedTime(path)
							+ (Files.isDirectory(path) ? "" : HexFormat.of().formatHex(Files.readAllBytes(path))));
				}
			}
		}
		return contents;
	}

	/**
	 * The real disk, except for one operation.
	 */
	private Disk with(String operation, Answer answer) {
		return (Disk) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Disk.class },
				(proxy, method, arguments) -> {
					if (method.getName().equals(operation)) {
						return answer.get();
					}
					try {
						return method.invoke(this.disk, arguments);
					}
					catch (InvocationTargetException ex) {
						throw ex.getCause();
					}
				});
	}

	/**
	 * What one operation of a disk does.
	 */
	@FunctionalInterface
	interface Answer {

		@Nullable Object get() throws IOException;

	}

}
