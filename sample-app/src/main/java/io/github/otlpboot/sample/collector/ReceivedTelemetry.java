package io.github.otlpboot.sample.collector;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.opentelemetry.proto.trace.v1.Span;

/**
 * The counts, and the last items. Everything that grows is bounded: the items and the
 * span ids by number, the answers by the few statuses that there are.
 * <p>
 * Thread-safe: one lock guards all fields, held for no longer than it takes to add the
 * items of one request.
 */
final class ReceivedTelemetry {

	private final Object lock = new Object();

	private final int maxItems;

	private final Map<String, SignalCounts> signals = new LinkedHashMap<>();

	private final Map<Integer, Long> answers = new TreeMap<>();

	private final Deque<ReceivedItem> lastItems = new ArrayDeque<>();

	private final RecentSpanIds spanIds;

	private long distinctSpans;

	private long duplicateSpans;

	private long sdkDataPoints;

	ReceivedTelemetry(int maxItems, int maxSpanIds) {
		this.maxItems = maxItems;
		this.spanIds = new RecentSpanIds(maxSpanIds);
		for (OtlpRequest.Kind kind : OtlpRequest.Kind.values()) {
			this.signals.put(kind.signal(), SignalCounts.NONE);
		}
	}

	/**
	 * Count a request that will be answered with success.
	 * @param request the request
	 */
	void add(OtlpRequest request) {
		Collection<ReceivedItem> last = request.lastItems(this.maxItems);
		List<Span> spans = request.spans();
		synchronized (this.lock) {
			this.signals.compute(request.kind().signal(),
					(signal, counts) -> ((counts != null) ? counts : SignalCounts.NONE).plus(request));
			this.sdkDataPoints += request.sdkDataPoints();
			for (Span span : spans) {
				if (this.spanIds.add(span.getTraceId(), span.getSpanId())) {
					this.distinctSpans++;
				}
				else {
					this.duplicateSpans++;
				}
			}
			last.forEach(this.lastItems::addFirst);
			forgetOldest(request.kind().signal());
		}
	}

	// Each signal for itself: metrics come a hundred at a time, and would push out
	// everything else
	private void forgetOldest(String signal) {
		int kept = 0;
		for (Iterator<ReceivedItem> items = this.lastItems.iterator(); items.hasNext();) {
			if (items.next().signal().equals(signal) && ++kept > this.maxItems) {
				items.remove();
			}
		}
	}

	/**
	 * Count an answer.
	 * @param status its HTTP status
	 */
	void answered(int status) {
		synchronized (this.lock) {
			this.answers.merge(status, 1L, Long::sum);
		}
	}

	CollectorStatus status(boolean running, CollectorMode mode, int port) {
		synchronized (this.lock) {
			return new CollectorStatus(running, mode.id(), port, new LinkedHashMap<>(this.signals), this.distinctSpans,
					this.duplicateSpans, this.sdkDataPoints, new TreeMap<>(this.answers), List.copyOf(this.lastItems));
		}
	}

	/**
	 * Return how many span ids are remembered.
	 * @return the number, never more than the limit
	 */
	int rememberedSpanIds() {
		synchronized (this.lock) {
			return this.spanIds.size();
		}
	}

}
