package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
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
 * may be called by any thread. One lock guards the index and the accounts of the readers;
 * no I/O happens under it.
 * <p>
 * A segment leaves in steps: 1. readers pass over it and the index forgets it; 2. cursors
 * are saved; 3. the file is deleted. Killed after 1, nothing has happened; killed after
 * 2, recovery finds a segment that every cursor is past, and the next maintenance removes
 * it. Where 2 fails, because the disk is full, the segment goes all the same: recovery
 * then finds a cursor before the first segment, and counts what is between as lost.
 */
public final class SegmentLog implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(SegmentLog.class);

	/** What a file system needs beside the bytes of a file. */
	private static final long FULL_SLACK = 64 * 1024;

	private static final long REST_NANOS = 10_000_000_000L;

	private final Disk disk;

	private final LogPlace place;

	private final LogSettings settings;

	private final Clock clock;

	private final LongSupplier nanos;

	private final Object lock = new Object();

	private final SegmentIndex index;

	private final List<LogReader> readers;

	private final CursorKeeper cursors;

	private final List<Path> undeleted = new ArrayList<>();

	private @Nullable ActiveSegment active;

	private @Nullable SegmentFacts unpublished;

	private long keptAt;

	/** What others take of the same budget. */
	private long reserved;

	private SegmentLog(Disk disk, LogPlace place, LogSettings settings, Clock clock, LongSupplier nanos,
			SegmentIndex index, List<LogReader> readers, CursorKeeper cursors) {
		this.disk = disk;
		this.place = place;
		this.settings = settings;
		this.clock = clock;
		this.nanos = nanos;
		this.index = index;
		this.readers = readers;
		this.cursors = cursors;
		this.keptAt = nanos.getAsLong();
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
		CursorKeeper cursors = new CursorKeeper();
		List<Cursor> positions = new ArrayList<>();
		for (String destination : destinations) {
			CursorFile file = CursorFile.of(disk, slot.cursors(signal), destination, slot.logId());
			Cursor cursor = load(file, place.signal(), destination, recovered.oldest());
			cursors.add(destination, file, cursor);
			positions.add(cursor);
		}
		List<LogReader> readers = new ArrayList<>();
		SegmentLog log = new SegmentLog(disk, place, settings, context.clock(), context.nanos(),
				new SegmentIndex(recovered.segments(), end), readers, cursors);
		for (int i = 0; i < positions.size(); i++) {
			LogReader reader = new LogReader(log, destinations.get(i), positions.get(i), listener);
			readers.add(reader);
			log.place(reader);
		}
		return log;
	}

	/**
	 * Pass over what has left the log before it was opened: segments go only after their
	 * readers have passed them, so the process ended between the two.
	 */
	private void place(LogReader reader) {
		long lost = 0;
		synchronized (this.lock) {
			SegmentFacts first = this.index.find(0);
			if (first != null) {
				lost = reader.account().lose(first.start(), LossReason.RETENTION_SIZE);
			}
			SegmentFacts next = this.index.find(reader.account().position().sequence());
			if (next != null) {
				reader.account().nextAcceptedAt(next.header().createdAt());
			}
		}
		reader.tell(lost, LossReason.RETENTION_SIZE);
	}

	private static Cursor load(CursorFile file, Signal signal, String destination, Cursor oldest) throws IOException {
		CursorState state = file.load();
		if (state instanceof CursorState.Present present) {
			return present.cursor();
		}
		if (state instanceof CursorState.Newer newer) {
			throw new StorageUnavailableException("A newer release (format " + newer.major() + ") wrote the cursor of "
					+ destination + " for " + signal.id() + ": start that release, or choose another directory", null);
		}
		if (state instanceof CursorState.Unusable unusable) {
			logger.warn("The cursor of {} for {} is lost, because {}; all that is stored is sent, some of it again",
					destination, signal.id(), unusable.reason());
		}
		return oldest;
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

	Object lock() {
		return this.lock;
	}

	SegmentIndex index() {
		return this.index;
	}

	SegmentReader openReader(SegmentFacts facts) throws IOException {
		return SegmentReader.open(this.disk, facts.file(), this.place.identity(facts.firstSequence()));
	}

	/**
	 * Leave a part of the budget to others.
	 * @param bytes how much they take
	 */
	public void reserve(long bytes) {
		this.reserved = bytes;
	}

	/**
	 * Return whether a segment goes into the budget without any other leaving it.
	 * @return {@code false} if the next one may cost an older one
	 */
	public boolean hasRoom() {
		return used() + this.reserved + this.settings.segmentSize() <= this.settings.maxSize();
	}

	/**
	 * Append as many batches as go into one segment, durably as far as is configured.
	 * Nobody sees them before they are {@linkplain #publish() published}, which must come
	 * next.
	 * @param batches the batches, at least one
	 * @return how many were appended; none if there is no room for the first one
	 * @throws IOException if they could not be written; none of them was
	 */
	public int write(List<Batch> batches) throws IOException {
		ActiveSegment segment = this.active;
		if (segment != null
				&& segment.size() + ActiveSegment.frameLength(batches.get(0)) > this.settings.segmentSize()) {
			seal();
		}
		int count = fitting(batches);
		while (count > 0 && !makeRoom(length(batches.subList(0, count)))) {
			count /= 2;
		}
		return (count > 0) ? append(batches.subList(0, count)) : 0;
	}

	private int fitting(List<Batch> batches) {
		ActiveSegment segment = this.active;
		long size = (segment != null) ? segment.size() : SegmentHeader.LENGTH;
		int count = 0;
		while (count < batches.size()
				&& size + ActiveSegment.frameLength(batches.get(count)) <= this.settings.segmentSize()) {
			size += ActiveSegment.frameLength(batches.get(count));
			count++;
		}
		return count;
	}

	private long length(List<Batch> batches) {
		long frames = batches.stream().mapToLong(ActiveSegment::frameLength).sum();
		return (this.active != null) ? frames : SegmentHeader.LENGTH + frames;
	}

	private int append(List<Batch> batches) throws IOException {
		while (true) {
			try {
				this.unpublished = appendOnce(batches);
				return batches.size();
			}
			catch (IOException ex) {
				if (!isDiskFull(batches)) {
					throw ex;
				}
				if (this.settings.whenFull() == WhenLogFull.REJECT || dropOldest() == 0) {
					return 0;
				}
			}
		}
	}

	private boolean isDiskFull(List<Batch> batches) {
		try {
			return this.disk.usableSpace(this.place.directory()) < length(batches) + FULL_SLACK;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private SegmentFacts appendOnce(List<Batch> batches) throws IOException {
		SegmentFacts facts = appendTo(activeSegment(), batches);
		if (this.settings.fsync() != FsyncPolicy.ALWAYS) {
			return facts;
		}
		try {
			activeSegment().sync();
			return facts;
		}
		catch (IOException ex) {
			// Syncing the same file again would prove nothing, so all of it goes to
			// another one.
			logger.warn("A segment of the log of {} could not be synced: {}; another one is used", signal().id(),
					ex.toString());
			abandon();
			return appendAgain(batches);
		}
	}

	private SegmentFacts appendAgain(List<Batch> batches) throws IOException {
		SegmentFacts facts = appendTo(activeSegment(), batches);
		try {
			activeSegment().sync();
			return facts;
		}
		catch (IOException ex) {
			abandon();
			throw ex;
		}
	}

	private SegmentFacts appendTo(ActiveSegment segment, List<Batch> batches) throws IOException {
		try {
			return segment.append(batches, this.clock.millis());
		}
		catch (IOException ex) {
			if (segment.isBroken()) {
				abandon();
			}
			throw ex;
		}
	}

	private ActiveSegment activeSegment() throws IOException {
		ActiveSegment segment = this.active;
		if (segment == null) {
			LogPosition end;
			synchronized (this.lock) {
				end = this.index.end();
			}
			SegmentHeader header = new SegmentHeader(SegmentHeader.MAJOR, SegmentHeader.MINOR, this.place.logId(),
					signal(), end.sequence(), end.item(), end.bytes(), this.clock.millis());
			SegmentWriter writer = SegmentWriter.create(this.disk, this.place.directory(), header);
			// One without records that could not be deleted has been replaced.
			this.undeleted.remove(writer.file());
			segment = new ActiveSegment(writer, this.nanos.getAsLong());
			this.active = segment;
		}
		return segment;
	}

	/**
	 * Show to readers and ledger what was written last.
	 */
	public void publish() {
		SegmentFacts facts = this.unpublished;
		ActiveSegment segment = this.active;
		this.unpublished = null;
		if (facts == null || segment == null) {
			return;
		}
		segment.published();
		synchronized (this.lock) {
			LogPosition before = this.index.end();
			this.index.publish(facts);
			for (LogReader reader : this.readers) {
				if (reader.account().position().sequence() == before.sequence()) {
					reader.account().nextAcceptedAt(facts.newestAt());
				}
			}
		}
	}

	/**
	 * End the active segment; the next batch goes to a new one.
	 */
	private void seal() {
		ActiveSegment segment = this.active;
		if (segment == null) {
			return;
		}
		try {
			segment.sync();
		}
		catch (IOException ex) {
			logger.warn("A segment of the log of {} could not be synced: {}; a power loss may cost it", signal().id(),
					ex.toString());
		}
		abandon();
	}

	/**
	 * Have nothing more to do with the active segment.
	 */
	private void abandon() {
		ActiveSegment segment = this.active;
		this.active = null;
		if (segment == null) {
			return;
		}
		try {
			segment.writer().close();
		}
		catch (IOException ex) {
			logger.debug("A segment of the log of {} could not be closed", signal().id(), ex);
		}
		if (!segment.isPublished()) {
			this.undeleted.add(segment.writer().file());
			deleteFiles();
		}
		synchronized (this.lock) {
			this.index.seal();
		}
	}

	private boolean makeRoom(long incoming) throws IOException {
		return retain(incoming).hasRoom();
	}

	private Retention.Decision retain(long incoming) throws IOException {
		long freeSpace = (incoming > 0) ? this.disk.usableSpace(this.place.directory()) : Long.MAX_VALUE;
		List<SegmentFacts> sealed;
		long used;
		synchronized (this.lock) {
			sealed = this.index.sealed();
			used = this.index.used();
		}
		Retention.Decision decision = Retention.decide(sealed, this.settings, new Retention.State(this.clock.millis(),
				used + this.reserved, incoming, freeSpace, this.cursors.deliveredUpTo()));
		remove(decision.removals());
		return decision;
	}

	/**
	 * Give up the oldest segment, also if it has not been delivered.
	 * @return how many bytes that freed, {@code 0} if there is none
	 */
	public long dropOldest() {
		SegmentFacts oldest = oldest();
		if (oldest == null) {
			seal();
			oldest = oldest();
		}
		if (oldest == null) {
			return 0;
		}
		boolean delivered = oldest.end().sequence() <= this.cursors.deliveredUpTo();
		remove(List.of(new Retention.Removal(oldest, delivered ? null : LossReason.RETENTION_SIZE)));
		return oldest.size();
	}

	private @Nullable SegmentFacts oldest() {
		synchronized (this.lock) {
			List<SegmentFacts> sealed = this.index.sealed();
			return sealed.isEmpty() ? null : sealed.get(0);
		}
	}

	private void remove(List<Retention.Removal> removals) {
		if (removals.isEmpty()) {
			return;
		}
		removals.forEach(this::forget);
		saveCursors();
		removals.forEach((removal) -> this.undeleted.add(removal.segment().file()));
		deleteFiles();
	}

	private void forget(Retention.Removal removal) {
		LossReason reason = removal.reason();
		long[] lost = new long[this.readers.size()];
		synchronized (this.lock) {
			LogPosition end = this.index.endFor(removal.segment());
			for (int i = 0; i < lost.length && reason != null; i++) {
				lost[i] = this.readers.get(i).account().lose(end, reason);
			}
			this.index.remove(removal.segment());
		}
		for (int i = 0; i < lost.length && reason != null; i++) {
			this.readers.get(i).tell(lost[i], reason);
		}
	}

	private void deleteFiles() {
		try {
			while (!this.undeleted.isEmpty()) {
				this.disk.delete(this.undeleted.get(0));
				this.undeleted.remove(0);
			}
			this.disk.syncDirectory(this.place.directory());
		}
		catch (IOException ex) {
			logger.debug("A segment of the log of {} could not be deleted", signal().id(), ex);
		}
	}

	/**
	 * Sync, save cursors, and let go what is not needed any more, as far as each is due.
	 * @return whether a reader that could not read may try again
	 * @throws IOException if something could not be written
	 */
	public boolean maintain() throws IOException {
		if (nanosUntilKeeping() > 0) {
			if (this.settings.cursorAtOnce() && !areCursorsSaved()) {
				saveCursors();
			}
			return false;
		}
		this.keptAt = this.nanos.getAsLong();
		boolean resumed = false;
		for (LogReader reader : this.readers) {
			resumed |= reader.resume();
		}
		ActiveSegment segment = this.active;
		if (segment != null && segment.isPublished()
				&& segment.age(this.nanos.getAsLong()) >= this.settings.segmentAge().toNanos()) {
			seal();
		}
		saveCursors();
		if (!this.undeleted.isEmpty()) {
			deleteFiles();
		}
		retain(0);
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
		ActiveSegment segment = this.active;
		boolean synced = segment == null || !segment.isDirty();
		return synced && this.undeleted.isEmpty() && this.readers.stream().allMatch(this::isKept);
	}

	private boolean areCursorsSaved() {
		return this.readers.stream().allMatch((reader) -> this.cursors.isSaved(reader.destination(), cursor(reader)));
	}

	private boolean isKept(LogReader reader) {
		return !reader.isSuspended() && this.cursors.isSaved(reader.destination(), cursor(reader));
	}

	private Cursor cursor(LogReader reader) {
		synchronized (this.lock) {
			return reader.account().cursor();
		}
	}

	/**
	 * Sync what has been appended.
	 */
	private void sync() {
		ActiveSegment segment = this.active;
		if (segment == null) {
			return;
		}
		try {
			segment.sync();
		}
		catch (IOException ex) {
			logger.warn("A segment of the log of {} could not be synced: {}; another one is used, "
					+ "and a power loss may cost what is in this one", signal().id(), ex.toString());
			abandon();
		}
	}

	/**
	 * Save how far each destination has come, once what it points at is synced.
	 */
	private void saveCursors() {
		sync();
		for (LogReader reader : this.readers) {
			try {
				this.cursors.save(reader.destination(), cursor(reader));
			}
			catch (IOException ex) {
				logger.debug("The cursor of {} could not be saved; the one before is still there", reader.destination(),
						ex);
			}
		}
	}

	/**
	 * Return what became of every item since the log began.
	 * @return a consistent snapshot
	 */
	public LogLedger ledger() {
		synchronized (this.lock) {
			LogPosition end = this.index.end();
			return new LogLedger(end.item(),
					this.readers.stream().map((reader) -> reader.account().ledger(reader.destination(), end)).toList());
		}
	}

	/**
	 * Return how much the segments take on disk.
	 * @return the length in bytes
	 */
	public long used() {
		synchronized (this.lock) {
			return this.index.used();
		}
	}

	/**
	 * Sync, save how far each destination has come, and close all files.
	 */
	@Override
	public void close() {
		seal();
		saveCursors();
		this.readers.forEach(LogReader::close);
	}

}
