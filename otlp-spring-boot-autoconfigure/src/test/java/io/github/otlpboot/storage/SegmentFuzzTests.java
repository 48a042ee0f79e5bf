package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.TestSegments.Contents;
import io.github.otlpboot.testing.Fuzz;
import io.github.otlpboot.testing.Mutator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Hostile segments for {@link SegmentReader} and {@link SegmentRecovery}. One in three is
 * made of records whose numbers are hostile and whose checksums fit.
 */
class SegmentFuzzTests {

	private static final List<byte[]> VALID = List.of(TestSegments.segment(0), TestSegments.segment(1),
			TestSegments.segment(12), TestSegments.segment(150));

	@Test
	@DisplayName("T39: of any bytes a segment is read to its end, whole records only, in bounded memory")
	void reads() {
		SimulatedDisk disk = TestSegments.disk();
		Fuzz.run(6_000, (fuzz, mutator) -> {
			boolean damaged = !mutator.oneIn(3);
			byte[] bytes = damaged ? mutator.mutate(mutator.pick(VALID)) : hostile(mutator);
			disk.put(TestSegments.FILE, bytes);
			try {
				Contents contents = fuzz.bounded(100L * 1024 + 6L * bytes.length, () -> TestSegments.read(disk));
				assertThat(!damaged || contents.isUnaltered()).isTrue();
				long offset = SegmentHeader.LENGTH;
				for (Frame frame : contents.frames()) {
					assertThat(frame.offset()).isEqualTo(offset);
					assertThat(frame.end()).isGreaterThan(offset);
					offset = frame.end();
				}
				assertThat(offset).isEqualTo(Math.max(bytes.length, SegmentHeader.LENGTH));
			}
			catch (UnsupportedFormatException ex) {
				assertThat(SegmentHeader.isOfOtherMajor(ByteBuffer.wrap(bytes))).isTrue();
			}
		});
	}

	@Test
	@DisplayName("T39: any bytes are recovered from in bounded memory, and twice is once")
	void recovers() {
		Fuzz.run(1_500, (fuzz, mutator) -> {
			byte[] bytes = mutator.oneIn(3) ? hostile(mutator) : mutator.mutate(mutator.pick(VALID));
			SimulatedDisk disk = TestSegments.disk(bytes);
			RecoveredTail tail;
			try {
				tail = fuzz.bounded(200L * 1024 + 6L * bytes.length, () -> recover(disk));
			}
			catch (UnsupportedFormatException ex) {
				assertThat(disk.contents(TestSegments.FILE)).isEqualTo(bytes);
				return;
			}
			byte[] recovered = disk.contents(TestSegments.FILE);
			assertThat(Arrays.copyOf(bytes, recovered.length)).isEqualTo(recovered);
			assertThat(tail.size()).isEqualTo(recovered.length);
			RecoveredTail again = recover(disk);
			assertThat(disk.contents(TestSegments.FILE)).isEqualTo(recovered);
			assertThat(again.nextSequence()).isEqualTo(tail.nextSequence());
			assertThat(again.cutBytes()).isZero();
		});
	}

	/**
	 * Return a segment with records as only a faulty writer makes them.
	 */
	private static byte[] hostile(Mutator mutator) {
		ByteBuffer buffer = ByteBuffer.allocate(4096);
		TestSegments.HEADER.encode(buffer);
		long sequence = TestSegments.FIRST;
		for (int i = mutator.random().nextInt(8); i >= 0; i--) {
			byte[] payload = mutator.noise(64);
			int length = mutator.oneIn(3) ? (int) mutator.number() : payload.length;
			sequence = mutator.oneIn(3) ? mutator.number() : sequence + 1;
			int checksum = mutator.oneIn(2) ? TestSegments.ID.checksum(payload, 0, payload.length) : 0;
			new RecordHeader(mutator.oneIn(4) ? (int) mutator.number() : RecordHeader.REQUEST, Signal.TRACES,
					mutator.oneIn(4) ? (int) mutator.number() : 0, length, (int) mutator.number(), mutator.number(),
					sequence, mutator.number(), checksum)
				.encode(buffer, TestSegments.ID);
			buffer.put(payload);
		}
		byte[] bytes = new byte[buffer.position()];
		buffer.flip().get(bytes);
		return mutator.oneIn(2) ? bytes : mutator.mutate(bytes);
	}

	private static RecoveredTail recover(Disk disk) throws IOException {
		return SegmentRecovery.recover(disk, TestSegments.FILE, TestSegments.ID, TestSegments.QUARANTINE);
	}

}
