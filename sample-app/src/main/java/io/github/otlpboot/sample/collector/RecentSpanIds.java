package io.github.otlpboot.sample.collector;

import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;

import com.google.protobuf.ByteString;

/**
 * Tells whether a span has been seen before, among the last so many: memory is bounded
 * (about 100 bytes a span), so a duplicate that comes later than that goes unrecognized.
 * <p>
 * Not thread-safe.
 */
final class RecentSpanIds {

	static final int DEFAULT_CAPACITY = 131_072;

	private static final int TRACE_ID_LENGTH = 16;

	private static final int SPAN_ID_LENGTH = 8;

	private final int capacity;

	private final Set<SpanKey> keys = new LinkedHashSet<>();

	RecentSpanIds(int capacity) {
		this.capacity = capacity;
	}

	/**
	 * Remember a span.
	 * @param traceId its trace
	 * @param spanId its own id
	 * @return {@code true} if it is new; ids of a wrong length are always new, because
	 * nothing of unknown size is remembered
	 */
	boolean add(ByteString traceId, ByteString spanId) {
		if (traceId.size() != TRACE_ID_LENGTH || spanId.size() != SPAN_ID_LENGTH) {
			return true;
		}
		ByteBuffer trace = traceId.asReadOnlyByteBuffer();
		SpanKey key = new SpanKey(trace.getLong(), trace.getLong(), spanId.asReadOnlyByteBuffer().getLong());
		if (!this.keys.add(key)) {
			return false;
		}
		if (this.keys.size() > this.capacity) {
			this.keys.remove(this.keys.iterator().next());
		}
		return true;
	}

	int size() {
		return this.keys.size();
	}

	private record SpanKey(long traceHigh, long traceLow, long span) {

	}

}
