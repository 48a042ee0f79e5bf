package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.testing.Fuzz;
import io.github.otlpboot.testing.Mutator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hostile content for the files that are replaced as a whole: cursors and the description
 * of a slot. Half of it has a checksum that fits, so that the fields are looked at.
 */
class StateFileFuzzTests {

	private static final UUID LOG_ID = new UUID(0x0123456789ABCDEFL, 0xFEDCBA9876543210L);

	private static final Path DIRECTORY = Path.of("/storage/slot-0/traces/cursors");

	private static final Cursor CURSOR = new Cursor(4711, 4000, 1234, 40_000, 5_000_000, 39_000,
			Map.of(LossReason.REJECTED, 900L, LossReason.CORRUPT, 100L));

	private final SimulatedDisk disk = new SimulatedDisk();

	@Test
	@DisplayName("T39: of any cursor file only the declared states come out, in bounded memory")
	void cursors() throws IOException {
		this.disk.createDirectories(DIRECTORY);
		CursorFile.of(this.disk, DIRECTORY, "default", LOG_ID).save(CURSOR);
		Path path = this.disk.list(DIRECTORY).get(0);
		byte[] valid = this.disk.contents(path);
		Fuzz.run(10_000, (fuzz, mutator) -> {
			this.disk.put(path, content(mutator, valid));
			CursorFile file = CursorFile.of(this.disk, DIRECTORY, "default", LOG_ID);
			CursorState state = fuzz.bounded(4L * StateFile.MAX_LENGTH, file::load);
			if (state instanceof CursorState.Present present) {
				Cursor cursor = present.cursor();
				assertThat(List.of(cursor.acknowledged(), cursor.segment(), cursor.offset(), cursor.items(),
						cursor.bytes(), cursor.delivered()))
					.allSatisfy((number) -> assertThat(number).isNotNegative());
				assertThat(cursor.lost().values()).allSatisfy((items) -> assertThat(items).isNotNegative());
				// What was read can be written, and is read as the same again.
				file.save(cursor);
				assertThat(CursorFile.of(this.disk, DIRECTORY, "default", LOG_ID).load()).isEqualTo(state);
			}
			else {
				assertThat(state).isNotInstanceOf(CursorState.Missing.class);
			}
		});
	}

	@Test
	@DisplayName("T39: of any description of a slot only the declared states come out, in bounded memory")
	void descriptions() throws IOException {
		Path slot = Path.of("/storage/slot-0");
		this.disk.createDirectories(slot);
		StateFile file = SlotMeta.file(this.disk, slot);
		file.replace(new SlotMeta(LOG_ID, SlotOwner.of("shop", List.of("default")), 1_700_000_000_000L).encode());
		Path path = slot.resolve(SlotMeta.FILE_NAME);
		byte[] valid = this.disk.contents(path);
		Fuzz.run(10_000, (fuzz, mutator) -> {
			this.disk.put(path, content(mutator, valid));
			SlotMeta meta = fuzz.bounded(8L * StateFile.MAX_LENGTH,
					() -> (file.read() instanceof StateFile.Body body) ? SlotMeta.decode(body) : null);
			if (meta != null) {
				assertThat(meta.owner().application().length()).isLessThanOrEqualTo(1024);
			}
			List<SlotView> views = SlotView.all(this.disk, slot.getParent());
			assertThat(views).hasSize(1);
			assertThat(views.get(0).problem() == null).isEqualTo(meta != null);
		});
	}

	private static byte[] content(Mutator mutator, byte[] valid) {
		if (mutator.oneIn(100)) {
			return mutator.noise(3 * StateFile.MAX_LENGTH);
		}
		byte[] bytes = mutator.mutate(valid);
		return mutator.oneIn(2) ? bytes : CursorFileTests.seal(bytes);
	}

}
