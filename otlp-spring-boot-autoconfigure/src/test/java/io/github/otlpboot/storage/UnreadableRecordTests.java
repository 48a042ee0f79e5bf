package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.SourcedBatch;
import io.github.otlpboot.testing.FakeTime;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Parts of a disk that can never be read again (EIO): what is behind them is delivered,
 * and what was in them is counted.
 */
class UnreadableRecordTests {

	private static final int SIZE = 700;

	private static final int FRAME = RecordHeader.LENGTH + SIZE;

	private static final Duration PATIENCE = ReadPatience.FIRST.plusSeconds(2);

	private final BadDisk disk = new BadDisk(new SimulatedDisk());

	private final TestLog log = new TestLog(this.disk, TestLog.settings(FsyncPolicy.INTERVAL));

	@BeforeEach
	void setUp() throws IOException {
		// Five in a segment
		this.log.open();
		this.log.append(1, 12, SIZE);
		assertThat(this.log.segments()).hasSize(3);
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, RecordHeader.LENGTH + 10 })
	@DisplayName("Loss 3: a record that cannot be read is given up after a while, alone and counted; all others arrive")
	void oneRecordIsGivenUp(int inFrame) throws IOException {
		// The third record: in its header, and in its payload.
		this.disk.breakPart(this.log.segments().get(0), SegmentHeader.LENGTH + 2L * FRAME + inFrame, 4);
		List<Integer> delivered = new ArrayList<>(this.log.deliverAll());
		assertThat(delivered).containsExactly(1, 2);
		delivered.addAll(readFor(ReadPatience.FIRST.minusSeconds(2)));
		assertThat(delivered).as("before it is time").hasSize(2);
		assertThat(this.log.ledger().lost()).isEmpty();
		delivered.addAll(readFor(Duration.ofSeconds(5)));
		// The blocks around a header that cannot be read are not believed either.
		assertThat(delivered).startsWith(1, 2).endsWith(6, 7, 8, 9, 10, 11, 12).doesNotContain(3);
		if (inFrame > 0) {
			assertThat(delivered).hasSize(11);
		}
		assertThat(this.log.told()).isEqualTo(Map.of(LossReason.CORRUPT, 12L - delivered.size()));
		assertThat(this.log.ledger().pending().isEmpty()).isTrue();
		this.log.assertBalanced();
		this.log.reopen();
		this.log.assertBalanced();
		assertThat(this.log.deliverAll()).isEmpty();
	}

	@Test
	@DisplayName("Loss 3: a segment of which nothing can be read is given up as one")
	void aSegmentIsGivenUp() throws IOException {
		this.disk.breakPart(this.log.segments().get(1), 0, Long.MAX_VALUE);
		List<Integer> delivered = new ArrayList<>(this.log.deliverAll());
		delivered.addAll(readFor(PATIENCE));
		assertThat(delivered).containsExactly(1, 2, 3, 4, 5, 11, 12);
		assertThat(this.log.told()).isEqualTo(Map.of(LossReason.CORRUPT, 5L));
		this.log.assertBalanced();
	}

	@Test
	@DisplayName("A disk of which nothing can be read costs nothing, however long that lasts")
	void whenNothingCanBeReadNothingIsGivenUp() throws IOException {
		this.disk.breakAll(new IOException("Input/output error"));
		assertThat(readFor(Duration.ofHours(3))).isEmpty();
		assertThat(this.log.told()).isEmpty();
		this.disk.mend();
		assertThat(readFor(Duration.ofSeconds(2))).isEqualTo(TestLog.ids(1, 12));
		this.log.assertBalanced();
	}

	@Test
	@DisplayName("The last record is not given up before there is something after it")
	void theLastRecordIsKept() throws IOException {
		this.disk.breakPart(this.log.segments().get(2), SegmentHeader.LENGTH + 1L * FRAME + RecordHeader.LENGTH, 1);
		assertThat(this.log.deliverAll()).isEqualTo(TestLog.ids(1, 11));
		assertThat(readFor(Duration.ofHours(1))).isEmpty();
		assertThat(this.log.told()).isEmpty();
		this.log.append(13, 1, SIZE);
		assertThat(readFor(PATIENCE)).containsExactly(13);
		assertThat(this.log.told()).isEqualTo(Map.of(LossReason.CORRUPT, 1L));
		this.log.assertBalanced();
	}

	@Test
	@DisplayName("A disk that breaks down bit by bit loses little: the patience doubles while nothing can be read")
	void patienceDoubles() throws IOException {
		for (Path segment : this.log.segments()) {
			// Headers can be read, from memory, and no payload.
			for (int i = 0; i < 5; i++) {
				this.disk.breakPart(segment, SegmentHeader.LENGTH + (long) i * FRAME + RecordHeader.LENGTH, 1);
			}
		}
		assertThat(readFor(Duration.ofMinutes(8))).isEmpty();
		// 30 s, 1, 2, and 4 min
		assertThat(this.log.told()).isEqualTo(Map.of(LossReason.CORRUPT, 4L));
		this.disk.mend();
		assertThat(readFor(Duration.ofSeconds(2))).isEqualTo(TestLog.ids(5, 8));
		this.log.assertBalanced();
	}

	@Test
	@DisplayName("What permissions deny is kept until somebody mends them")
	void whatIsDeniedIsKept() throws IOException {
		this.disk.breakPart(this.log.segments().get(1), 0, Long.MAX_VALUE);
		this.disk.failure = new AccessDeniedException("segment");
		List<Integer> delivered = new ArrayList<>(this.log.deliverAll());
		delivered.addAll(readFor(Duration.ofHours(1)));
		this.disk.mend();
		delivered.addAll(readFor(Duration.ofSeconds(2)));
		assertThat(delivered).isEqualTo(TestLog.ids(1, 12));
		assertThat(this.log.told()).isEmpty();
	}

	@Test
	@DisplayName("Loss 3: a segment whose header cannot be read at the start is left for later, and the rest is delivered")
	void aHeaderThatCannotBeReadAtTheStart() throws IOException {
		for (int bad = 0; bad < 2; bad++) {
			this.log.close();
			this.disk.breakPart(this.log.segments().get(bad), 0, 10);
			this.log.open();
			assertThat(this.log.log().ledger().accepted()).isEqualTo(12);
			this.log.assertBalanced();
			this.disk.mend();
		}
		assertThat(this.log.ledger().pending().oldestAcceptedAt()).isPositive();
		List<Integer> delivered = readFor(ReadPatience.FIRST.minusSeconds(2));
		assertThat(delivered).as("after a failure that was soon over").isEqualTo(TestLog.ids(1, 12));
		assertThat(this.log.told()).isEmpty();
		this.log.assertBalanced();
	}

	@Test
	@DisplayName("Loss 3: a segment whose header can never be read again is given up, alone and counted")
	void aHeaderThatCanNeverBeReadAgain() throws IOException {
		this.log.close();
		this.disk.breakPart(this.log.segments().get(1), 0, 10);
		this.log.open();
		assertThat(this.log.deliverAll()).isEqualTo(TestLog.ids(1, 5));
		assertThat(readFor(ReadPatience.FIRST.minusSeconds(2))).isEmpty();
		assertThat(this.log.told()).isEmpty();
		assertThat(readFor(PATIENCE)).containsExactly(11, 12);
		assertThat(this.log.told()).isEqualTo(Map.of(LossReason.CORRUPT, 5L));
		this.log.assertBalanced();
		this.log.reopen();
		this.log.assertBalanced();
	}

	@Test
	@DisplayName("Loss 3: a log of whose end nothing can be read is not opened, and nothing of it is touched")
	void anEndThatCannotBeReadAtTheStart() throws IOException {
		this.log.close();
		List<Path> segments = this.log.segments();
		// The last one, and one after which the next does not tell where it ends.
		this.disk.breakPart(segments.get(2), 0, 10);
		assertThatIOException().isThrownBy(this.log::open)
			.withMessageStartingWith("the header of " + segments.get(2) + " cannot be read");
		this.log.release();
		this.disk.mend();
		this.disk.breakPart(segments.get(0), 0, 10);
		this.disk.breakPart(segments.get(1), 0, 10);
		assertThatIOException().isThrownBy(this.log::open);
		this.log.release();
		this.disk.mend();
		this.log.open();
		assertThat(this.log.deliverAll()).isEqualTo(TestLog.ids(1, 12));
		this.log.assertBalanced();
	}

	@Test
	@DisplayName("Loss 3: once the segment is moved away that keeps a log from being opened, the rest is delivered")
	void withoutTheSegmentThatCannotBeReadTheRestIsDelivered() throws IOException {
		this.log.close();
		List<Path> segments = this.log.segments();
		this.disk.breakPart(segments.get(0), 0, 10);
		this.disk.breakPart(segments.get(1), 0, 10);
		assertThatIOException().isThrownBy(this.log::open)
			.withMessageStartingWith("the header of " + segments.get(0))
			.withMessageContaining("moved away it costs what is in it");
		this.log.release();
		this.disk.delete(segments.get(0));
		this.log.open();
		List<Integer> delivered = new ArrayList<>(this.log.deliverAll());
		delivered.addAll(readFor(PATIENCE));
		assertThat(delivered).containsExactly(11, 12);
		this.log.assertBalanced();
	}

	@Test
	@DisplayName("Loss 3: an end that cannot be read just once is not made up from what else is known")
	void anEndThatCannotBeReadOnce() throws IOException {
		for (int i = 0; i < 11; i++) {
			SourcedBatch batch = this.log.reader().next(Long.MAX_VALUE, Long.MAX_VALUE);
			assertThat(batch).isNotNull();
			this.log.reader().settle(batch, Settlement.delivered(1));
		}
		this.log.maintain();
		this.log.close();
		// Nothing before it tells any more where it starts.
		assertThat(this.log.segments()).hasSize(1);
		this.disk.breakOnce(this.log.segments().get(0));
		assertThatIOException().isThrownBy(this.log::open).withMessageContaining("cannot be read");
		this.log.release();
		this.log.open();
		assertThat(this.log.log().ledger().accepted()).isEqualTo(12);
		this.log.assertBalanced();
		assertThat(this.log.deliverAll()).containsExactly(12);
	}

	@Test
	@DisplayName("Loss 3: a slot that cannot be opened is kept and tried again, and what comes is stored in another one")
	void aSlotThatCannotBeOpenedIsReplaced() throws IOException {
		this.log.close();
		Path bad = this.log.segments().get(2);
		this.disk.breakPart(bad, 0, 10);
		Map<Signal, List<String>> destinations = Map.of(Signal.TRACES, List.of(TestLog.DESTINATION));
		FakeTime time = new FakeTime();
		Storage storage = new Storage(new StorageContext(this.disk, time.clock(), time.nanos()),
				new StorageSettings(Path.of("/storage"), new SlotOwner("test", 1),
						Map.of(Signal.TRACES, TestLog.settings(FsyncPolicy.ALWAYS))),
				destinations, (destination, signal, items, reason) -> {
				});
		for (int process = 0; process < 2; process++) {
			// The second one takes it back rather than yet another one.
			try (StoredSlot slot = storage.acquire()) {
				assertThat(slot.name()).isEqualTo("slot-1");
				SegmentLog other = slot.log(Signal.TRACES).orElseThrow();
				assertThat(other.write(TestLog.batches(13 + process, 1, SIZE))).isOne();
				other.publish();
				assertThat(storage.adopt()).isEmpty();
			}
		}
		try (StoredSlot slot = storage.acquire()) {
			this.disk.mend();
			assertThat(TestLog.deliverAll(reader(slot))).containsExactly(13, 14);
			List<StoredSlot> adopted = storage.adopt();
			assertThat(adopted).extracting(StoredSlot::name).containsExactly("slot-0");
			assertThat(TestLog.deliverAll(reader(adopted.get(0)))).isEqualTo(TestLog.ids(1, 12));
			adopted.get(0).close();
		}
	}

	private static LogReader reader(StoredSlot slot) {
		return slot.log(Signal.TRACES).orElseThrow().reader(TestLog.DESTINATION);
	}

	@Test
	@DisplayName("Where no slot can be opened, attempts leave no slots behind")
	void whereNoSlotCanBeOpenedNoneAreLeftBehind() throws IOException {
		this.log.close();
		this.disk.noDirectories = true;
		Storage storage = new Storage(new StorageContext(this.disk, Clock.systemUTC(), System::nanoTime),
				new StorageSettings(Path.of("/storage"), new SlotOwner("test", 1),
						Map.of(Signal.TRACES, TestLog.settings(FsyncPolicy.ALWAYS))),
				Map.of(Signal.TRACES, List.of(TestLog.DESTINATION)), (destination, signal, items, reason) -> {
				});
		for (int i = 0; i < 10; i++) {
			assertThatIOException().isThrownBy(storage::acquire);
		}
		assertThat(this.disk.list(Path.of("/storage"))).hasSize(2);
		this.disk.noDirectories = false;
		try (StoredSlot slot = storage.acquire()) {
			assertThat(slot.name()).isEqualTo("slot-0");
		}
	}

	// Maintains and reads every second.
	private List<Integer> readFor(Duration duration) throws IOException {
		List<Integer> ids = new ArrayList<>();
		for (long second = 0; second < duration.toSeconds(); second++) {
			this.log.maintain();
			ids.addAll(this.log.deliverAll());
		}
		return ids;
	}

	/**
	 * A disk parts of which cannot be read.
	 */
	private static final class BadDisk extends DelegatingDisk {

		private final List<Bad> bad = new ArrayList<>();

		private @Nullable Path once;

		private boolean all;

		private boolean noDirectories;

		private IOException failure = new IOException("Input/output error");

		BadDisk(Disk disk) {
			super(disk);
		}

		@Override
		public void createDirectories(Path directory) throws IOException {
			if (this.noDirectories && directory.endsWith("traces")) {
				throw new IOException("Input/output error");
			}
			super.createDirectories(directory);
		}

		void breakPart(Path file, long position, long length) {
			this.bad.add(new Bad(file, position, length));
		}

		void breakOnce(Path file) {
			this.once = file;
		}

		void breakAll(IOException with) {
			this.all = true;
			this.failure = with;
		}

		void mend() {
			this.bad.clear();
			this.all = false;
		}

		@Override
		protected void beforeRead(Path file, long position, int length) throws IOException {
			if (file.equals(this.once)) {
				this.once = null;
				throw this.failure;
			}
			if (this.all || this.bad.stream().anyMatch((each) -> each.isHit(file, position, length))) {
				throw this.failure;
			}
		}

		private record Bad(Path file, long position, long length) {

			boolean isHit(Path read, long from, int count) {
				return this.file.equals(read) && from < this.position + Math.min(this.length, 1L << 40)
						&& from + count > this.position;
			}

		}

	}

}
