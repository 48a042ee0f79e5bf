package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what a log holds when it is opened. Only the last segment is read, and one
 * whose successor has a damaged header: the others are known from the header of the one
 * after them. Corruption never fails it, and nothing is deleted that may hold a record;
 * what the log says of segments follows from the files alone.
 * <p>
 * Doing it twice is the same as doing it once, so it may be interrupted anywhere: 1. the
 * directory is created, and survives; 2. a file of a segment that was being created is
 * deleted; 3. what was torn at the end of the last segment is copied and cut off
 * ({@link SegmentRecovery}); 4. the last segment is synced, which the process before may
 * not have come to; 5. a segment without any record is deleted, unless it tells where the
 * log ends.
 */
final class LogRecovery {

	private static final Logger logger = LoggerFactory.getLogger(LogRecovery.class);

	private final Disk disk;

	private final LogPlace place;

	private final long now;

	/**
	 * Create a recovery.
	 * @param disk the file system
	 * @param place where the log is
	 * @param now the time in milliseconds since the epoch, when a segment counts as
	 * written that does not tell
	 */
	LogRecovery(Disk disk, LogPlace place, long now) {
		this.disk = disk;
		this.place = place;
		this.now = now;
	}

	/**
	 * Recover.
	 * @return the segments that hold records, and the place after the last record
	 * @throws IOException if the directory cannot be read or written
	 */
	Recovered recover() throws IOException {
		createDirectory();
		List<Found> found = find();
		List<SegmentFacts> segments = new ArrayList<>();
		LogPosition end = LogPosition.START;
		for (int i = 0; i < found.size(); i++) {
			boolean last = (i == found.size() - 1);
			requireKnown(found.get(i), last ? null : found.get(i + 1));
			SegmentFacts facts = !last ? facts(found.get(i), found.get(i + 1), end) : recoverLast(found.get(i), end);
			if (!facts.isEmpty()) {
				segments.add(facts);
			}
			else if (!last || found.get(i).start() == null) {
				this.disk.delete(facts.file());
			}
			end = facts.end().max(end);
		}
		return new Recovered(segments, end);
	}

	private void createDirectory() throws IOException {
		this.disk.createDirectories(this.place.directory());
		Path slot = this.place.directory().getParent();
		if (slot != null) {
			// Or a power loss takes all segments at once.
			this.disk.syncDirectory(slot);
		}
	}

	private List<Found> find() throws IOException {
		List<Found> found = new ArrayList<>();
		for (Path file : this.disk.list(this.place.directory())) {
			if (SegmentName.isTemporary(file)) {
				this.disk.delete(file);
			}
			OptionalLong firstSequence = SegmentName.firstSequence(file);
			if (firstSequence.isPresent()) {
				found.add(look(file, firstSequence.getAsLong()));
			}
		}
		return found;
	}

	private Found look(Path file, long firstSequence) throws IOException {
		SegmentIdentity identity = this.place.identity(firstSequence);
		try (SegmentReader reader = SegmentReader.open(this.disk, file, identity)) {
			SegmentHeader header = reader.header();
			Frame first = (header != null) ? null : firstIntact(reader);
			return new Found(file, identity, header, (first instanceof Frame.Intact intact) ? intact.header() : null,
					reader.size(), null);
		}
		catch (UnsupportedFormatException ex) {
			throw ex;
		}
		catch (IOException ex) {
			return unreadable(file, identity, ex);
		}
	}

	private Found unreadable(Path file, SegmentIdentity identity, IOException failure) throws IOException {
		try (DiskFile diskFile = this.disk.open(file, Disk.OpenMode.READ)) {
			return new Found(file, identity, null, null, diskFile.size(), failure);
		}
		catch (IOException ex) {
			// No file can be opened at present, so it is not this one.
			failure.addSuppressed(ex);
			throw failure;
		}
	}

	// One between two others does not matter: its name and the header of the one after it
	// tell what is in it, and its readers try again and again.
	private static void requireKnown(Found found, @Nullable Found next) throws IOException {
		IOException failure = found.unreadable();
		if (failure == null) {
			return;
		}
		if (next == null || next.start() == null) {
			throw new IOException("the header of " + found.file() + " cannot be read (" + failure
					+ "), and nothing else tells where it ends; moved away it costs what is in it, and the rest of the "
					+ "log is delivered", failure);
		}
		logger.warn("The header of {} cannot be read: {}; the rest of the log is used", found.file(),
				failure.toString());
	}

	private static @Nullable Frame firstIntact(SegmentReader reader) throws IOException {
		Frame frame = reader.frameAt(SegmentHeader.LENGTH, reader.size());
		while (frame != null && !(frame instanceof Frame.Intact)) {
			frame = reader.frameAt(frame.end(), reader.size());
		}
		return frame;
	}

