package io.github.otlpboot.model;

import java.util.List;

/**
 * Splits a serialized {@code Export<Signal>ServiceRequest} between resources, scopes,
 * metrics, and items into requests that are within given limits, by walking its tags and
 * copying ranges of bytes.
 * <p>
 * The items keep their order, and in every part an item stands in the same resource,
 * scope, and, for a data point, metric and aggregation as before: all their other fields,
 * known or not, are repeated wherever they hold an item. What holds no item is left out
 * of the parts. Parts are filled one after the other, as far as the limits allow.
 * <p>
 * The payload that is split is only read and never released here; see
 * {@link SplitResult.Parts#copied()} for who owns what afterwards.
 * <p>
 * Immutable and thread-safe.
 */
public final class RequestSplitter {

	private final long maxItems;

	private final long maxBytes;

	/**
	 * Create a splitter.
	 * @param maxItems the most items a part may hold, at least 1
	 * @param maxBytes the most bytes a part may have, at least 1
	 */
	public RequestSplitter(long maxItems, long maxBytes) {
		if (maxItems < 1) {
			throw new IllegalArgumentException("'maxItems' must be positive, but is " + maxItems);
		}
		if (maxBytes < 1) {
			throw new IllegalArgumentException("'maxBytes' must be positive, but is " + maxBytes);
		}
		this.maxItems = maxItems;
		this.maxBytes = maxBytes;
	}

	/**
	 * Split a request where it exceeds the limits. The items are counted; the count that
	 * the batch brings is not relied on.
	 * <p>
	 * A part repeats what is around its items, so a request that is mostly that could
	 * grow without bound. All parts together have at most 16 times the length of the
	 * request, or 16 MB if that is more; the items behind that count as oversized.
	 * @param batch the request, of which only the payload is read
	 * @return the parts, or {@link Malformed}
	 */
	public SplitResult split(Batch batch) {
		WalkResult result = RequestWalker.count(batch.signal(), batch.payload());
		if (result instanceof WalkResult.Counted counted) {
			return split(batch, counted.items(), this.maxItems, this.maxBytes);
		}
		return (Malformed) result;
	}

	/**
	 * Split a request into two that hold half of the items each, after a destination has
	 * found it too large.
	 * @param batch the request, of which only the payload is read
	 * @return two parts, or one, not {@linkplain SplitResult.Parts#copied() copied}, if
	 * there are fewer than two items, or {@link Malformed}
	 */
	public static SplitResult halve(Batch batch) {
		WalkResult result = RequestWalker.count(batch.signal(), batch.payload());
		if (result instanceof WalkResult.Counted counted) {
			long half = Math.max(1, (counted.items() + 1L) / 2);
			return split(batch, counted.items(), half, Long.MAX_VALUE);
		}
		return (Malformed) result;
	}

	private static SplitResult split(Batch batch, int items, long maxItems, long maxBytes) {
		if (items <= maxItems && batch.size() <= maxBytes) {
			Batch whole = (items == batch.items()) ? batch : new Batch(batch.signal(), batch.payload(), items);
			return new SplitResult.Parts(List.of(whole), 0, false);
		}
		PartAssembler assembler = new PartAssembler(batch, maxItems, maxBytes);
		new SplitWalk(batch, assembler).walk();
		return assembler.finish();
	}

}
