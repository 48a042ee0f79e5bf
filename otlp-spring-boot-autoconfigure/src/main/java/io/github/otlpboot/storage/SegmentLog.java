package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one signal: batches are appended to its last segment, destinations read it
 * from the front, and whole segments leave it.
 * <p>
 * One thread, that of the storage, writes, publishes, maintains and closes it. Each
 * reader belongs to the thread of the forwarder. {@link #ledger()} and {@link #used()}
 * may be called by any thread: what all of them share is {@link LogState}.
 * <p>
 * Where batches are appended is {@link SegmentAppender}, what has to leave for them is
 * {@link LogRoom} by the decisions of {@link Retention}, and how segments leave is
 * {@link SegmentRemover}.
 */
public final class SegmentLog implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SegmentLog.class);

	private static final long REST_NANOS = 10_000_000_000L;

	private final Disk disk;

	private final LogPlace place;

	private final LogSettings settings;

	private final LongSupplier nanos;

	private final LogState state;

	private final LossListener listener;

	private final SegmentAppender appender;

	private final SegmentRemover remover;

	private final LogRoom room;

	private final List<LogReader> readers = new ArrayList<>();

	private long keptAt;

	/** Whether the files are still ours. */
	private final BooleanSupplier held;

	private boolean forsaken;

	private SegmentLog(StorageContext context, LogPlace place, LogSettings settings, LogState state,
			CursorKeeper cursors, LossListener listener, BooleanSupplier held) {
		this.held = held;
		this.disk = context.disk();
		this.place = place;
		this.settings = settings;
		this.nanos = context.nanos();
		this.state = state;
		this.listener = listener;
		FileBin bin = new FileBin(context.disk(), place.directory());
		this.appender = new SegmentAppender(context, place, settings, state, bin);
		this.remover = new SegmentRemover(state, this.appender, cursors, bin, this::tell);
		this.room = new LogRoom(context, place, settings, state, cursors, this.appender, this.remover);
		this.keptAt = context.nanos().getAsLong();
	}

	/**
	 * Open a log, new or not.
	 * @param context the file system and the time
	 * @param slot where it is
	 * @param signal the signal
	 * @param settings how it is kept
	 * @param destinations the names of those who read it
	 * @param listener is told of what they will never get
	 * @return the log
	 * @throws IOException if it cannot be read or written, or is of a newer format
	 */
	static SegmentLog open(StorageContext context, Slot slot, Signal signal, LogSettings settings,
			List<String> destinations, LossListener listener) throws IOException {
		Disk disk = UnsyncedDisk.of(context.disk(), settings.fsync());
		LogPlace place = new LogPlace(slot.logId(), signal, slot.directory(signal), slot.quarantine(signal));
		LogRecovery.Recovered recovered = new LogRecovery(disk, place, context.clock().millis()).recover();
		LogPosition end = recovered.end();
		// What is written next must not hide behind a cursor that has survived more than
		// the log has, be it one of a destination that is not configured at present.
		for (Cursor cursor : CursorFile.all(disk, slot.cursors(signal), slot.logId())) {
			end = end.max(LogPosition.after(cursor));
		}
		CursorKeeper cursors = CursorKeeper.load(disk, slot.cursors(signal), place, destinations, recovered);
		SegmentLog log = new SegmentLog(new StorageContext(disk, context.clock(), context.nanos()), place, settings,
				new LogState(recovered.segments(), end), cursors, listener, slot::isHeld);
		cursors.saved().forEach(log::addReader);
		// Before the first segment, which may be the last file that the volume has room
		// for.
		log.remover.saveNewCursors();
		return log;
	}

	private void addReader(String destination, Cursor cursor) {
		long lost = this.state.add(destination, cursor);
		LogReader reader = new LogReader(this.disk, this.place, this.state, destination, this.listener, this.nanos);
		this.readers.add(reader);
		reader.tell(lost, LossReason.RETENTION_SIZE);
	}

	public Signal signal() {
		return this.place.signal();
	}

	/**
	 * Return what a destination reads.
	 * @param destination the name of the destination
	 * @return its reader
	 * @throws IllegalArgumentException if the log was not opened for it
	 */
	public LogReader reader(String destination) {
		return this.readers.stream()
			.filter((reader) -> reader.destination().equals(destination))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("There is no destination '" + destination + "'"));
	}

	/**
	 * Leave a part of the budget to others.
	 * @param bytes how much they take
	 */
	public void reserve(long bytes) {
		this.room.reserve(bytes);
	}

	/**
	 * Return whether a segment goes into the budget without any other leaving it.
	 * @return {@code false} if the next one may cost an older one
	 */
	public boolean hasRoom() {
		return this.room.isLeft();
	}

	/**
	 * Append as many batches as go into one segment, durably as far as is configured.
	 * Nobody sees them before they are {@linkplain #publish() published}, which must come
	 * next.
	 * @param batches the batches, at least one
	 * @return how many were appended; none if there is no room for the first one
	 * @throws SlotLostException if the slot was taken away meanwhile; what was written is
	 * never published
	 * @throws IOException if they could not be written; none of them was
	 */
	public int write(List<Batch> batches) throws IOException {
		try {
			int count = writeSome(batches);
			// Asked afterwards: whoever takes the slot from now on finds what is written.
			if (count > 0 && !this.held.getAsBoolean()) {
				throw new SlotLostException(this.place.directory().getParent());
			}
			return count;
		}
		catch (NoSuchFileException ex) {
			restoreDirectory();
			throw ex;
		}
	}

	// Somebody has deleted it. The file that is open has no name any more, and what went
	// into it would be gone with this process.
	private void restoreDirectory() throws IOException {
		if (this.held.getAsBoolean()) {
			this.appender.seal();
			this.disk.createDirectories(this.place.directory());
		}
	}

	private int writeSome(List<Batch> batches) throws IOException {
		if (this.appender.fitting(batches) == 0) {
			this.appender.seal();
			this.remover.saveNewCursors();
		}
		int count = this.room.make(batches);
		return (count > 0) ? append(batches.subList(0, count)) : 0;
	}

	private int append(List<Batch> batches) throws IOException {
		while (true) {
			try {
				this.appender.append(batches);
				return batches.size();
			}
			catch (IOException ex) {
				if (!this.room.isDiskFull(batches)) {
					throw ex;
				}
				if (this.room.dropOldest() == 0) {
					return 0;
				}
			}
		}
	}

	/**
	 * Show to readers and ledger what was written last.
	 */
	public void publish() {
		this.appender.publish();
	}

	/**
	 * Give up the oldest segment, also if it has not been delivered, unless new batches
	 * are rather refused.
	 * @return how many bytes that freed, {@code 0} if there is none that may go
	 */
	public long dropOldest() {
		return this.room.dropOldest();
	}

	private void tell(LogState.Loss loss) {
		reader(loss.destination()).tell(loss.items(), loss.reason());
	}

	/**
	 * Sync, save cursors, and let go what is not needed any more, as far as each is due.
	 * @return whether a reader that could not read may try again
	 * @throws IOException if something could not be written
	 */
	public boolean maintain() throws IOException {
		if (nanosUntilKeeping() > 0) {
			if (this.settings.cursorAtOnce()) {
				this.remover.saveMovedCursors();
			}
			return false;
		}
		this.keptAt = this.nanos.getAsLong();
		boolean resumed = false;
		for (LogReader reader : this.readers) {
			resumed |= reader.resume();
		}
		this.appender.sealIfGone();
		if (this.appender.isActive() && this.appender.isOlderThan(this.settings.segmentAge())) {
			this.appender.seal();
		}
		this.remover.saveCursors();
		this.room.clear();
		return resumed;
	}

	/**
	 * Return how long there will be nothing to maintain.
	 * @return the wait in nanoseconds
	 */
	public long nanosUntilMaintenance() {
		return isKept() ? REST_NANOS : nanosUntilKeeping();
	}

	private long nanosUntilKeeping() {
		return Math.max(0, this.settings.fsyncInterval().toNanos() - (this.nanos.getAsLong() - this.keptAt));
	}

	private boolean isKept() {
		return this.remover.isDone() && this.readers.stream().noneMatch(LogReader::isSuspended);
	}

	/**
	 * Return what became of every item since the log began.
	 * @return a consistent snapshot
	 */
	public LogLedger ledger() {
		return this.state.ledger();
	}

	/**
	 * Return how much the segments take on disk.
	 * @return the length in bytes
	 */
	public long used() {
		return this.room.used();
	}

	/**
	 * Touch no file any more, because they may be somebody else's now. What was given out
	 * can still be settled.
	 * @return whether what has not been given out is still there, for whoever has it now
	 */
	public boolean forsake() {
		this.forsaken = true;
		this.appender.forsake();
		try {
			return isOurs() && this.disk.list(this.place.directory())
				.stream()
				.anyMatch((file) -> SegmentName.firstSequence(file).isPresent());
		}
		catch (IOException ex) {
			return true;
		}
	}

	// Whoever has created the slot anew has given it another identity.
	private boolean isOurs() throws IOException {
		Path slot = this.place.directory().getParent();
		SlotMeta meta = (slot != null && SlotMeta.file(this.disk, slot).read() instanceof StateFile.Body body)
				? SlotMeta.decode(body) : null;
		return meta == null || meta.logId().equals(this.place.logId());
	}

	/**
	 * Give out nothing more.
	 * @param destination the name of the destination that gets nothing more
	 * @param reason why that is lost, {@code null} if somebody else gives it out
	 * @return the number of items
	 */
	public long passOver(String destination, @Nullable LossReason reason) {
		return this.state.passOver(destination, reason);
	}

	/**
	 * Sync, save how far each destination has come, let go what was delivered, and close
	 * all files. Nothing may be read or settled any more.
	 */
	@Override
	public void close() {
		if (this.forsaken) {
			this.readers.forEach(LogReader::close);
			return;
		}
		this.appender.seal();
		this.state.giveUp().forEach(this::tell);
		this.remover.saveCursors();
		try {
			this.room.clearDelivered();
		}
		catch (IOException ex) {
			logger.debug("The next process lets go what this one could not", ex);
		}
		this.readers.forEach(LogReader::close);
	}

}
