package io.github.otlpboot.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.SourcedBatch;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A log beside a simple model of it: a list of records, and for each destination what
 * became of each. After every step the ledger, the files and what is read must agree with
 * the model exactly.
 */
final class LogModel {

	private static final int SEGMENT_SIZE = 4096;

	private final SimulatedDisk disk = new SimulatedDisk();

	private final TestLog test;

	private final LogSettings settings;

	/** By sequence. */
	private final NavigableMap<Long, Entry> records = new TreeMap<>();

	private final Map<String, Destination> destinations = new HashMap<>();

	private final Set<Long> damaged = new HashSet<>();

	private int lastId;

	private int step;

	LogModel(long seed) throws IOException {
		SplittableRandom random = new SplittableRandom(seed);
		this.settings = new LogSettings(SEGMENT_SIZE * (4 + random.nextInt(12)), Duration.ofMinutes(30), SEGMENT_SIZE,
				Duration.ofMinutes(5), 0, random.nextBoolean() ? WhenLogFull.DROP_OLDEST : WhenLogFull.REJECT,
				random.nextBoolean() ? Duration.ZERO : Duration.ofMinutes(3),
				FsyncPolicy.values()[random.nextInt(FsyncPolicy.values().length)], Duration.ofSeconds(1));
		this.test = new TestLog(this.disk, this.settings,
				random.nextBoolean() ? new String[] { "one" } : new String[] { "one", "two" });
		this.test.destinations().forEach((name) -> this.destinations.put(name, new Destination()));
		this.test.open();
	}

