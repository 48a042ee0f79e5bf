package io.github.otlpboot.sample.collector;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * A parsed export request of any signal. Immutable.
 */
abstract sealed class OtlpRequest {

	private final Kind kind;

	private final int size;

	private OtlpRequest(Kind kind, int size) {
		this.kind = kind;
		this.size = size;
	}

	/**
	 * Parse a request.
	 * @param kind what it has to be
	 * @param body its bytes
	 * @return the request
	 * @throws InvalidProtocolBufferException if the bytes are none
	 */
	static OtlpRequest parse(Kind kind, byte[] body) throws InvalidProtocolBufferException {
		return switch (kind) {
			case TRACES -> new Traces(ExportTraceServiceRequest.parseFrom(body), body.length);
			case METRICS -> new Metrics(ExportMetricsServiceRequest.parseFrom(body), body.length);
			case LOGS -> new Logs(ExportLogsServiceRequest.parseFrom(body), body.length);
		};
	}

	final Kind kind() {
		return this.kind;
	}

	final int size() {
		return this.size;
	}

	/**
	 * Return how many times a resource is named.
	 * @return the number of {@code ResourceSpans} or their like
	 */
	abstract int resources();

	/**
	 * Return the number of spans, data points, or log records.
	 * @return the number of items
	 */
	abstract long items();

	/**
	 * Return the number of data points that name the library that made them, as those of
	 * the OpenTelemetry SDK do and those of Micrometer do not.
	 * @return the number of data points
	 */
	long sdkDataPoints() {
		return 0;
	}

	/**
	 * Hand over every item in order, described.
	 * @param consumer told of each; of metrics each is one metric with all its points
	 */
	abstract void describe(Consumer<Description> consumer);

	/**
	 * Return the spans, which only one signal has.
	 * @return the spans in order
	 */
	List<Span> spans() {
		return List.of();
	}

	/**
	 * Return the last items for a person to look at.
	 * @param max the most to return
	 * @return the items in the order of the request
	 */
	final Collection<ReceivedItem> lastItems(int max) {
		Deque<Description> last = new ArrayDeque<>();
		describe((description) -> {
			last.addLast(description);
			if (last.size() > max) {
				last.removeFirst();
			}
		});
		return last.stream().map((description) -> description.toItem(this.kind)).toList();
	}

	/**
	 * What a request holds, and where it is sent (OTLP specification, OTLP/HTTP request).
	 */
	enum Kind {

		TRACES, METRICS, LOGS;

		static Optional<Kind> ofPath(String path) {
			return switch (path) {
				case "/v1/traces" -> Optional.of(TRACES);
				case "/v1/metrics" -> Optional.of(METRICS);
				case "/v1/logs" -> Optional.of(LOGS);
				default -> Optional.empty();
			};
		}

		String signal() {
			return switch (this) {
				case TRACES -> "traces";
				case METRICS -> "metrics";
				case LOGS -> "logs";
			};
		}

		String item() {
			return switch (this) {
				case TRACES -> "span";
				case METRICS -> "data point";
				case LOGS -> "log record";
			};
		}

	}

	/**
	 * An item that has not been turned into text yet: only the last few ever are.
	 */
	private record Description(Resource resource, String name, ByteString traceId, ByteString spanId, String status,
			long durationNanos, List<KeyValue> attributes) {

		ReceivedItem toItem(Kind kind) {
			return new ReceivedItem(kind.signal(), ReceivedItem.shorten(serviceName()), ReceivedItem.shorten(this.name),
					hex(this.traceId), hex(this.spanId), this.status, this.durationNanos / 1000, texts());
		}

		private String serviceName() {
			return this.resource.getAttributesList()
				.stream()
				.filter((attribute) -> attribute.getKey().equals("service.name"))
				.map((attribute) -> text(attribute.getValue()))
				.findFirst()
				.orElse("");
		}

		private Map<String, String> texts() {
			Map<String, String> texts = new LinkedHashMap<>();
			this.attributes.stream()
				.limit(ReceivedItem.MAX_ATTRIBUTES)
				.forEach((attribute) -> texts.put(ReceivedItem.shorten(attribute.getKey()),
						ReceivedItem.shorten(text(attribute.getValue()))));
			return texts;
		}

		private static String hex(ByteString bytes) {
			// An id has 16 bytes at most, unless the sender is wrong
			return HexFormat.of().formatHex(bytes.substring(0, Math.min(bytes.size(), 16)).toByteArray());
		}

		private static String text(AnyValue value) {
			return switch (value.getValueCase()) {
				case STRING_VALUE -> value.getStringValue();
				case BOOL_VALUE -> String.valueOf(value.getBoolValue());
				case INT_VALUE -> String.valueOf(value.getIntValue());
				case DOUBLE_VALUE -> String.valueOf(value.getDoubleValue());
				case VALUE_NOT_SET -> "";
				default -> value.getValueCase().name();
			};
		}

	}

