package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.RequestWalker;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.WalkResult;

/**
 * Makes the files of a slot with the writers that an application uses. Holds the lock of
 * the slot until it is closed. Not thread-safe.
 */
public final class StorageFiles implements AutoCloseable {

	private final Disk disk = new LocalDisk();

	private final Clock clock;

	private final Slot slot;

	private final Map<Signal, Log> logs = new EnumMap<>(Signal.class);

	private StorageFiles(Clock clock, Slot slot) {
		this.clock = clock;
		this.slot = slot;
	}

	/**
	 * Take a slot.
	 * @param root the storage directory
	 * @param application whose slot it is
	 * @param clock dates everything
	 * @return what fills it
	 */
	public static StorageFiles in(Path root, String application, Clock clock) throws IOException {
		SlotOwner owner = SlotOwner.of(application, List.of("http://collector"));
		return new StorageFiles(clock, new Slots(new LocalDisk(), root, owner, clock).acquire());
	}

	public Path directory() {
		return this.slot.directory();
	}

	/**
	 * Append a request.
	 * @param signal the signal
	 * @param request the request
	 */
	public void append(Signal signal, byte[] request) throws IOException {
		int items = ((WalkResult.Counted) RequestWalker.count(signal, request, 0, request.length)).items();
		append(signal, request, items);
	}

	/**
	 * Append a payload whose number of items may be wrong.
	 * @param signal the signal
	 * @param payload any bytes
	 * @param items the number of items to write into the header
	 */
	public void append(Signal signal, byte[] payload, int items) throws IOException {
		log(signal).append(payload, items);
	}

	/**
	 * Go on in a new segment.
	 * @param signal the signal
	 */
	public void roll(Signal signal) throws IOException {
		log(signal).roll();
	}

	/**
	 * Go on in a new segment as if the last records had never been acknowledged.
	 * @param signal the signal
	 * @param records how many to forget
	 */
	public void forget(Signal signal, int records) throws IOException {
		log(signal).forget(records);
	}

	/**
	 * Count items that are in no record.
	 * @param signal the signal
	 * @param items how many
	 */
	public void miscount(Signal signal, int items) {
		log(signal).item += items;
	}

	/**
	 * Return the segments of a signal.
	 * @param signal the signal
	 * @return the files, oldest first
	 */
	public List<Path> segments(Signal signal) {
		return log(signal).files;
	}

	/**
	 * Save a cursor.
	 * @param signal the signal
	 * @param destination the name of the destination
	 * @param records how many records are settled
	 * @param delivered the number of items delivered
	 * @param lost the number of items lost
	 */
	public void settle(Signal signal, String destination, int records, long delivered, long lost) throws IOException {
		LogEnd end = log(signal).ends.get(records);
		Map<LossReason, Long> losses = (lost > 0) ? Map.of(LossReason.REJECTED, lost) : Map.of();
		CursorFile.of(this.disk, this.slot.cursors(signal), destination, this.slot.logId())
			.save(new Cursor(records, 0, 0, end.item(), end.bytes(), delivered, losses));
	}

	private Log log(Signal signal) {
		return this.logs.computeIfAbsent(signal, Log::new);
	}

	/**
	 * Write all to the files and release the slot.
	 */
	@Override
	public void close() throws IOException {
		for (Log log : this.logs.values()) {
			log.close();
		}
		this.slot.close();
	}

	private record LogEnd(long item, long bytes) {

	}

	/**
	 * The log of a signal.
	 */
	private final class Log {

		private final Signal signal;

		private final List<Path> files = new ArrayList<>();

		private final Map<Integer, LogEnd> ends = new HashMap<>(Map.of(0, new LogEnd(0, 0)));

		private SegmentWriter writer;

		private long sequence = 1;

		private long item;

		private long bytes;

		Log(Signal signal) {
			this.signal = signal;
		}

		void append(byte[] payload, int items) throws IOException {
			if (this.writer == null) {
				roll();
			}
			NewRecord record = new NewRecord(items, this.item, this.sequence, StorageFiles.this.clock.millis(),
					Payload.of(payload));
			this.writer.append(List.of(record));
			this.ends.put((int) this.sequence, new LogEnd(this.item + items, this.bytes + record.frameLength()));
			this.sequence++;
			this.item += items;
			this.bytes += record.frameLength();
		}

		void roll() throws IOException {
			close();
			Path directory = StorageFiles.this.slot.directory(this.signal);
			StorageFiles.this.disk.createDirectories(directory);
			this.writer = SegmentWriter.create(StorageFiles.this.disk, directory,
					new SegmentHeader(SegmentHeader.MAJOR, SegmentHeader.MINOR, StorageFiles.this.slot.logId(),
							this.signal, this.sequence, this.item, this.bytes, StorageFiles.this.clock.millis()));
			this.files.add(this.writer.file());
		}

		void forget(int records) throws IOException {
			this.sequence -= records;
			LogEnd end = this.ends.get((int) this.sequence - 1);
			this.item = end.item();
			this.bytes = end.bytes();
			roll();
		}

		void close() throws IOException {
			if (this.writer != null) {
				this.writer.close();
				this.writer = null;
			}
		}

	}

}