	/**
	 * Draw steps.
	 * @param seed the chance
	 * @param count how many
	 * @return the steps
	 */
	static List<Step> steps(long seed, int count) {
		SplittableRandom random = new SplittableRandom(seed);
		List<Step> steps = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			steps.add(new Step(Kind.draw(random.nextInt(100)), random.nextInt() >>> 1, random.nextInt() >>> 1));
		}
		return steps;
	}

	/**
	 * Take steps, and check after each.
	 */
	void run(List<Step> steps) throws IOException {
		for (Step next : steps) {
			this.step++;
			switch (next.kind()) {
				case APPEND -> append(next);
				case READ -> read(next);
				case SETTLE -> settle(next);
				case MAINTAIN -> maintain(next);
				case WAIT -> this.test.time().advance(Duration.ofSeconds(next.a() % 600));
				case CLOCK -> this.test.time().jumpWallClock(Duration.ofDays((next.a() % 21 - 10) * 365L));
				case CLOSE -> close();
				case CRASH -> crash();
				case CORRUPT -> corrupt(next);
				case DROP -> drop();
			}
			check();
		}
	}

	private void append(Step next) throws IOException {
		List<Batch> batches = new ArrayList<>();
		for (int i = 0; i <= next.a() % 6; i++) {
			this.lastId++;
			int size = (next.b() % 7 == 0) ? 2000 + next.a() % 1800 : 20 + (next.b() + 37 * i) % 400;
			batches.add(NumberedBatches.batch(this.lastId, (next.a() + i) % 5, size));
		}
		List<Batch> rest = batches;
		while (!rest.isEmpty()) {
			int count = this.test.log().write(rest);
			this.test.log().publish();
			for (Batch batch : rest.subList(0, count)) {
				long sequence = end();
				this.records.put(sequence, new Entry(NumberedBatches.idOf(batch), batch.items()));
			}
			if (count == 0) {
				assertThat(this.settings.whenFull()).isEqualTo(WhenLogFull.REJECT);
				break;
			}
			rest = rest.subList(count, rest.size());
		}
		losePassedOver();
	}

	private long end() {
		return this.records.isEmpty() ? 1 : this.records.lastKey() + 1;
	}

	private String destination(Step next) {
		return this.test.destinations().get(next.a() % this.test.destinations().size());
	}

	private void read(Step next) {
		String name = destination(next);
		Destination destination = this.destinations.get(name);
		LogReader reader = this.test.log().reader(name);
		int limit = 1 + next.b() % 8;
		for (int i = 0; i < limit; i++) {
			SourcedBatch batch = reader.next(Long.MAX_VALUE, Long.MAX_VALUE);
			long found = (batch != null) ? batch.sequence() : end();
			for (long skipped : between(destination.position, found)) {
				assertThat(this.damaged).as("record %s was skipped by %s", skipped, name).contains(skipped);
				destination.lost.add(skipped);
			}
			destination.position = found;
			if (batch == null) {
				return;
			}
			Entry expected = this.records.get(found);
			assertThat(NumberedBatches.idOf(batch.batch())).isEqualTo(expected.id());
			assertThat(batch.batch().items()).isEqualTo(expected.items());
			destination.position = found + 1;
			destination.inFlight.add(batch);
		}
	}

	private void settle(Step next) {
		String name = destination(next);
		Destination destination = this.destinations.get(name);
		for (int i = 0; i <= next.a() % 5 && !destination.inFlight.isEmpty(); i++) {
			SourcedBatch batch = destination.inFlight.remove((next.b() + i) % destination.inFlight.size());
			int items = batch.batch().items();
			int delivered = (next.b() % 3 == 0 && items > 0) ? next.a() % (items + 1) : items;
			Settlement settlement = new Settlement(delivered,
					(delivered < items) ? Map.of(LossReason.PARTIAL_SUCCESS, items - delivered) : Map.of());
			this.test.log().reader(name).settle(batch, settlement);
			destination.delivered.put(batch.sequence(), delivered);
		}
	}

	private void maintain(Step next) throws IOException {
		this.test.time().advance(Duration.ofMillis(900 + next.a() % 300));
		boolean due = this.test.log().nanosUntilMaintenance() == 0;
		Map<String, Long> prefixes = new HashMap<>();
		this.destinations.forEach((name, destination) -> prefixes.put(name, prefix(destination)));
		this.test.log().maintain();
		if (due) {
			this.destinations
				.forEach((name, destination) -> assertThat(saved(name)).isGreaterThanOrEqualTo(prefixes.get(name)));
		}
		losePassedOver();
	}

	private void drop() {
		long freed = this.test.log().dropOldest();
		if (freed == 0 && this.settings.whenFull() == WhenLogFull.DROP_OLDEST) {
			assertThat(this.test.log().used()).isZero();
		}
		losePassedOver();
	}

	/**
	 * Return the last record of the settled prefix.
	 */
	private long prefix(Destination destination) {
		long prefix = destination.start - 1;
		while (destination.isSettled(prefix + 1)) {
			prefix++;
		}
		return prefix;
	}

	private long saved(String name) {
		Path directory = this.test.directory().resolve("cursors");
		Slot slot = slot();
		try {
			CursorState state = CursorFile.of(this.disk, directory, name, slot.logId()).load();
			return (state instanceof CursorState.Present present) ? present.cursor().acknowledged() : 0;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Slot slot() {
		return this.test.slot();
	}

	/**
	 * Segments went: what no destination has read of them is lost.
	 */
	private void losePassedOver() {
		long oldest = oldest();
		this.destinations.forEach((name, destination) -> {
			destination.lost.addAll(between(destination.position, oldest));
			destination.position = Math.max(destination.position, oldest);
		});
	}

	private List<Long> between(long from, long to) {
		return (from < to) ? List.copyOf(this.records.subMap(from, to).keySet()) : List.of();
	}

	private long oldest() {
		List<Path> segments = this.test.segments();
		return segments.isEmpty() ? end() : SegmentName.firstSequence(segments.get(0)).orElseThrow();
	}

	private void close() throws IOException {
		Map<String, Long> prefixes = new HashMap<>();
		this.destinations.forEach((name, destination) -> {
			destination.giveUp(oldest());
			prefixes.put(name, prefix(destination));
		});
		this.test.close();
		this.test.open();
		this.destinations.keySet().forEach((name) -> assertThat(saved(name)).isEqualTo(prefixes.get(name)));
		recover();
	}

	private void crash() throws IOException {
		this.disk.restart();
		this.test.release();
		this.test.open();
		recover();
	}

	private void recover() throws IOException {
		long end = 1;
		for (String name : this.test.destinations()) {
			end = Math.max(end, saved(name) + 1);
		}
		List<Path> segments = this.test.segments();
		if (!segments.isEmpty()) {
			Path last = segments.get(segments.size() - 1);
			end = Math.max(end, SegmentName.firstSequence(last).orElseThrow());
			for (Frame.Intact frame : frames(last)) {
				end = Math.max(end, frame.header().sequence() + 1);
			}
		}
		NavigableMap<Long, Entry> cutOff = this.records.tailMap(end, true);
		assertThat(this.damaged).as("cut off at the end").containsAll(cutOff.keySet());
		this.damaged.removeAll(cutOff.keySet());
		cutOff.clear();
		this.destinations.forEach((name, destination) -> destination.restart(saved(name)));
		losePassedOver();
	}

	/**
	 * Flip a bit of a record that is on disk.
	 */
	private void corrupt(Step next) throws IOException {
		List<Path> segments = this.test.segments();
		if (segments.isEmpty()) {
			return;
		}
		Path file = segments.get(next.a() % segments.size());
		byte[] bytes = this.disk.contents(file);
		if (bytes.length <= SegmentHeader.LENGTH) {
			return;
		}
		int offset = SegmentHeader.LENGTH + next.b() % (bytes.length - SegmentHeader.LENGTH);
		frames(file).stream()
			.filter((frame) -> frame.offset() <= offset && offset < frame.end())
			.forEach((frame) -> this.damaged.add(frame.header().sequence()));
		this.disk.flip(file, offset, next.b() % 8);
	}

	private List<Frame.Intact> frames(Path file) throws IOException {
		List<Frame.Intact> frames = new ArrayList<>();
		SegmentIdentity identity = new SegmentIdentity(slot().logId(), Signal.TRACES,
				SegmentName.firstSequence(file).orElseThrow());
		try (SegmentReader reader = SegmentReader.open(this.disk, file, identity)) {
			Frame frame = reader.frameAt(SegmentHeader.LENGTH, reader.size());
			while (frame != null) {
				if (frame instanceof Frame.Intact intact) {
					frames.add(intact);
				}
				frame = reader.frameAt(frame.end(), reader.size());
			}
		}
		return frames;
	}

	private void check() throws IOException {
		this.test.assertBalanced();
		checkLedger();
		checkFiles();
	}

	private void checkLedger() {
		LogLedger ledger = this.test.log().ledger();
		assertThat(ledger.accepted()).as("accepted").isEqualTo(items(this.records.values()));
		this.destinations.forEach((name, destination) -> {
			LogLedger.DestinationLedger account = ledger.of(name);
			assertThat(account.delivered()).as("delivered to %s", name)
				.isEqualTo(destination.delivered.values().stream().mapToLong(Integer::longValue).sum());
			long lost = 0;
			for (long sequence : destination.lost) {
				lost += this.records.get(sequence).items();
			}
			for (Map.Entry<Long, Integer> settled : destination.delivered.entrySet()) {
				lost += this.records.get(settled.getKey()).items() - settled.getValue();
			}
			assertThat(account.lost().values().stream().mapToLong(Long::longValue).sum()).as("lost for %s", name)
				.isEqualTo(lost);
			if (this.settings.whenFull() == WhenLogFull.REJECT) {
				assertThat(account.lost()).doesNotContainKey(LossReason.OVERFLOW);
			}
			assertThat(account.pending().batches()).as("pending for %s", name)
				.isEqualTo(this.records.keySet().stream().filter((key) -> !destination.isSettled(key)).count());
		});
	}

	private static long items(Iterable<Entry> entries) {
		long items = 0;
		for (Entry entry : entries) {
			items += entry.items();
		}
		return items;
	}

	/**
	 * Scan all files: what is not damaged is there, and where it belongs.
	 */
	private void checkFiles() throws IOException {
		Map<Long, RecordHeader> onDisk = new HashMap<>();
		long size = 0;
		for (Path file : this.test.segments()) {
			int length = this.disk.contents(file).length;
			size += (length > SegmentHeader.LENGTH) ? length : 0;
			frames(file).forEach((frame) -> onDisk.put(frame.header().sequence(), frame.header()));
		}
		assertThat(this.test.log().used()).as("used").isEqualTo(size);
		assertThat(size).as("quota").isLessThanOrEqualTo(this.settings.maxSize() + this.settings.segmentSize());
		long item = items(this.records.headMap(oldest()).values());
		for (Map.Entry<Long, Entry> entry : this.records.tailMap(oldest()).entrySet()) {
			RecordHeader header = onDisk.remove(entry.getKey());
			if (header == null) {
				assertThat(this.damaged).as("not on disk").contains(entry.getKey());
			}
			else {
				assertThat(header.items()).isEqualTo(entry.getValue().items());
				assertThat(header.firstItem()).isEqualTo(item);
			}
			item += entry.getValue().items();
		}
		assertThat(onDisk.keySet()).as("on disk, and not accepted").isEmpty();
	}

	@Override
	public String toString() {
		return "step " + this.step + ", " + this.settings;
	}

	/**
	 * What can happen.
	 */
	enum Kind {

		APPEND(35), READ(22), SETTLE(20), MAINTAIN(9), WAIT(3), CLOCK(1), CLOSE(2), CRASH(3), CORRUPT(3), DROP(2);

		private final int weight;

		Kind(int weight) {
			this.weight = weight;
		}

		static Kind draw(int percent) {
			int left = percent;
			for (Kind kind : values()) {
				left -= kind.weight;
				if (left < 0) {
					return kind;
				}
			}
			throw new IllegalArgumentException("'percent' is too large: " + percent);
		}

	}

	/**
	 * One step, which means something in whatever state it is taken.
	 *
	 * @param kind what happens
	 * @param a a number, not negative
	 * @param b another one
	 */
	record Step(Kind kind, int a, int b) {

	}

	/**
	 * A record.
	 *
	 * @param id the number of its batch
	 * @param items the number of items in it
	 */
	private record Entry(int id, int items) {

	}

	/**
	 * What became of each record at one destination.
	 */
	private static final class Destination {

		private final Map<Long, Integer> delivered = new HashMap<>();

		private final Set<Long> lost = new HashSet<>();

		private final List<SourcedBatch> inFlight = new ArrayList<>();

		private final long start = 1;

		private long position = 1;

		boolean isSettled(long sequence) {
			return this.delivered.containsKey(sequence) || this.lost.contains(sequence);
		}

		/**
		 * What has left the log cannot be given out again.
		 */
		void giveUp(long oldest) {
			this.inFlight.stream()
				.map(SourcedBatch::sequence)
				.filter((sequence) -> sequence < oldest)
				.forEach(this.lost::add);
		}

		void restart(long acknowledged) {
			this.delivered.keySet().removeIf((sequence) -> sequence > acknowledged);
			this.lost.removeIf((sequence) -> sequence > acknowledged);
			this.inFlight.clear();
			this.position = acknowledged + 1;
		}

	}

}
