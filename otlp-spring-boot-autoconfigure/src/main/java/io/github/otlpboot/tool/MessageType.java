package io.github.otlpboot.tool;

import java.util.List;

import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

/**
 * The messages of OTLP 1.x as tables of their fields. The tests compare them with the
 * descriptors of {@code opentelemetry-proto}, so that a field that comes with a newer
 * version is noticed; until then it is an unknown field.
 * <p>
 * Immutable.
 */
final class MessageType {

	static final MessageType KEY_VALUE = new MessageType(MessageField.of(1, "key", FieldKind.STRING),
			MessageField.of(2, "value", () -> MessageType.ANY_VALUE),
			MessageField.of(3, "keyStrindex", FieldKind.INT32));

	static final MessageType ARRAY_VALUE = new MessageType(
			MessageField.of(1, "values", () -> MessageType.ANY_VALUE).repeated());

	static final MessageType KEY_VALUE_LIST = new MessageType(MessageField.of(1, "values", () -> KEY_VALUE).repeated());

	static final MessageType ANY_VALUE = new MessageType(MessageField.of(1, "stringValue", FieldKind.STRING).choice(),
			MessageField.of(2, "boolValue", FieldKind.BOOL).choice(),
			MessageField.of(3, "intValue", FieldKind.INT64).choice(),
			MessageField.of(4, "doubleValue", FieldKind.DOUBLE).choice(),
			MessageField.of(5, "arrayValue", () -> ARRAY_VALUE).choice(),
			MessageField.of(6, "kvlistValue", () -> KEY_VALUE_LIST).choice(),
			MessageField.of(7, "bytesValue", FieldKind.BYTES).choice(),
			MessageField.of(8, "stringValueStrindex", FieldKind.INT32).choice());

	static final MessageType INSTRUMENTATION_SCOPE = new MessageType(MessageField.of(1, "name", FieldKind.STRING),
			MessageField.of(2, "version", FieldKind.STRING), attributes(3), dropped(4, "droppedAttributesCount"));

	static final MessageType ENTITY_REF = new MessageType(MessageField.of(1, "schemaUrl", FieldKind.STRING),
			MessageField.of(2, "type", FieldKind.STRING), MessageField.of(3, "idKeys", FieldKind.STRING).repeated(),
			MessageField.of(4, "descriptionKeys", FieldKind.STRING).repeated());

	static final MessageType RESOURCE = new MessageType(attributes(1), dropped(2, "droppedAttributesCount"),
			MessageField.of(3, "entityRefs", () -> ENTITY_REF).repeated());

	static final MessageType EVENT = new MessageType(time(1, "timeUnixNano"),
			MessageField.of(2, "name", FieldKind.STRING), attributes(3), dropped(4, "droppedAttributesCount"));

	static final MessageType LINK = new MessageType(MessageField.of(1, "traceId", FieldKind.ID),
			MessageField.of(2, "spanId", FieldKind.ID), MessageField.of(3, "traceState", FieldKind.STRING),
			attributes(4), dropped(5, "droppedAttributesCount"), MessageField.of(6, "flags", FieldKind.FIXED32));

	static final MessageType STATUS = new MessageType(MessageField.of(2, "message", FieldKind.STRING),
			MessageField.of(3, "code", FieldKind.ENUM));

	static final MessageType SPAN = new MessageType(MessageField.of(1, "traceId", FieldKind.ID),
			MessageField.of(2, "spanId", FieldKind.ID), MessageField.of(3, "traceState", FieldKind.STRING),
			MessageField.of(4, "parentSpanId", FieldKind.ID), MessageField.of(16, "flags", FieldKind.FIXED32),
			MessageField.of(5, "name", FieldKind.STRING), MessageField.of(6, "kind", FieldKind.ENUM),
			time(7, "startTimeUnixNano"), time(8, "endTimeUnixNano"), attributes(9),
			dropped(10, "droppedAttributesCount"), MessageField.of(11, "events", () -> EVENT).repeated(),
			dropped(12, "droppedEventsCount"), MessageField.of(13, "links", () -> LINK).repeated(),
			dropped(14, "droppedLinksCount"), MessageField.of(15, "status", () -> STATUS));

	static final MessageType SCOPE_SPANS = scope("spans", SPAN);

	static final MessageType RESOURCE_SPANS = resource("scopeSpans", SCOPE_SPANS);

