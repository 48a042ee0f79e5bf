package io.github.otlpboot.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;

import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.SourcedBatch;
import io.github.otlpboot.testing.FakeTime;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The log of traces on some disk, as one process after the other opens it.
 */
final class TestLog {

	static final String DESTINATION = "default";

	private final Disk disk;

	private final Path root;

	private final FakeTime time = new FakeTime();

	private final List<String> destinations;

	private LogSettings settings;

	private final Map<LossReason, Long> told = new EnumMap<>(LossReason.class);

	private @Nullable Slot slot;

	private @Nullable SegmentLog log;

	TestLog(Disk disk, Path root, LogSettings settings, List<String> destinations) {
		this.disk = disk;
		this.root = root;
		this.settings = settings;
		this.destinations = destinations;
	}

	TestLog(Disk disk, LogSettings settings, String... destinations) {
		this(disk, Path.of("/storage"), settings,
				(destinations.length > 0) ? List.of(destinations) : List.of(DESTINATION));
	}

	/**
	 * Return settings under which nothing is lost: segments of 4 KiB, 1 MiB in all.
	 * @param fsync when to sync
	 */
	static LogSettings settings(FsyncPolicy fsync) {
		return new LogSettings(1 << 20, Duration.ofHours(24), 4096, Duration.ofMinutes(10), 0, WhenLogFull.DROP_OLDEST,
				Duration.ZERO, fsync, Duration.ofSeconds(1));
	}

	static LogSettings withSize(LogSettings from, long maxSize, long segmentSize) {
		return new LogSettings(maxSize, from.maxAge(), segmentSize, from.segmentAge(), from.minFreeSpace(),
				from.whenFull(), from.keepDelivered(), from.fsync(), from.fsyncInterval());
	}

	static LogSettings withWhenFull(LogSettings from, WhenLogFull whenFull) {
		return new LogSettings(from.maxSize(), from.maxAge(), from.segmentSize(), from.segmentAge(),
				from.minFreeSpace(), whenFull, from.keepDelivered(), from.fsync(), from.fsyncInterval());
	}

	static LogSettings withMinFreeSpace(LogSettings from, long minFreeSpace) {
		return new LogSettings(from.maxSize(), from.maxAge(), from.segmentSize(), from.segmentAge(), minFreeSpace,
				from.whenFull(), from.keepDelivered(), from.fsync(), from.fsyncInterval());
	}

	static LogSettings withKeepDelivered(LogSettings from, Duration keepDelivered) {
		return new LogSettings(from.maxSize(), from.maxAge(), from.segmentSize(), from.segmentAge(),
				from.minFreeSpace(), from.whenFull(), keepDelivered, from.fsync(), from.fsyncInterval());
	}

	FakeTime time() {
		return this.time;
	}

	Map<LossReason, Long> told() {
		return this.told;
	}

	List<String> destinations() {
		return this.destinations;
	}

	TestLog change(UnaryOperator<LogSettings> change) {
		this.settings = change.apply(this.settings);
		return this;
	}

	SegmentLog open() throws IOException {
		return open(this.destinations);
	}

	SegmentLog open(List<String> readers) throws IOException {
		Slot acquired = new Slots(this.disk, this.root, new SlotOwner("test", 1), this.time.clock()).acquire();
		this.slot = acquired;
		SegmentLog opened = SegmentLog.open(new StorageContext(this.disk, this.time.clock(), this.time.nanos()),
				acquired, Signal.TRACES, this.settings, readers,
				(destination, signal, items, reason) -> this.told.merge(reason, items, Long::sum));
		this.log = opened;
		return opened;
	}

	void close() {
		SegmentLog open = this.log;
		if (open != null) {
			open.close();
		}
		release();
	}

	/**
	 * Give back the lock, as the operating system does for a killed process.
	 */
	void release() {
		Slot held = this.slot;
		if (held != null) {
			held.close();
		}
		this.slot = null;
		this.log = null;
	}

	SegmentLog reopen() throws IOException {
		close();
		return open();
	}

	SegmentLog log() {
		SegmentLog open = this.log;
		if (open == null) {
			throw new IllegalStateException("The log is not open");
		}
		return open;
	}

	/**
	 * Return the identity of the log, as long as it has been opened once.
	 */
	UUID logId() {
		try {
			SlotMeta meta = (SlotMeta.file(this.disk, this.root.resolve("slot-0"))
				.read() instanceof StateFile.Body body) ? SlotMeta.decode(body) : null;
			if (meta != null) {
				return meta.logId();
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		throw new IllegalStateException("There is no log");
	}

	Slot slot() {
		Slot held = this.slot;
		if (held == null) {
			throw new IllegalStateException("The log is not open");
		}
		return held;
	}

	LogReader reader() {
		return log().reader(this.destinations.get(0));
	}

	LogLedger.DestinationLedger ledger() {
		return log().ledger().of(this.destinations.get(0));
	}

	/**
	 * Append batches, one by one.
	 * @param first the number of the first one
	 * @param count how many
	 * @param size the length of each in bytes
	 */
	void append(int first, int count, int size) throws IOException {
		for (int id = first; id < first + count; id++) {
			assertThat(log().write(List.of(NumberedBatches.batch(id, 1, size)))).isOne();
			log().publish();
		}
	}

	/**
	 * Deliver all that can be read.
	 * @return the numbers of the batches
	 */
	List<Integer> deliverAll() {
		return deliverAll(reader());
	}

	static List<Integer> deliverAll(LogReader reader) {
		List<Integer> ids = new ArrayList<>();
		SourcedBatch batch = reader.next(Long.MAX_VALUE, Long.MAX_VALUE);
		while (batch != null) {
			ids.add(NumberedBatches.idOf(batch.batch()));
			reader.settle(batch, Settlement.delivered(batch.batch().items()));
			batch = reader.next(Long.MAX_VALUE, Long.MAX_VALUE);
		}
		return ids;
	}

	/**
	 * Let the log do what is due after a second.
	 */
	void maintain() throws IOException {
		this.time.advance(Duration.ofSeconds(1));
		log().maintain();
	}

	Path directory() {
		return this.root.resolve("slot-0").resolve(Signal.TRACES.id());
	}

	/**
	 * Return the segments that are there.
	 * @return the files in the order of the log
	 */
	List<Path> segments() {
		try {
			return this.disk.list(directory())
				.stream()
				.filter((file) -> SegmentName.firstSequence(file).isPresent())
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Path cursorFile() {
		return directory().resolve("cursors").resolve(FileNames.encode(this.destinations.get(0)) + CursorFile.SUFFIX);
	}

	/**
	 * Check that the ledger adds up for every destination.
	 */
	void assertBalanced() {
		LogLedger ledger = log().ledger();
		for (LogLedger.DestinationLedger account : ledger.destinations()) {
			long lost = account.lost().values().stream().mapToLong(Long::longValue).sum();
			assertThat(account.delivered() + lost + account.pending().items())
				.as("delivered + lost + pending of %s", account)
				.isEqualTo(ledger.accepted());
			assertThat(account.pending().items()).isNotNegative();
			assertThat(account.pending().batches()).isNotNegative();
			assertThat(account.pending().bytes()).isNotNegative();
		}
	}

	static List<Integer> ids(int first, int count) {
		List<Integer> ids = new ArrayList<>();
		for (int id = first; id < first + count; id++) {
			ids.add(id);
		}
		return ids;
	}

	static List<Batch> batches(int first, int count, int size) {
		return ids(first, count).stream().map((id) -> NumberedBatches.batch(id, 1, size)).toList();
	}

}
