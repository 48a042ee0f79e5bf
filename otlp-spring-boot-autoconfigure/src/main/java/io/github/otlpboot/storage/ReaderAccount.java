package io.github.otlpboot.storage;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Settlement;
import org.jspecify.annotations.Nullable;

/**
 * What one destination has been given of a log and what became of it. Records are settled
 * in any order; the cursor follows the settled prefix.
 * <p>
 * Not thread-safe: the lock of its log guards it.
 */
final class ReaderAccount {

	/** Given out or lost, and not yet part of the settled prefix, in order. */
	private final Deque<Span> spans = new ArrayDeque<>();

	private final Map<LossReason, Long> lost = new EnumMap<>(LossReason.class);

	private long delivered;

	/** What comes next is here. */
	private LogPosition position;

	private Cursor prefix;

	/** Settled, and not yet part of the prefix. */
	private LogPosition ahead = new LogPosition(0, 0, 0);

	/** When the next record was accepted, as far as is known. */
	private long nextAcceptedAt;

	ReaderAccount(Cursor cursor) {
		this.prefix = cursor;
		this.position = LogPosition.after(cursor);
		this.delivered = cursor.delivered();
		this.lost.putAll(cursor.lost());
	}

	LogPosition position() {
		return this.position;
	}

	/**
	 * Return how far the destination has come for good.
	 * @return the settled prefix
	 */
	Cursor cursor() {
		return this.prefix;
	}

	void nextAcceptedAt(long millis) {
		this.nextAcceptedAt = millis;
	}

	/**
	 * Give out the record at the present position.
	 * @param header its header
	 * @param segment the first sequence of its segment
	 * @param endOffset where the record ends in it, in bytes
	 */
	void giveOut(RecordHeader header, long segment, long endOffset) {
		LogPosition end = this.position.plus(header.items(), header.frameLength());
		this.spans.addLast(new Span(this.position, end, segment, endOffset, header.acceptedAt(), null));
		this.position = end;
		this.nextAcceptedAt = header.acceptedAt();
	}

	/**
	 * Pass over what will never be given out.
	 * @param end the place after it
	 * @param reason why its items are lost
	 * @return the number of items
	 */
	long lose(LogPosition end, LossReason reason) {
		LogPosition target = end.max(this.position);
		if (target.equals(this.position)) {
			return 0;
		}
		long items = target.item() - this.position.item();
		Outcome outcome = lost(items, reason);
		Span span = new Span(this.position, target, 0, 0, 0, outcome);
		this.spans.addLast(span);
		this.position = target;
		count(span, outcome);
		return items;
	}

	/**
	 * Pass over what somebody else will give out.
	 * @param end the place after it
	 * @return the number of items, which are not counted here any more
	 */
	long handOver(LogPosition end) {
		LogPosition target = end.max(this.position);
		Outcome none = new Outcome(0, Map.of());
		Span span = new Span(this.position, target, 0, 0, 0, none);
		if (span.records() > 0) {
			this.spans.addLast(span);
			this.position = target;
			count(span, none);
		}
		return span.items();
	}

	/**
	 * Record what became of a record that was given out.
	 * @param sequence its sequence
	 * @param settlement what became of it
	 * @throws IllegalStateException if it was not given out, or has been settled before
	 */
	void settle(long sequence, Settlement settlement) {
		for (Span span : this.spans) {
			if (span.start.sequence() == sequence && span.outcome == null) {
				Map<LossReason, Long> losses = new EnumMap<>(LossReason.class);
				settlement.lost().forEach((reason, items) -> losses.put(reason, (long) items));
				span.outcome = new Outcome(settlement.delivered(), losses);
				count(span, span.outcome);
				return;
			}
		}
		throw new IllegalStateException("Record " + sequence + " was not given out, or has been settled before");
	}

	/**
	 * Give up records that were given out, and that nobody can give out again.
	 * @param start the place before which there is nothing any more
	 * @param reason why their items are lost
	 * @return the number of items
	 */
	long giveUp(LogPosition start, LossReason reason) {
		long items = 0;
		for (Span span : List.copyOf(this.spans)) {
			if (span.outcome == null && span.start.sequence() < start.sequence()) {
				span.outcome = lost(span.items(), reason);
				count(span, span.outcome);
				items += span.items();
			}
		}
		return items;
	}