	static final MessageType TRACES_DATA = new MessageType(
			MessageField.of(1, "resourceSpans", () -> RESOURCE_SPANS).repeated());

	static final MessageType EXEMPLAR = new MessageType(time(2, "timeUnixNano"),
			MessageField.of(3, "asDouble", FieldKind.DOUBLE).choice(),
			MessageField.of(6, "asInt", FieldKind.SFIXED64).choice(), MessageField.of(4, "spanId", FieldKind.ID),
			MessageField.of(5, "traceId", FieldKind.ID),
			MessageField.of(7, "filteredAttributes", () -> KEY_VALUE).repeated());

	static final MessageType NUMBER_DATA_POINT = new MessageType(attributes(7), time(2, "startTimeUnixNano"),
			time(3, "timeUnixNano"), MessageField.of(4, "asDouble", FieldKind.DOUBLE).choice(),
			MessageField.of(6, "asInt", FieldKind.SFIXED64).choice(), exemplars(5), flags(8));

	static final MessageType HISTOGRAM_DATA_POINT = new MessageType(attributes(9), time(2, "startTimeUnixNano"),
			time(3, "timeUnixNano"), MessageField.of(4, "count", FieldKind.FIXED64),
			MessageField.of(5, "sum", FieldKind.DOUBLE).optional(),
			MessageField.of(6, "bucketCounts", FieldKind.FIXED64).repeated(),
			MessageField.of(7, "explicitBounds", FieldKind.DOUBLE).repeated(), exemplars(8), flags(10),
			MessageField.of(11, "min", FieldKind.DOUBLE).optional(),
			MessageField.of(12, "max", FieldKind.DOUBLE).optional());

	static final MessageType BUCKETS = new MessageType(MessageField.of(1, "offset", FieldKind.SINT32),
			MessageField.of(2, "bucketCounts", FieldKind.UINT64).repeated());

	static final MessageType EXPONENTIAL_HISTOGRAM_DATA_POINT = new MessageType(attributes(1),
			time(2, "startTimeUnixNano"), time(3, "timeUnixNano"), MessageField.of(4, "count", FieldKind.FIXED64),
			MessageField.of(5, "sum", FieldKind.DOUBLE).optional(), MessageField.of(6, "scale", FieldKind.SINT32),
			MessageField.of(7, "zeroCount", FieldKind.FIXED64), MessageField.of(8, "positive", () -> BUCKETS),
			MessageField.of(9, "negative", () -> BUCKETS), flags(10), exemplars(11),
			MessageField.of(12, "min", FieldKind.DOUBLE).optional(),
			MessageField.of(13, "max", FieldKind.DOUBLE).optional(),
			MessageField.of(14, "zeroThreshold", FieldKind.DOUBLE));

	static final MessageType VALUE_AT_QUANTILE = new MessageType(MessageField.of(1, "quantile", FieldKind.DOUBLE),
			MessageField.of(2, "value", FieldKind.DOUBLE));

	static final MessageType SUMMARY_DATA_POINT = new MessageType(attributes(7), time(2, "startTimeUnixNano"),
			time(3, "timeUnixNano"), MessageField.of(4, "count", FieldKind.FIXED64),
			MessageField.of(5, "sum", FieldKind.DOUBLE),
			MessageField.of(6, "quantileValues", () -> VALUE_AT_QUANTILE).repeated(), flags(8));

	static final MessageType GAUGE = new MessageType(points(NUMBER_DATA_POINT));

	static final MessageType SUM = new MessageType(points(NUMBER_DATA_POINT), temporality(),
			MessageField.of(3, "isMonotonic", FieldKind.BOOL));

	static final MessageType HISTOGRAM = new MessageType(points(HISTOGRAM_DATA_POINT), temporality());

	static final MessageType EXPONENTIAL_HISTOGRAM = new MessageType(points(EXPONENTIAL_HISTOGRAM_DATA_POINT),
			temporality());

	static final MessageType SUMMARY = new MessageType(points(SUMMARY_DATA_POINT));

