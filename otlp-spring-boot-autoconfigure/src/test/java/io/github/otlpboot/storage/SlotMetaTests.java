package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SlotMeta}, {@link SlotOwner} and the envelope of {@link StateFile}.
 */
class SlotMetaTests {

	private static final SlotMeta META = new SlotMeta(new UUID(0x0123456789ABCDEFL, 0xFEDCBA9876543210L),
			SlotOwner.of("Bestell-Service \u00FC", List.of("https://collector:4318", "https://other:4318")),
			1764081600000L);

	private static final long SEED = 39;

	@TempDir
	private Path directory;

	@Test
	@DisplayName("T19: reads and writes what version 1.0 wrote")
	void goldenFile() throws IOException {
		byte[] golden = CursorFileTests.golden("meta-1.0.bin");
		assertThat(read(golden)).isEqualTo(META);
		SlotMeta.file(new LocalDisk(), this.directory).replace(META.encode());
		assertThat(Files.readAllBytes(this.directory.resolve("META"))).isEqualTo(golden);
	}

	@Test
	@DisplayName("T19: a newer minor version is read, a newer major one is not")
	void newerVersions() throws IOException {
		assertThat(read(CursorFileTests.golden("meta-1.7.bin"))).isEqualTo(META);
		assertThat(content(CursorFileTests.golden("meta-2.0.bin"))).isEqualTo(new StateFile.Newer(2));
	}

	@Test
	void everyFlippedBitIsFound() throws IOException {
		byte[] intact = CursorFileTests.golden("meta-1.0.bin");
		for (int bit = 0; bit < intact.length * 8; bit++) {
			byte[] damaged = intact.clone();
			damaged[bit / 8] ^= (byte) (1 << (bit % 8));
			assertThat(content(damaged)).as("bit %d", bit).isInstanceOf(StateFile.Damaged.class);
		}
	}

	@Test
	void everyOtherLengthIsFound() throws IOException {
		byte[] intact = CursorFileTests.golden("meta-1.0.bin");
		for (int length = 0; length <= intact.length + 1; length++) {
			if (length != intact.length) {
				assertThat(content(Arrays.copyOf(intact, length))).as("%d bytes", length)
					.isInstanceOf(StateFile.Damaged.class);
			}
		}
	}

	@Test
	void aFileOfAnotherKindIsDamaged() throws IOException {
		assertThat(content(CursorFileTests.golden("cursor-1.0.bin")))
			.isEqualTo(new StateFile.Damaged("it is of another kind"));
		// Also one that is too new to be read.
		assertThat(content(CursorFileTests.golden("cursor-2.0.bin")))
			.isEqualTo(new StateFile.Damaged("it is of another kind"));
	}

	@Test
	void aHeaderThatMakesNoSenseIsDamaged() throws IOException {
		StateFile.Damaged damaged = new StateFile.Damaged("its header makes no sense");
		assertThat(content(CursorFileTests.envelope("OBME", 0, 0, new byte[8]))).isEqualTo(damaged);
		byte[] bytes = CursorFileTests.envelope("OBME", 1, 0, new byte[8]);
		bytes[11] = 9;
		assertThat(content(CursorFileTests.seal(bytes))).isEqualTo(damaged);
	}

	@Test
	@DisplayName("T39: whatever is in the file, nothing but a description or none comes out")
	void fuzz() throws IOException {
		Random random = new Random(SEED);
		byte[] intact = CursorFileTests.golden("meta-1.0.bin");
		int read = 0;
		for (int i = 0; i < 10_000; i++) {
			byte[] bytes = Arrays.copyOf(intact, (i % 2 == 0) ? intact.length : random.nextInt(2 * intact.length));
			for (int flips = random.nextInt(4); flips >= 0 && bytes.length > 0; flips--) {
				bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
			}
			if (content(CursorFileTests.seal(bytes)) instanceof StateFile.Body body) {
				read += (SlotMeta.decode(body) != null) ? 1 : 0;
			}
		}
		assertThat(read).isPositive();
	}

	@Test
	void refusesABodyThatIsTooLongToBeReadBack() throws IOException {
		StateFile file = SlotMeta.file(new LocalDisk(), this.directory);
		file.replace(ByteBuffer.allocate(StateFile.MAX_LENGTH - 16));
		assertThat(file.read()).isInstanceOf(StateFile.Body.class);
		assertThatIOException().isThrownBy(() -> file.replace(ByteBuffer.allocate(StateFile.MAX_LENGTH - 15)))
			.withMessageContaining("META")
			.withMessageContaining("65536");
	}

	@Test
	void ownersAreEqualIfApplicationAndDestinationsAre() {
		SlotOwner owner = SlotOwner.of("app", List.of("a", "b"));
		assertThat(SlotOwner.of("app", List.of("a", "b"))).isEqualTo(owner);
		assertThat(SlotOwner.of("App", List.of("a", "b"))).isNotEqualTo(owner);
		assertThat(SlotOwner.of("app", List.of("b", "a"))).isNotEqualTo(owner);
		assertThat(SlotOwner.of("app", List.of("ab"))).isNotEqualTo(owner);
	}

	@Test
	@DisplayName("T44: odd names of applications are recognised when they are read back")
	void oddApplications() throws IOException {
		for (String application : List.of("", "../x", "a\0b", "\uD800", "x\uDFFF", "\u20AC".repeat(5_000))) {
			SlotMeta meta = new SlotMeta(UUID.randomUUID(), SlotOwner.of(application, List.of()), 0);
			SlotMeta.file(new LocalDisk(), this.directory).replace(meta.encode());
			assertThat(read(Files.readAllBytes(this.directory.resolve("META")))).isEqualTo(meta);
		}
	}

	@Test
	@DisplayName("T44: long names of applications stay apart")
	void longApplications() {
		SlotOwner owner = SlotOwner.of("x".repeat(2_000), List.of("a"));
		assertThat(SlotOwner.of("x".repeat(2_000), List.of("a"))).isEqualTo(owner);
		assertThat(SlotOwner.of("x".repeat(2_001), List.of("a"))).isNotEqualTo(owner);
		assertThat(SlotOwner.of("x".repeat(2_000), List.of("b"))).isNotEqualTo(owner);
		assertThatIllegalArgumentException().isThrownBy(() -> new SlotOwner("x".repeat(1_025), 0))
			.withMessageContaining("application");
	}

	private StateFile.Content content(byte[] bytes) throws IOException {
		Files.write(this.directory.resolve("META"), bytes);
		return SlotMeta.file(new LocalDisk(), this.directory).read();
	}

	private @Nullable SlotMeta read(byte[] bytes) throws IOException {
		return (content(bytes) instanceof StateFile.Body body) ? SlotMeta.decode(body) : null;
	}

}
