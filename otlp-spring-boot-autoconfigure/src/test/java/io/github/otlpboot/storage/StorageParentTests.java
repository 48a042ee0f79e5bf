package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for the checks of {@link Storage} before it takes a slot.
 */
class StorageParentTests {

	private static final Path PARENT = Path.of("/tmp/otlp-alice");

	private static final Path DIRECTORY = PARENT.resolve("shop");

	private final SimulatedDisk disk = new SimulatedDisk();

	@Test
	void whenAnotherUserOwnsTheParentThatEverybodyMayCreateIsUnavailable() {
		Disk ofMallory = new OwnedDisk(this.disk, PARENT);
		assertThatExceptionOfType(StorageUnavailableException.class)
			.isThrownBy(() -> storage(ofMallory, PARENT).acquire())
			.withMessageContaining("/tmp/otlp-alice belongs to user mallory")
			.withMessageContaining("choose another directory");
	}

	@Test
	void whenTheDirectoryWasChosenItsParentMayBelongToAnybody() throws IOException {
		Disk ofMallory = new OwnedDisk(this.disk, PARENT);
		try (StoredSlot slot = storage(ofMallory, null).acquire()) {
			assertThat(slot.name()).isEqualTo("slot-0");
		}
	}

	private static Storage storage(Disk disk, @Nullable Path privateParent) {
		LogSettings log = new LogSettings(1 << 20, Duration.ofHours(1), 1 << 16, Duration.ofMinutes(10), 0,
				WhenLogFull.DROP_OLDEST, Duration.ZERO, FsyncPolicy.INTERVAL, Duration.ofSeconds(1));
		StorageSettings settings = new StorageSettings(DIRECTORY, privateParent,
				SlotOwner.of("shop", List.of("default")), Map.of(Signal.TRACES, log));
		return new Storage(new StorageContext(disk, Clock.systemUTC(), System::nanoTime), settings,
				Map.of(Signal.TRACES, List.of("default")), (destination, signal, items, reason) -> {
				});
	}

	/**
	 * A disk on which one directory belongs to somebody else.
	 */
	private static final class OwnedDisk extends DelegatingDisk {

		private final Path directory;

		OwnedDisk(Disk delegate, Path directory) {
			super(delegate);
			this.directory = directory;
		}

		@Override
		public @Nullable String otherOwner(Path path) throws IOException {
			return path.equals(this.directory) ? "mallory" : super.otherOwner(path);
		}

	}

}
