package io.github.otlpboot.storage;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.model.LossReason;
import org.jspecify.annotations.Nullable;

/**
 * What a log holds, and how far each destination has come in it.
 * <p>
 * Thread-safe. One lock guards the index and all accounts, so that the ledger is exact at
 * every moment; {@link #lock()} is for readers, which use their own account under it. No
 * I/O happens under it, and nobody is called.
 */
final class LogState {

	private final Object lock = new Object();

	private final SegmentIndex index;

	private final Map<String, ReaderAccount> accounts = new LinkedHashMap<>();

	/**
	 * Create the state of a log that nobody reads yet.
	 * @param segments the segments, oldest first, all of them sealed
	 * @param end the place after the last record
	 */
	LogState(List<SegmentFacts> segments, LogPosition end) {
		this.index = new SegmentIndex(segments, end);
	}

	Object lock() {
		return this.lock;
	}

	SegmentIndex index() {
		return this.index;
	}

	/**
	 * Add a destination. What has left the log before it was opened is lost: segments go
	 * only after their readers have passed them, so the process ended between the two.
	 * @param destination its name
	 * @param cursor how far it has come
	 * @return the number of items that it will never get
	 */
	long add(String destination, Cursor cursor) {
		ReaderAccount account = new ReaderAccount(cursor);
		synchronized (this.lock) {
			this.accounts.put(destination, account);
			long lost = account.lose(start(), LossReason.RETENTION_SIZE);
			SegmentFacts next = this.index.find(account.position().sequence());
			if (next != null) {
				// One whose header is damaged does not tell when it was created.
				long createdAt = next.header().createdAt();
				account.nextAcceptedAt((createdAt > 0) ? createdAt : next.newestAt());
			}
			return lost;
		}
	}

	private LogPosition start() {
		SegmentFacts first = this.index.find(0);
		return (first != null) ? first.start() : this.index.end();
	}

	/**
	 * Give up what destinations were given and have not settled, as far as it has left
	 * the log in the meantime. The next process would count it together with what was
	 * counted already.
	 * @return the number of items that are lost, in the order of the destinations
	 */
	List<Loss> giveUp() {
		List<Loss> losses = new ArrayList<>();
		synchronized (this.lock) {
			this.accounts.forEach((destination, account) -> losses.add(new Loss(destination,
					account.giveUp(start(), LossReason.RETENTION_SIZE), LossReason.RETENTION_SIZE)));
		}
		return losses;
	}

	/**
	 * Let a destination pass over what it has not read.
	 * @param destination its name
	 * @param reason why that is lost, {@code null} if somebody else gives it out
	 * @return the number of items that it will not get from here
	 */
	long passOver(String destination, @Nullable LossReason reason) {
		synchronized (this.lock) {
			LogPosition end = this.index.end();
			ReaderAccount account = account(destination);
			return (reason != null) ? account.lose(end, reason) : account.handOver(end);
		}
	}

	ReaderAccount account(String destination) {
		synchronized (this.lock) {
			ReaderAccount account = this.accounts.get(destination);
			if (account == null) {
				throw new IllegalArgumentException("There is no destination '" + destination + "'");
			}
			return account;
		}
	}

	LogPosition end() {
		synchronized (this.lock) {
			return this.index.end();
		}
	}

	/**
	 * Return whether no segment holds anything.
	 * @return {@code true} if nothing but cursors tells where the log ends
	 */
	boolean isEmpty() {
		synchronized (this.lock) {
			return this.index.find(0) == null;
		}
	}

	long used() {
		synchronized (this.lock) {
			return this.index.used();
		}
	}

	List<SegmentFacts> sealed() {
		synchronized (this.lock) {
			return this.index.sealed();
		}
	}

	@Nullable SegmentFacts oldestSealed() {
		List<SegmentFacts> sealed = sealed();
		return sealed.isEmpty() ? null : sealed.get(0);
	}

	void seal() {
		synchronized (this.lock) {
			this.index.seal();
		}
	}

	/**
	 * Show what has been appended.
	 * @param facts what the active segment holds then
	 */
	void publish(SegmentFacts facts) {
		synchronized (this.lock) {
			LogPosition before = this.index.end();
			this.index.publish(facts);
			for (ReaderAccount account : this.accounts.values()) {
				if (account.position().sequence() == before.sequence()) {
					account.nextAcceptedAt(facts.newestAt());
				}
			}
		}
	}

	/**
	 * Forget a segment, and let every destination pass over what it has not read of it.
	 * @param segment the oldest segment, or one that every destination is past
	 * @param reason why what was not delivered is lost, {@code null} if all was
	 * @return the number of items that are lost, in the order of the destinations
	 */
	List<Loss> forget(SegmentFacts segment, @Nullable LossReason reason) {
		List<Loss> losses = new ArrayList<>();
		synchronized (this.lock) {
			LogPosition end = this.index.endFor(segment);
			if (reason != null) {
				this.accounts.forEach(
						(destination, account) -> losses.add(new Loss(destination, account.lose(end, reason), reason)));
			}
			this.index.remove(segment);
		}
		return losses;
	}

	/**
	 * Return where a destination reads next.
	 * @param account its account
	 * @return the place, {@code null} at the end of the log
	 */
	@Nullable ReadPoint readPoint(ReaderAccount account) {
		synchronized (this.lock) {
			LogPosition position = account.position();
			if (position.sequence() >= this.index.end().sequence()) {
				return null;
			}
			SegmentFacts segment = this.index.find(position.sequence());
			return new ReadPoint(position, segment, (segment != null) ? this.index.endFor(segment) : this.index.end());
		}
	}

	/**
	 * Return how far each destination has come for good.
	 * @return their cursors
	 */
	Map<String, Cursor> cursors() {
		synchronized (this.lock) {
			Map<String, Cursor> cursors = new LinkedHashMap<>();
			this.accounts.forEach((destination, account) -> cursors.put(destination, account.cursor()));
			return cursors;
		}
	}

	LogLedger ledger() {
		synchronized (this.lock) {
			LogPosition end = this.index.end();
			List<LogLedger.DestinationLedger> ledgers = new ArrayList<>();
			this.accounts.forEach((destination, account) -> ledgers.add(account.ledger(destination, end)));
			return new LogLedger(end.item(), ledgers);
		}
	}

	/**
	 * Where a destination reads next.
	 *
	 * @param position the place in the log
	 * @param segment the segment that holds it or the next one after it, {@code null} if
	 * the log has nothing after it
	 * @param endFor where that ends for a reader
	 */
	record ReadPoint(LogPosition position, @Nullable SegmentFacts segment, LogPosition endFor) {

	}

	/**
	 * Items that a destination will never get.
	 *
	 * @param destination the name of the destination
	 * @param items how many; may be none
	 * @param reason why
	 */
	record Loss(String destination, long items, LossReason reason) {

	}

}