	static final MessageType METRIC = new MessageType(MessageField.of(1, "name", FieldKind.STRING),
			MessageField.of(2, "description", FieldKind.STRING), MessageField.of(3, "unit", FieldKind.STRING),
			MessageField.of(5, "gauge", () -> GAUGE).choice(), MessageField.of(7, "sum", () -> SUM).choice(),
			MessageField.of(9, "histogram", () -> HISTOGRAM).choice(),
			MessageField.of(10, "exponentialHistogram", () -> EXPONENTIAL_HISTOGRAM).choice(),
			MessageField.of(11, "summary", () -> SUMMARY).choice(),
			MessageField.of(12, "metadata", () -> KEY_VALUE).repeated());

	static final MessageType SCOPE_METRICS = scope("metrics", METRIC);

	static final MessageType RESOURCE_METRICS = resource("scopeMetrics", SCOPE_METRICS);

	static final MessageType METRICS_DATA = new MessageType(
			MessageField.of(1, "resourceMetrics", () -> RESOURCE_METRICS).repeated());

	static final MessageType LOG_RECORD = new MessageType(time(1, "timeUnixNano"), time(11, "observedTimeUnixNano"),
			MessageField.of(2, "severityNumber", FieldKind.ENUM), MessageField.of(3, "severityText", FieldKind.STRING),
			MessageField.of(5, "body", () -> ANY_VALUE), attributes(6), dropped(7, "droppedAttributesCount"),
			MessageField.of(8, "flags", FieldKind.FIXED32), MessageField.of(9, "traceId", FieldKind.ID),
			MessageField.of(10, "spanId", FieldKind.ID), MessageField.of(12, "eventName", FieldKind.STRING));

	static final MessageType SCOPE_LOGS = scope("logRecords", LOG_RECORD);

	static final MessageType RESOURCE_LOGS = resource("scopeLogs", SCOPE_LOGS);

	static final MessageType LOGS_DATA = new MessageType(
			MessageField.of(1, "resourceLogs", () -> RESOURCE_LOGS).repeated());

	private final List<MessageField> fields;

	private final @Nullable MessageField[] byNumber;

	private MessageType(MessageField... fields) {
		this.fields = List.of(fields);
		int highest = this.fields.stream().mapToInt(MessageField::number).max().orElse(0);
		this.byNumber = new MessageField[highest + 1];
		for (MessageField field : fields) {
			this.byNumber[field.number()] = field;
		}
	}

	/**
	 * Return the type of a request, which has the same fields as the type of a line of a
	 * file.
	 * @param signal the kind of request
	 * @return the type
	 */
	static MessageType of(Signal signal) {
		return switch (signal) {
			case TRACES -> TRACES_DATA;
			case METRICS -> METRICS_DATA;
			case LOGS -> LOGS_DATA;
		};
	}

	private static MessageType scope(String items, MessageType item) {
		return new MessageType(MessageField.of(1, "scope", () -> INSTRUMENTATION_SCOPE),
				MessageField.of(2, items, () -> item).repeated(), MessageField.of(3, "schemaUrl", FieldKind.STRING));
	}

	private static MessageType resource(String scopes, MessageType scope) {
		return new MessageType(MessageField.of(1, "resource", () -> RESOURCE),
				MessageField.of(2, scopes, () -> scope).repeated(), MessageField.of(3, "schemaUrl", FieldKind.STRING));
	}

	private static MessageField attributes(int number) {
		return MessageField.of(number, "attributes", () -> KEY_VALUE).repeated();
	}

	private static MessageField exemplars(int number) {
		return MessageField.of(number, "exemplars", () -> EXEMPLAR).repeated();
	}

	private static MessageField points(MessageType point) {
		return MessageField.of(1, "dataPoints", () -> point).repeated();
	}

	private static MessageField temporality() {
		return MessageField.of(2, "aggregationTemporality", FieldKind.ENUM);
	}

	private static MessageField time(int number, String name) {
		return MessageField.of(number, name, FieldKind.FIXED64);
	}

	private static MessageField dropped(int number, String name) {
		return MessageField.of(number, name, FieldKind.UINT32);
	}

	private static MessageField flags(int number) {
		return MessageField.of(number, "flags", FieldKind.UINT32);
	}

	/**
	 * Return the fields in the order in which they are written.
	 * @return the fields
	 */
	List<MessageField> fields() {
		return this.fields;
	}

	/**
	 * Return the field of a number.
	 * @param number the number on the wire
	 * @return the field, {@code null} if it is unknown
	 */
	@Nullable MessageField field(int number) {
		return (number < this.byNumber.length) ? this.byNumber[number] : null;
	}

}
