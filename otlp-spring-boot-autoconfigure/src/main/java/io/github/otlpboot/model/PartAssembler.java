package io.github.otlpboot.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Fills parts with the items of a request, in their order, and begins the next part when
 * an item would exceed the limits.
 * <p>
 * Not thread-safe, but used by one call only.
 */
final class PartAssembler {

	private static final int MAX_GROWTH = 16;

	private static final long MIN_GROWTH_LIMIT = 16 * 1024 * 1024;

	private final Batch batch;

	private final long maxItems;

	private final long maxBytes;

	private final long maxTotal;

	// Outermost first, as far as this signal goes
	private final Envelope[] envelopes;

	private final CopyPlan plan = new CopyPlan();

	private final List<Batch> parts = new ArrayList<>();

	private long total;

	private int items;

	private int oversized;

	PartAssembler(Batch batch, long maxItems, long maxBytes) {
		this.batch = batch;
		this.maxItems = maxItems;
		this.maxBytes = maxBytes;
		this.maxTotal = Math.max((long) MAX_GROWTH * batch.size(), MIN_GROWTH_LIMIT);
		RequestLevel last = (batch.signal() == Signal.METRICS) ? RequestLevel.DATA : RequestLevel.SCOPE;
		this.envelopes = new Envelope[last.depth() + 1];
		for (int i = 0; i < this.envelopes.length; i++) {
			this.envelopes[i] = new Envelope();
		}
	}

	Envelope envelope(RequestLevel level) {
		return this.envelopes[level.depth()];
	}

	/**
	 * Add an item, which stands in the current envelopes.
	 * @param from where it starts in the array of the request, tag included
	 * @param to where it ends
	 */
	void add(int from, int to) {
		int length = to - from;
		if (this.items == this.maxItems || sizeWith(length, false) > this.maxBytes) {
			if (sizeWith(length, true) > this.maxBytes) {
				this.oversized++;
				return;
			}
			completePart();
		}
		for (Envelope envelope : this.envelopes) {
			if (!envelope.isOpen()) {
				envelope.open(this.plan);
			}
		}
		this.plan.addRange(from, to);
		this.envelopes[this.envelopes.length - 1].grow(length);
		this.items++;
	}

	/**
	 * End the message of a level, because another one follows.
	 * @param level the level
	 */
	void close(RequestLevel level) {
		close(level.depth());
	}

	private void close(int index) {
		Envelope envelope = this.envelopes[index];
		if (index > 0 && envelope.isOpen()) {
			long size = envelope.close(this.plan);
			this.envelopes[index - 1].grow(CopyPlan.headerSize(envelope.field(), size) + size);
		}
	}

	SplitResult finish() {
		completePart();
		return new SplitResult.Parts(this.parts, this.oversized, true);
	}

	// The length of the part with one more item, or of a fresh part with this item alone
	private long sizeWith(int length, boolean fresh) {
		long size = length;
		for (int i = this.envelopes.length - 1; i >= 0; i--) {
			Envelope envelope = this.envelopes[i];
			size += envelope.size(fresh);
			size += CopyPlan.headerSize(envelope.field(), size);
		}
		return size;
	}

	private void completePart() {
		if (this.items == 0) {
			return;
		}
		for (int i = this.envelopes.length - 1; i > 0; i--) {
			close(i);
		}
		long size = this.envelopes[0].close(this.plan);
		if (size > this.maxTotal - this.total) {
			this.plan.clear();
			this.oversized += this.items;
		}
		else {
			this.total += size;
			byte[] part = this.plan.write(this.batch.payload().array(), (int) size);
			this.parts.add(new Batch(this.batch.signal(), Payload.of(part), this.items));
		}
		this.items = 0;
	}

}
