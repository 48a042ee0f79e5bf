package io.github.otlpboot.forwarder;

import java.util.EnumMap;
import java.util.Map;

import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.SourcedBatch;

/**
 * A batch from the source until the fate of its last item is known; its items may travel
 * in several requests once a destination has refused them together. Not thread-safe: it
 * belongs to the thread of its route.
 */
final class Delivery {

	private final SourcedBatch sourced;

	private final Map<LossReason, Integer> lost = new EnumMap<>(LossReason.class);

	private int delivered;

	private int open;

	Delivery(SourcedBatch sourced) {
		this.sourced = sourced;
		this.open = sourced.batch().items();
	}

	SourcedBatch sourced() {
		return this.sourced;
	}

	void addDelivered(int items) {
		this.delivered += close(items);
	}

	void addLost(int items, LossReason reason) {
		int closed = close(items);
		if (closed > 0) {
			this.lost.merge(reason, closed, Integer::sum);
		}
	}

	int open() {
		return this.open;
	}

	Settlement settlement() {
		return new Settlement(this.delivered, this.lost);
	}

	private int close(int items) {
		if (items > this.open) {
			throw new IllegalStateException(items + " items settled, but only " + this.open + " are open");
		}
		this.open -= items;
		return items;
	}

}