	private static Outcome lost(long items, LossReason reason) {
		return new Outcome(0, (items > 0) ? Map.of(reason, items) : Map.of());
	}

	private void count(Span span, Outcome outcome) {
		this.delivered += outcome.delivered();
		outcome.lost().forEach((reason, items) -> this.lost.merge(reason, items, Long::sum));
		this.ahead = sum(this.ahead, span);
		Iterator<Span> oldestFirst = this.spans.iterator();
		while (oldestFirst.hasNext()) {
			Span next = oldestFirst.next();
			if (next.outcome == null) {
				return;
			}
			oldestFirst.remove();
			this.ahead = new LogPosition(this.ahead.sequence() - next.records(), this.ahead.item() - next.items(),
					this.ahead.bytes() - next.bytes());
			extendPrefix(next, next.outcome);
		}
	}

	private static LogPosition sum(LogPosition ahead, Span span) {
		return new LogPosition(ahead.sequence() + span.records(), ahead.item() + span.items(),
				ahead.bytes() + span.bytes());
	}

	private void extendPrefix(Span span, Outcome outcome) {
		Map<LossReason, Long> losses = new EnumMap<>(LossReason.class);
		losses.putAll(this.prefix.lost());
		outcome.lost().forEach((reason, items) -> losses.merge(reason, items, Long::sum));
		this.prefix = new Cursor(span.end.sequence() - 1, span.segment, span.endOffset, span.end.item(),
				span.end.bytes(), this.prefix.delivered() + outcome.delivered(), losses);
	}

	/**
	 * Return what has not been given out.
	 * @param end the end of the log
	 * @return how much
	 */
	Backlog unread(LogPosition end) {
		if (this.position.sequence() >= end.sequence()) {
			return Backlog.EMPTY;
		}
		return new Backlog(end.sequence() - this.position.sequence(), end.item() - this.position.item(),
				end.bytes() - this.position.bytes(), this.nextAcceptedAt);
	}

	/**
	 * Return what has not been settled.
	 * @param end the end of the log
	 * @return how much
	 */
	Backlog pending(LogPosition end) {
		long records = end.sequence() - 1 - this.prefix.acknowledged() - this.ahead.sequence();
		if (records <= 0) {
			return Backlog.EMPTY;
		}
		return new Backlog(records, end.item() - this.prefix.items() - this.ahead.item(),
				end.bytes() - this.prefix.bytes() - this.ahead.bytes(), oldestAcceptedAt());
	}

	private long oldestAcceptedAt() {
		for (Span span : this.spans) {
			if (span.outcome == null) {
				return span.acceptedAt;
			}
		}
		return this.nextAcceptedAt;
	}

	LogLedger.DestinationLedger ledger(String destination, LogPosition end) {
		return new LogLedger.DestinationLedger(destination, this.delivered, this.lost, pending(end));
	}

	/**
	 * Records between two places, given out or lost together.
	 */
	private static final class Span {

		private final LogPosition start;

		private final LogPosition end;

		private final long segment;

		private final long endOffset;

		private final long acceptedAt;

		/** {@code null} until it is known. */
		private @Nullable Outcome outcome;

		Span(LogPosition start, LogPosition end, long segment, long endOffset, long acceptedAt,
				@Nullable Outcome outcome) {
			this.start = start;
			this.end = end;
			this.segment = segment;
			this.endOffset = endOffset;
			this.acceptedAt = acceptedAt;
			this.outcome = outcome;
		}

		long records() {
			return this.end.sequence() - this.start.sequence();
		}

		long items() {
			return this.end.item() - this.start.item();
		}

		long bytes() {
			return this.end.bytes() - this.start.bytes();
		}

	}

	/**
	 * What became of a span.
	 *
	 * @param delivered the number of items that the destination took
	 * @param lost the number of items that it will never take, by reason
	 */
	private record Outcome(long delivered, Map<LossReason, Long> lost) {

	}

}
