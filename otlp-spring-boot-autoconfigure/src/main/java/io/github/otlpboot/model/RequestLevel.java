package io.github.otlpboot.model;

import org.jspecify.annotations.Nullable;

/**
 * The messages that are nested between an export request and its items, outermost first,
 * and the fields that lead from one to the next. These numbers are all that is known here
 * of the OTLP protobuf definitions; version 1.0.0 declared them stable.
 */
enum RequestLevel {

	/**
	 * {@code Export<Signal>ServiceRequest}.
	 */
	REQUEST(0),

	/**
	 * {@code ResourceSpans}, {@code ResourceMetrics}, {@code ResourceLogs}.
	 */
	RESOURCE(1),

	/**
	 * {@code ScopeSpans}, {@code ScopeMetrics}, {@code ScopeLogs}. Holds the items,
	 * unless they are data points.
	 */
	SCOPE(2),

	/**
	 * {@code Metric}, whose data are a {@code oneof}.
	 */
	METRIC(3),

	/**
	 * {@code Gauge}, {@code Sum}, {@code Histogram}, {@code ExponentialHistogram},
	 * {@code Summary}. Holds the data points.
	 */
	DATA(4);

	private final int depth;

	RequestLevel(int depth) {
		this.depth = depth;
	}

	/**
	 * Return how deep the messages of this level are nested.
	 * @return the depth, 0 for the request itself
	 */
	int depth() {
		return this.depth;
	}

	/**
	 * Return the level of the messages in the child field.
	 * @param signal the kind of telemetry
	 * @return the next level, or {@code null} if the children are the items
	 */
	@Nullable RequestLevel child(Signal signal) {
		return switch (this) {
			case REQUEST -> RESOURCE;
			case RESOURCE -> SCOPE;
			case SCOPE -> (signal == Signal.METRICS) ? METRIC : null;
			case METRIC -> DATA;
			case DATA -> null;
		};
	}

	/**
	 * Return whether the current field leads to items.
	 * @param reader a reader within a message of this level
	 * @return {@code true} if the field holds messages of the next level, or an item
	 */
	boolean isChild(ProtobufReader reader) {
		if (reader.wireType() != ProtobufReader.LENGTH_DELIMITED) {
			return false;
		}
		int number = reader.fieldNumber();
		return switch (this) {
			case REQUEST, DATA -> number == 1;
			case RESOURCE, SCOPE -> number == 2;
			case METRIC -> number == 5 || number == 7 || (number >= 9 && number <= 11);
		};
	}

}
