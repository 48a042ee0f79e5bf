package io.github.otlpboot.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.github.otlpboot.model.Batch;

/**
 * The segment that is being appended to. Belongs to the thread of the storage.
 */
final class ActiveSegment {

	private final SegmentWriter writer;

	private final long openedAt;

	/** After the last record that was written, published or not. */
	private LogPosition end;

	private long newestAt;

	/** How much of the file others know of, in bytes. */
	private long publishedSize;

	private boolean dirty;

	/**
	 * Create a segment.
	 * @param writer writes it
	 * @param openedAt the time in nanoseconds
	 */
	ActiveSegment(SegmentWriter writer, long openedAt) {
		this.writer = writer;
		this.openedAt = openedAt;
		this.end = LogPosition.startOf(writer.header());
	}

	/**
	 * Append batches, all or none.
	 * @param batches the batches
	 * @param now the time in milliseconds since the epoch
	 * @return what the segment holds then
	 * @throws IOException if they could not be written
	 */
	SegmentFacts append(List<Batch> batches, long now) throws IOException {
		List<NewRecord> records = new ArrayList<>(batches.size());
		LogPosition next = this.end;
		for (Batch batch : batches) {
			records.add(new NewRecord(batch.items(), next.item(), next.sequence(), now, batch.payload()));
			next = next.plus(batch.items(), frameLength(batch));
		}
		this.writer.append(records);
		this.end = next;
		this.newestAt = Math.max(this.newestAt, now);
		this.dirty = true;
		return new SegmentFacts(this.writer.file(), this.writer.header(), this.writer.size(), next, this.newestAt);
	}

	static long frameLength(Batch batch) {
		return RecordHeader.LENGTH + (long) batch.size();
	}

	/**
	 * Sync what has been written since the last time.
	 * @throws IOException if that failed; the segment must not be used any more
	 */
	void sync() throws IOException {
		if (this.dirty) {
			this.writer.sync();
			this.dirty = false;
		}
	}

	boolean isDirty() {
		return this.dirty;
	}

	long age(long nanos) {
		return nanos - this.openedAt;
	}

	long size() {
		return this.writer.size();
	}

	void published() {
		this.publishedSize = size();
	}

	/**
	 * Return whether anybody knows of the segment.
	 * @return {@code false} if nothing was acknowledged that is in it
	 */
	boolean isPublished() {
		return this.publishedSize > 0;
	}

	/**
	 * Return whether there is nothing but a header, which tells where the log ends.
	 * @return {@code false} if there may be records, or parts of them
	 */
	boolean isBlank() {
		return !isBroken() && size() == SegmentHeader.LENGTH;
	}

	boolean isBroken() {
		return this.writer.isBroken();
	}

	/**
	 * Close the file, without what was never published: it is written again elsewhere,
	 * and must not take space twice.
	 * @throws IOException if it could not be cut or closed
	 */
	void close() throws IOException {
		try (this.writer) {
			if (isPublished() && this.publishedSize < size()) {
				this.writer.cutBack(this.publishedSize);
			}
		}
	}

	SegmentWriter writer() {
		return this.writer;
	}

}
