package io.github.otlpboot.storage;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

import io.github.otlpboot.model.Batch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a log where batches are appended: the active segment, and how it gives way
 * to the next. Belongs to the thread of the storage.
 * <p>
 * A segment gives way in steps: 1. it is synced; 2. it is closed and counts as sealed; 3.
 * the next batch creates its successor ({@link SegmentWriter#create}). Killed at any of
 * them, recovery finds all that was published. A segment that could not be synced is not
 * synced again, since that would prove nothing.
 */
final class SegmentAppender {

	private static final Logger logger = LoggerFactory.getLogger(SegmentAppender.class);

	private final Disk disk;

	private final LogPlace place;

	private final LogSettings settings;

	private final LogState state;

	private final FileBin bin;

	private final Clock clock;

	private final LongSupplier nanos;

	private final SyncFailureLog syncFailures;

	private @Nullable ActiveSegment active;

	private @Nullable SegmentFacts unpublished;

	SegmentAppender(StorageContext context, LogPlace place, LogSettings settings, LogState state, FileBin bin) {
		this.disk = context.disk();
		this.place = place;
		this.settings = settings;
		this.state = state;
		this.bin = bin;
		this.clock = context.clock();
		this.nanos = context.nanos();
		this.syncFailures = new SyncFailureLog(place.signal(), context.nanos());
	}

	/**
	 * Return how many batches go into the active segment, or into a new one.
	 * @param batches the batches
	 * @return how many, from the first one on
	 */
	int fitting(List<Batch> batches) {
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

	/**
	 * Return how much a log grows by batches.
	 * @param batches the batches
	 * @return the length in bytes, with the header of a new segment if there is to be one
	 */
	long length(List<Batch> batches) {
		long frames = batches.stream().mapToLong(ActiveSegment::frameLength).sum();
		return (this.active != null) ? frames : SegmentHeader.LENGTH + frames;
	}

	/**
	 * Append batches, durably as far as is configured.
	 * @param batches the batches, which {@linkplain #fitting fit}
	 * @throws IOException if they could not be written; none of them was
	 */
	void append(List<Batch> batches) throws IOException {
		SegmentFacts facts = write(batches);
		if (this.settings.fsync() == FsyncPolicy.ALWAYS && !sync()) {
			facts = write(batches);
			if (!sync()) {
				throw new IOException("What was appended could not be synced, not even in another segment");
			}
		}
		this.unpublished = facts;
	}

	private SegmentFacts write(List<Batch> batches) throws IOException {
		ActiveSegment segment = activeSegment();
		try {
			return segment.append(batches, this.clock.millis());
		}
		finally {
			// Not only for an IOException: memory can run out as well.
			if (segment.isBroken()) {
				abandon();
			}
		}
	}

	private ActiveSegment activeSegment() throws IOException {
		ActiveSegment segment = this.active;
		if (segment == null) {
			LogPosition end = this.state.end();
			SegmentHeader header = new SegmentHeader(SegmentHeader.MAJOR, SegmentHeader.MINOR, this.place.logId(),
					this.place.signal(), end.sequence(), end.item(), end.bytes(), this.clock.millis());
			SegmentWriter writer = SegmentWriter.create(this.disk, this.place.directory(), header);
			// One without records that could not be deleted has been replaced.
			this.bin.takeOut(writer.file());
			segment = new ActiveSegment(writer, this.nanos.getAsLong());
			this.active = segment;
		}
		return segment;
	}

	/**
	 * Have an active segment, so that the next process knows where the log ends.
	 */
	void start() {
		try {
			activeSegment();
		}
		catch (IOException ex) {
			logger.debug("No segment of the log of {} could be created", this.place.signal().id(), ex);
		}
	}

	/**
	 * Show to readers and ledger what was appended last.
	 */
	void publish() {
		SegmentFacts facts = this.unpublished;
		ActiveSegment segment = this.active;
		this.unpublished = null;
		if (facts != null && segment != null) {
			segment.published();
			this.state.publish(facts);
		}
	}

	/**
	 * Sync what has been appended. What cannot be synced is not appended to any more.
	 * @return whether it is synced
	 */
	boolean sync() {
		ActiveSegment segment = this.active;
		if (segment == null) {
			return true;
		}
		try {
			segment.sync();
			return true;
		}
		catch (IOException ex) {
			this.syncFailures.failed(ex);
			abandon();
			return false;
		}
	}

	/**
	 * End the active segment; the next batch goes to a new one.
	 */
	void seal() {
		if (sync()) {
			// Crash point 1
			abandon();
			// Crash point 2
		}
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
			segment.close();
		}
		catch (IOException ex) {
			logger.debug("A segment of the log of {} could not be closed", this.place.signal().id(), ex);
		}
		if (!segment.isPublished() && !segment.isBlank()) {
			this.bin.add(segment.writer().file(), segment.size());
			this.bin.empty();
		}
		this.state.seal();
	}

	/**
	 * End the active segment if somebody has deleted it: what went into a file without a
	 * name would be gone with this process.
	 */
	void sealIfGone() {
		ActiveSegment segment = this.active;
		if (segment != null && !this.disk.exists(segment.writer().file())) {
			logger.warn("{} was deleted while it was written to; another one is used", segment.writer().file());
			seal();
		}
	}

	/**
	 * Close the active segment as it is, because its file may be somebody else's now.
	 */
	void forsake() {
		ActiveSegment segment = this.active;
		this.active = null;
		this.unpublished = null;
		if (segment != null) {
			try {
				segment.writer().close();
			}
			catch (IOException ex) {
				logger.debug("A segment of the log of {} could not be closed", this.place.signal().id(), ex);
			}
		}
	}

	/**
	 * Return whether there is something in the active segment.
	 * @return {@code true} if sealing it would make a difference
	 */
	boolean isActive() {
		return this.active != null && this.active.isPublished();
	}

	boolean isSynced() {
		return this.active == null || !this.active.isDirty();
	}

	boolean isOlderThan(Duration age) {
		return this.active != null && this.active.age(this.nanos.getAsLong()) >= age.toNanos();
	}

}
