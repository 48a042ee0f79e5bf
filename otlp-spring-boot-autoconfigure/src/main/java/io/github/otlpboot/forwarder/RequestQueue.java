package io.github.otlpboot.forwarder;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.function.ObjIntConsumer;

import io.github.otlpboot.forwarder.Request.Part;
import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.BatchSource;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.RequestSplitter;
import io.github.otlpboot.model.SourcedBatch;
import io.github.otlpboot.model.SplitResult;
import org.jspecify.annotations.Nullable;

/**
 * What a route has to send, oldest first: requests that must be sent again, then new ones
 * made of what waits at the source. It also keeps the account of every batch that it has
 * taken, and settles each when the fate of its last item is known.
 * <p>
 * Not thread-safe: it belongs to the thread of its route.
 */
final class RequestQueue {

	private final BatchSource source;

	private final BatchSettings settings;

	private final ObjIntConsumer<LossReason> onLoss;

	private final Queue<Request> again = new PriorityQueue<>();

	private final Set<Delivery> open = Collections.newSetFromMap(new IdentityHashMap<>());

	/**
	 * What the next request is made of so far. Kept where gathering ends in an error,
	 * since the source gives nothing out twice.
	 */
	private final List<Part> gathered = new ArrayList<>();

	private long gatheredItems;

	private long gatheredBytes;

	private boolean unreadSeen;

	private long unreadSince;

	RequestQueue(BatchSource source, BatchSettings settings, ObjIntConsumer<LossReason> onLoss) {
		this.source = source;
		this.settings = settings;
		this.onLoss = onLoss;
	}

	/**
	 * Return when there will be a request to take, as far as is known now.
	 * @param now the time in nanoseconds
	 * @param flushing whether nothing waits for company
	 * @return the wait in nanoseconds, {@code 0} if there is a request now,
	 * {@link Long#MAX_VALUE} if nothing waits
	 */
	long nanosUntilDue(long now, boolean flushing) {
		if (!this.again.isEmpty() || !this.gathered.isEmpty()) {
			return 0;
		}
		Backlog unread = this.source.unread();
		if (unread.isEmpty()) {
			this.unreadSeen = false;
			return Long.MAX_VALUE;
		}
		// Elapsed time, not the time of acceptance: a wall clock may jump.
		if (!this.unreadSeen) {
			this.unreadSeen = true;
			this.unreadSince = now;
		}
		boolean full = unread.items() >= this.settings.maxItems() || unread.bytes() >= this.settings.maxBytes();
		if (full || flushing) {
			return 0;
		}
		return Math.max(0, this.settings.maxDelay().toNanos() - (now - this.unreadSince));
	}

	boolean isEmpty() {
		return this.again.isEmpty() && this.gathered.isEmpty() && this.source.unread().isEmpty();
	}

	@Nullable Request take() {
		Request request = this.again.poll();
		return (request != null) ? request : gather();
	}

	private @Nullable Request gather() {
		// What an error has left here goes as it is: the next batch may be the one that
		// there is no memory for.
		SourcedBatch next = this.gathered.isEmpty() ? next() : null;
		while (next != null) {
			Delivery delivery = new Delivery(next);
			this.open.add(delivery);
			this.gathered.add(Part.whole(delivery));
			this.gatheredItems += next.batch().items();
			this.gatheredBytes += next.batch().size();
			next = next();
		}
		this.unreadSeen = false;
		if (this.gathered.isEmpty()) {
			return null;
		}
		Request request = new Request(this.gathered);
		forgetGathered();
		return request;
	}

	// Takes memory for a batch that was stored, of which there may be none left.
	private @Nullable SourcedBatch next() {
		if (this.gathered.isEmpty()) {
			// The first one goes whatever its size: it would wait for ever otherwise.
			return this.source.next(Long.MAX_VALUE, Long.MAX_VALUE);
		}
		return this.source.next(this.settings.maxItems() - this.gatheredItems,
				this.settings.maxBytes() - this.gatheredBytes);
	}

	private void forgetGathered() {
		this.gathered.clear();
		this.gatheredItems = 0;
		this.gatheredBytes = 0;
	}

	/**
	 * Send a request again later, before anything newer.
	 * @param request the request
	 */
	void putBack(Request request) {
		this.again.add(request);
	}

	/**
	 * Send the batches of a refused request one by one. If there is no memory for that,
	 * it is sent again as it is.
	 * @param request a merged request
	 */
	void takeApart(Request request) {
		List<Request> singles;
		try {
			singles = request.takeApart();
		}
		catch (RuntimeException | Error ex) {
			putBack(request);
			throw ex;
		}
		this.again.addAll(singles);
	}

	/**
	 * Send the items of a request that was too large in two smaller ones. If there is no
	 * memory for that, it is sent again as it is.
	 * @param request a request of a single part
	 * @return {@code false} if it cannot be divided
	 */
	boolean divide(Request request) {
		Part part = request.parts().get(0);
		SplitResult result;
		try {
			result = RequestSplitter.halve(new Batch(this.source.signal(), part.payload(), part.items()));
		}
		catch (RuntimeException | Error ex) {
			putBack(request);
			throw ex;
		}
		if (!(result instanceof SplitResult.Parts halves) || !halves.copied() || halves.batches().isEmpty()) {
			return false;
		}
		int nextItem = part.firstItem();
		for (Batch half : halves.batches()) {
			this.again.add(Request.of(new Part(part.delivery(), half.payload(), half.items(), nextItem)));
			nextItem += half.items();
		}
		int left = part.firstItem() + part.items() - nextItem;
		if (left > 0) {
			part.delivery().addLost(left, LossReason.REJECTED);
			this.onLoss.accept(LossReason.REJECTED, left);
		}
		return true;
	}

	/**
	 * Account for all items of a request.
	 * @param request the request
	 * @param rejected how many of its items are lost
	 * @param reason why
	 */
	void settle(Request request, int rejected, LossReason reason) {
		request.settle(rejected, reason);
		if (rejected > 0) {
			this.onLoss.accept(reason, rejected);
		}
		for (Part part : request.parts()) {
			Delivery delivery = part.delivery();
			if (delivery.open() == 0 && this.open.remove(delivery)) {
				this.source.settle(delivery.sourced(), delivery.settlement());
			}
		}
	}

	/**
	 * Give up all that has been taken and not settled.
	 * @param reason why it is lost, {@code null} if it stays stored
	 */
	void abandon(@Nullable LossReason reason) {
		this.again.clear();
		forgetGathered();
		for (Delivery delivery : this.open) {
			int items = delivery.open();
			if (reason != null) {
				delivery.addLost(items, reason);
				this.source.settle(delivery.sourced(), delivery.settlement());
				this.onLoss.accept(reason, items);
			}
		}
		this.open.clear();
	}

}