	private SegmentFacts facts(Found found, Found next, LogPosition previousEnd) throws IOException {
		SegmentHeader header = found.header(previousEnd);
		LogPosition end = next.start();
		if (end == null) {
			end = new LogPosition(next.identity().firstSequence(), itemsUpTo(found, header.firstItem()),
					header.firstByte() + Math.max(0, found.size() - SegmentHeader.LENGTH));
		}
		return new SegmentFacts(found.file(), header, found.size(), end.max(LogPosition.startOf(header)),
				newestAt(Math.max(next.createdAt(), header.createdAt())));
	}

	private long itemsUpTo(Found found, long firstItem) throws IOException {
		long items = firstItem;
		try (SegmentReader reader = SegmentReader.open(this.disk, found.file(), found.identity())) {
			Frame frame = reader.frameAt(SegmentHeader.LENGTH, reader.size());
			while (frame != null) {
				if (frame instanceof Frame.Intact intact) {
					items = Math.max(items, intact.header().firstItem() + intact.header().items());
				}
				frame = reader.frameAt(frame.end(), reader.size());
			}
		}
		return items;
	}

	private SegmentFacts recoverLast(Found found, LogPosition previousEnd) throws IOException {
		SegmentHeader header = found.header(previousEnd);
		RecoveredTail tail = SegmentRecovery.recover(this.disk, found.file(), found.identity(),
				this.place.quarantine());
		LogPosition end = new LogPosition(tail.nextSequence(), Math.max(tail.nextItem(), header.firstItem()),
				header.firstByte() + Math.max(0, tail.size() - SegmentHeader.LENGTH));
		if (end.sequence() > header.firstSequence()) {
			sync(found.file());
		}
		return new SegmentFacts(found.file(), header, tail.size(), end,
				newestAt(Math.max(tail.newestAt(), header.createdAt())));
	}

	private void sync(Path file) {
		try (DiskFile diskFile = this.disk.open(file, Disk.OpenMode.WRITE)) {
			diskFile.sync();
		}
		catch (IOException ex) {
			logger.warn("{} could not be synced: {}; a power loss may cost what the process before wrote last", file,
					ex.toString());
		}
	}

	private long newestAt(long told) {
		return (told > 0) ? told : this.now;
	}

	/**
	 * What a log holds.
	 *
	 * @param segments the segments, oldest first, all of them sealed
	 * @param end the place after the last record
	 */
	record Recovered(List<SegmentFacts> segments, LogPosition end) {

		/**
		 * Return the cursor of a destination that has none: it starts at the oldest
		 * record, and whatever was before that counts as delivered.
		 * @return the cursor
		 */
		Cursor oldest() {
			LogPosition start = this.segments.isEmpty() ? this.end : this.segments.get(0).start();
			return new Cursor(start.sequence() - 1, 0, 0, start.item(), start.bytes(), start.item(), Map.of());
		}

	}

	/**
	 * A file that has the name of a segment.
	 *
	 * @param file the file
	 * @param identity what it must be
	 * @param intactHeader what stands at its start, {@code null} if that is damaged
	 * @param firstRecord the header of its first readable record if its own is damaged
	 * @param size its length in bytes
	 * @param unreadable why it cannot be read at present, {@code null} if it can
	 */
	private record Found(Path file, SegmentIdentity identity, @Nullable SegmentHeader intactHeader,
			@Nullable RecordHeader firstRecord, long size, @Nullable IOException unreadable) {

		/**
		 * Return the header, made up of what else is known if it is damaged.
		 * @param previousEnd where the segment before it ends
		 * @return the header
		 */
		SegmentHeader header(LogPosition previousEnd) {
			if (this.intactHeader != null) {
				return this.intactHeader;
			}
			boolean exact = this.firstRecord != null && this.firstRecord.sequence() == this.identity.firstSequence();
			long firstItem = (this.firstRecord != null && exact) ? this.firstRecord.firstItem() : previousEnd.item();
			return new SegmentHeader(SegmentHeader.MAJOR, SegmentHeader.MINOR, this.identity.logId(),
					this.identity.signal(), this.identity.firstSequence(), firstItem, previousEnd.bytes(),
					(this.firstRecord != null) ? this.firstRecord.acceptedAt() : 0);
		}

		long createdAt() {
			return header(LogPosition.START).createdAt();
		}

		/**
		 * Return where it starts.
		 * @return the place, {@code null} if the segment does not tell
		 */
		@Nullable LogPosition start() {
			return (this.intactHeader != null) ? LogPosition.startOf(this.intactHeader) : null;
		}

	}

}