	private static final class Traces extends OtlpRequest {

		private final ExportTraceServiceRequest request;

		private Traces(ExportTraceServiceRequest request, int size) {
			super(Kind.TRACES, size);
			this.request = request;
		}

		@Override
		int resources() {
			return this.request.getResourceSpansCount();
		}

		@Override
		long items() {
			return spans().size();
		}

		@Override
		List<Span> spans() {
			return this.request.getResourceSpansList()
				.stream()
				.flatMap((resource) -> resource.getScopeSpansList().stream())
				.flatMap((scope) -> scope.getSpansList().stream())
				.toList();
		}

		@Override
		void describe(Consumer<Description> consumer) {
			this.request.getResourceSpansList()
				.forEach((resource) -> resource.getScopeSpansList()
					.forEach((scope) -> scope.getSpansList()
						.forEach((span) -> consumer.accept(describe(resource.getResource(), span)))));
		}

		private static Description describe(Resource resource, Span span) {
			return new Description(resource, span.getName(), span.getTraceId(), span.getSpanId(),
					span.getStatus().getCode().name(), span.getEndTimeUnixNano() - span.getStartTimeUnixNano(),
					span.getAttributesList());
		}

	}

	private static final class Metrics extends OtlpRequest {

		private final ExportMetricsServiceRequest request;

		private Metrics(ExportMetricsServiceRequest request, int size) {
			super(Kind.METRICS, size);
			this.request = request;
		}

		@Override
		int resources() {
			return this.request.getResourceMetricsCount();
		}

		@Override
		long items() {
			return points((scope) -> true);
		}

		@Override
		long sdkDataPoints() {
			return points((scope) -> !scope.getScope().getName().isEmpty());
		}

		private long points(Predicate<ScopeMetrics> wanted) {
			return this.request.getResourceMetricsList()
				.stream()
				.flatMap((resource) -> resource.getScopeMetricsList().stream())
				.filter(wanted)
				.flatMap((scope) -> scope.getMetricsList().stream())
				.mapToLong(Metrics::points)
				.sum();
		}

		private static long points(Metric metric) {
			return switch (metric.getDataCase()) {
				case GAUGE -> metric.getGauge().getDataPointsCount();
				case SUM -> metric.getSum().getDataPointsCount();
				case HISTOGRAM -> metric.getHistogram().getDataPointsCount();
				case EXPONENTIAL_HISTOGRAM -> metric.getExponentialHistogram().getDataPointsCount();
				case SUMMARY -> metric.getSummary().getDataPointsCount();
				case DATA_NOT_SET -> 0;
			};
		}

		@Override
		void describe(Consumer<Description> consumer) {
			this.request.getResourceMetricsList()
				.forEach((resource) -> resource.getScopeMetricsList()
					.forEach((scope) -> scope.getMetricsList()
						.forEach((metric) -> consumer.accept(describe(resource.getResource(), metric)))));
		}

		private static Description describe(Resource resource, Metric metric) {
			return new Description(resource, metric.getName(), ByteString.EMPTY, ByteString.EMPTY,
					metric.getDataCase().name(), 0, List.of());
		}

	}

	private static final class Logs extends OtlpRequest {

		private final ExportLogsServiceRequest request;

		private Logs(ExportLogsServiceRequest request, int size) {
			super(Kind.LOGS, size);
			this.request = request;
		}

		@Override
		int resources() {
			return this.request.getResourceLogsCount();
		}

		@Override
		long items() {
			return this.request.getResourceLogsList()
				.stream()
				.flatMap((resource) -> resource.getScopeLogsList().stream())
				.mapToLong((scope) -> scope.getLogRecordsCount())
				.sum();
		}

		@Override
		void describe(Consumer<Description> consumer) {
			this.request.getResourceLogsList()
				.forEach((resource) -> resource.getScopeLogsList()
					.forEach((scope) -> scope.getLogRecordsList()
						.forEach((record) -> consumer.accept(describe(resource.getResource(), record)))));
		}

		private static Description describe(Resource resource, LogRecord record) {
			return new Description(resource, Description.text(record.getBody()), record.getTraceId(),
					record.getSpanId(), record.getSeverityText(), 0, record.getAttributesList());
		}

	}

}
