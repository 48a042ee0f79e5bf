package io.github.otlpboot.model;

/**
 * A serialized OTLP export request together with the number of items in it.
 *
 * @param signal the kind of telemetry
 * @param payload the serialized {@code Export<Signal>ServiceRequest}; whoever holds the
 * batch owns it
 * @param items the number of spans, data points, or log records in the request, not
 * negative
 */
public record Batch(Signal signal, Payload payload, int items) {

	public Batch {
		if (items < 0) {
			throw new IllegalArgumentException("'items' must not be negative, but is " + items);
		}
	}

	/**
	 * Return the length of the request.
	 * @return the length in bytes
	 */
	public int size() {
		return this.payload.length();
	}

}
