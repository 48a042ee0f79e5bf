package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.function.LongSupplier;

import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.BatchSource;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.SourcedBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one destination reads of the log of one signal: records in order, one at a time,
 * so that memory does not grow with the backlog. What is damaged is passed over and
 * counted. Where reading fails, nothing more is read, and it is tried again; what fails
 * for good is passed over and counted as well, as soon as something after it can be read:
 * if nothing can, it is not the record.
 * <p>
 * {@link #next} and {@link #settle} belong to the thread of the forwarder, which alone
 * uses the open segment; the account is guarded by the lock of the log, outside which all
 * reading happens.
 */
public final class LogReader implements BatchSource {

	private static final Logger logger = LoggerFactory.getLogger(LogReader.class);

	private final Disk disk;

	private final LogPlace place;

	private final LogState state;

	private final String destination;

	private final LossListener listener;

	/** Guarded by the lock of the log. */
	private final ReaderAccount account;

	private @Nullable SegmentSearch open;

	private Frame.@Nullable Intact peeked;

	/** Set after a failure to read, cleared by the thread of the storage. */
	private volatile boolean suspended;

	/**
	 * The record of a newer release that stands in the way, as long as it does: retention
	 * passes over it as well. Guarded by the lock of the log.
	 */
	private long heldAt = -1;

	/** Whether the failure to read has been told. Belongs to the reading thread. */
	private boolean told;

	private final ReadPatience patience;

	/**
	 * Create a reader.
	 * @param disk the file system
	 * @param place where the log is
	 * @param state what it holds, with an account for the destination
	 * @param destination the name of the destination
	 * @param listener is told of what is lost
	 * @param nanos measures elapsed time
	 */
	LogReader(Disk disk, LogPlace place, LogState state, String destination, LossListener listener,
			LongSupplier nanos) {
		this.disk = disk;
		this.place = place;
		this.state = state;
		this.destination = destination;
		this.account = state.account(destination);
		this.listener = listener;
		this.patience = new ReadPatience(nanos);
	}

	public String destination() {
		return this.destination;
	}

	@Override
	public Signal signal() {
		return this.place.signal();
	}

	/**
	 * {@inheritDoc}
	 * <p>
	 * Nothing while reading fails, so that nobody tries in vain.
	 */
	@Override
	public Backlog unread() {
		synchronized (this.state.lock()) {
			if (this.suspended || isHeld()) {
				return Backlog.EMPTY;
			}
			return this.account.unread(this.state.index().end());
		}
	}

	@Override
	public Backlog backlog() {
		synchronized (this.state.lock()) {
			return this.account.pending(this.state.index().end());
		}
	}

	/**
	 * Return whether a record stands in the way that only a newer release can read.
	 * @return {@code true} while nothing is read for that reason
	 */
	public boolean isHeld() {
		synchronized (this.state.lock()) {
			return this.account.position().sequence() == this.heldAt;
		}
	}

	@Override
	public @Nullable SourcedBatch next(long maxItems, long maxBytes) {
		if (this.suspended) {
			return null;
		}
		try {
			SourcedBatch batch = read(maxItems, maxBytes);
			if (batch != null) {
				this.told = false;
				this.patience.succeeded();
			}
			return batch;
		}
		catch (IOException ex) {
			tell(ex);
			closeSegment();
			// Somebody has to mend permissions, and then all of it can be read.
			if (!(ex instanceof AccessDeniedException)) {
				passOverUnreadable();
			}
			this.suspended = true;
			return null;
		}
	}

	private void passOverUnreadable() {
		LogState.ReadPoint point = this.state.readPoint(this.account);
		SegmentFacts facts = (point != null) ? point.segment() : null;
		if (point == null || facts == null || !this.patience.isOver(point.position().sequence())) {
			return;
		}
		LogPosition end = endOfUnreadable(facts, point);
		if (end != null) {
			this.patience.gaveUp();
			logger.error("{} cannot be read from record {} to {}, which is given up", facts.file(),
					point.position().sequence(), end.sequence() - 1);
			lose(point.position().sequence(), end, LossReason.CORRUPT);
		}
	}

	private @Nullable LogPosition endOfUnreadable(SegmentFacts facts, LogState.ReadPoint point) {
		try {
			LogPosition end = UnreadableRegion.endOf(this.disk, facts, this.place.identity(facts.firstSequence()),
					point.position().sequence(), point.endFor());
			if (end != null) {
				return end;
			}
		}
		catch (IOException ex) {
			logger.debug("{} cannot be opened", facts.file(), ex);
		}
		SegmentFacts next;
		synchronized (this.state.lock()) {
			next = this.state.index().find(point.endFor().sequence());
		}
		return (next != null && UnreadableRegion.isReadable(this.disk, next, this.place.identity(next.firstSequence())))
				? point.endFor() : null;
	}

	private void tell(IOException failure) {
		if (this.told) {
			logger.debug("The log of {} can still not be read", signal().id(), failure);
		}
		else {
			logger.warn("The log of {} cannot be read: {}; it is tried again", signal().id(), failure.toString());
			this.told = true;
		}
	}

	private @Nullable SourcedBatch read(long maxItems, long maxBytes) throws IOException {
		Frame.Intact frame = peek();
		while (frame != null) {
			RecordHeader header = frame.header();
			if (header.items() > maxItems || header.payloadLength() > maxBytes) {
				return null;
			}
			byte[] payload = take(frame);
			if (payload == null) {
				lose(header.sequence(), positionAfter(header), LossReason.CORRUPT);
			}
			else if (giveOut(frame)) {
				return new SourcedBatch(header.sequence(), header.acceptedAt(),
						new Batch(signal(), Payload.of(payload), header.items()));
			}
			frame = peek();
		}
		return null;
	}

	private byte @Nullable [] take(Frame.Intact frame) throws IOException {
		this.peeked = null;
		SegmentSearch segment = this.open;
		return (segment != null) ? segment.take(frame) : null;
	}

	// Retention may have passed over the record in the meantime.
	private boolean giveOut(Frame.Intact frame) {
		SegmentSearch segment = this.open;
		synchronized (this.state.lock()) {
			if (segment == null || this.account.position().sequence() != frame.header().sequence()) {
				return false;
			}
			this.account.giveOut(frame.header(), segment.firstSequence(), frame.end());
			return true;
		}
	}

	// Looks at the next record without giving it out.
	private Frame.@Nullable Intact peek() throws IOException {
		while (!isHeld()) {
			LogState.ReadPoint point = this.state.readPoint(this.account);
			if (point == null) {
				return null;
			}
			LogPosition position = point.position();
			SegmentFacts facts = point.segment();
			Frame.Intact known = this.peeked;
			if (known != null && known.header().sequence() == position.sequence()) {
				return known;
			}
			this.peeked = null;
			if (facts == null) {
				lose(position.sequence(), point.endFor(), LossReason.UNSYNCED);
			}
			else if (facts.firstSequence() > position.sequence()) {
				// What is removed was passed over before, so this has never been there.
				lose(position.sequence(), facts.start(), LossReason.UNSYNCED);
			}
			else {
				Frame.Intact frame = find(position, facts, point.endFor());
				if (frame != null) {
					return frame;
				}
			}
		}
		return null;
	}

	private Frame.@Nullable Intact find(LogPosition position, SegmentFacts facts, LogPosition endFor)
			throws IOException {
		SegmentSearch.Result result;
		try {
			result = open(facts).find(position.sequence(), facts.size(), endFor);
		}
		catch (NoSuchFileException ex) {
			result = new SegmentSearch.Missing(endFor, LossReason.CORRUPT);
		}
		if (result instanceof SegmentSearch.Found found) {
			return accept(found.frame());
		}
		if (result instanceof SegmentSearch.Missing missing) {
			lose(position.sequence(), missing.next(), missing.reason());
		}
		return null;
	}

	private Frame.@Nullable Intact accept(Frame.Intact frame) {
		if (frame.header().type() != RecordHeader.REQUEST || frame.header().flags() != 0) {
			hold(frame.header().sequence());
			logger.error(
					"The log of {} holds a record of type {} with flags {}, which this release cannot read; "
							+ "it is kept, and nothing after it is delivered until a release that can is started",
					signal().id(), frame.header().type(), frame.header().flags());
			return null;
		}
		this.peeked = frame;
		synchronized (this.state.lock()) {
			this.account.nextAcceptedAt(frame.header().acceptedAt());
		}
		return frame;
	}

	private void hold(long sequence) {
		synchronized (this.state.lock()) {
			this.heldAt = sequence;
		}
	}

	private SegmentSearch open(SegmentFacts facts) throws IOException {
		SegmentSearch current = this.open;
		if (current != null && current.firstSequence() == facts.firstSequence()) {
			return current;
		}
		closeSegment();
		Cursor cursor;
		synchronized (this.state.lock()) {
			cursor = this.account.cursor();
		}
		SegmentSearch opened = SegmentSearch.open(this.disk, facts, this.place.identity(facts.firstSequence()), cursor);
		this.open = opened;
		return opened;
	}

	private LogPosition positionAfter(RecordHeader header) {
		synchronized (this.state.lock()) {
			return this.account.position().plus(header.items(), header.frameLength());
		}
	}

	private void lose(long from, LogPosition to, LossReason reason) {
		long items;
		synchronized (this.state.lock()) {
			// Retention may have passed over it in the meantime.
			items = (this.account.position().sequence() == from) ? this.account.lose(to, reason) : 0;
		}
		tell(items, reason);
	}

	void tell(long items, LossReason reason) {
		if (items > 0) {
			this.listener.onLoss(this.destination, signal(), items, reason);
		}
	}

	@Override
	public void settle(SourcedBatch batch, Settlement settlement) {
		if (settlement.items() != batch.batch().items()) {
			throw new IllegalArgumentException("A settlement of " + settlement.items()
					+ " items was given for a batch of " + batch.batch().items());
		}
		synchronized (this.state.lock()) {
			this.account.settle(batch.sequence(), settlement);
		}
		batch.batch().payload().release();
	}

	boolean isSuspended() {
		return this.suspended;
	}

	/**
	 * Read again after a failure.
	 * @return whether that was not possible before
	 */
	boolean resume() {
		boolean was = this.suspended;
		this.suspended = false;
		return was;
	}

	/**
	 * Close what is open. Nothing may be read any more.
	 */
	void close() {
		this.suspended = true;
		closeSegment();
	}

	private void closeSegment() {
		SegmentSearch current = this.open;
		this.open = null;
		this.peeked = null;
		if (current != null) {
			try {
				current.close();
			}
			catch (IOException ex) {
				logger.debug("A segment of the log of {} could not be closed", signal().id(), ex);
			}
		}
	}

}
