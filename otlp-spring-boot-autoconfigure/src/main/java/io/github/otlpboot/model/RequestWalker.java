package io.github.otlpboot.model;

/**
 * Counts the spans, metric data points, or log records in a serialized
 * {@code Export<Signal>ServiceRequest}, in one pass over the tags around them and without
 * looking into them.
 * <p>
 * An export request is one repeated field, so the bytes of two requests, one behind the
 * other, are one request that holds the items of both, and its count is the sum of
 * theirs.
 * <p>
 * Not thread-safe, but used by one call only.
 */
public final class RequestWalker {

	private final Signal signal;

	private final ProtobufReader reader;

	private RequestWalker(Signal signal, ProtobufReader reader) {
		this.signal = signal;
		this.reader = reader;
	}

	/**
	 * Count the items in a payload.
	 * @param signal the kind of request
	 * @param payload the request, which is only read
	 * @return the number of items, or {@link Malformed}
	 */
	public static WalkResult count(Signal signal, Payload payload) {
		return count(signal, payload.array(), payload.offset(), payload.length());
	}

	/**
	 * Count the items in a range of an array.
	 * @param signal the kind of request
	 * @param array the array that holds the request
	 * @param offset where the request starts
	 * @param length the length of the request in bytes
	 * @return the number of items, or {@link Malformed}
	 * @throws IndexOutOfBoundsException if the range is not within the array
	 */
	public static WalkResult count(Signal signal, byte[] array, int offset, int length) {
		ProtobufReader reader = new ProtobufReader(array, offset, length);
		int items = new RequestWalker(signal, reader).count(RequestLevel.REQUEST);
		Malformed malformed = reader.malformed();
		return (malformed != null) ? malformed : new WalkResult.Counted(items);
	}

	private int count(RequestLevel level) {
		RequestLevel child = level.child(this.signal);
		int items = 0;
		int data = 0;
		while (this.reader.next()) {
			if (!level.isChild(this.reader)) {
				continue;
			}
			if (child == null) {
				items++;
				continue;
			}
			if (level == RequestLevel.METRIC && this.reader.fieldNumber() != data) {
				// Of the members of a oneof, a parser keeps the last
				data = this.reader.fieldNumber();
				items = 0;
			}
			int outer = this.reader.enter();
			items += count(child);
			this.reader.leave(outer);
		}
		return items;
	}

}
