package io.github.otlpboot.benchmark.request;

import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.github.otlpboot.model.Signal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;

/**
 * Does with protobuf-java what the starter does without decoding.
 */
final class DecodedRequests {

	private DecodedRequests() {
	}

	static int count(Signal signal, byte[] request) throws InvalidProtocolBufferException {
		int items = 0;
		switch (signal) {
			case TRACES -> {
				for (ResourceSpans resource : ExportTraceServiceRequest.parseFrom(request).getResourceSpansList()) {
					for (ScopeSpans scope : resource.getScopeSpansList()) {
						items += scope.getSpansCount();
					}
				}
			}
			case METRICS -> {
				for (ResourceMetrics resource : ExportMetricsServiceRequest.parseFrom(request)
					.getResourceMetricsList()) {
					for (ScopeMetrics scope : resource.getScopeMetricsList()) {
						items += scope.getMetricsList().stream().mapToInt(DecodedRequests::points).sum();
					}
				}
			}
			case LOGS -> {
				for (ResourceLogs resource : ExportLogsServiceRequest.parseFrom(request).getResourceLogsList()) {
					for (ScopeLogs scope : resource.getScopeLogsList()) {
						items += scope.getLogRecordsCount();
					}
				}
			}
		}
		return items;
	}

	private static int points(Metric metric) {
		return metric.getSum().getDataPointsCount() + metric.getHistogram().getDataPointsCount()
				+ metric.getGauge().getDataPointsCount();
	}

	/**
	 * Halve a request of one resource and one scope: between spans, log records, or whole
	 * metrics, which is less than the starter does.
	 * @param signal the kind of request
	 * @param request the request
	 * @return two requests
	 * @throws InvalidProtocolBufferException if it is none
	 */
	static List<byte[]> halve(Signal signal, byte[] request) throws InvalidProtocolBufferException {
		return switch (signal) {
			case TRACES -> {
				ResourceSpans resource = ExportTraceServiceRequest.parseFrom(request).getResourceSpans(0);
				ScopeSpans scope = resource.getScopeSpans(0);
				yield halve(scope.getSpansList(),
						(spans) -> ExportTraceServiceRequest.newBuilder()
							.addResourceSpans(resource.toBuilder()
								.clearScopeSpans()
								.addScopeSpans(scope.toBuilder().clearSpans().addAllSpans(spans)))
							.build());
			}
			case METRICS -> {
				ResourceMetrics resource = ExportMetricsServiceRequest.parseFrom(request).getResourceMetrics(0);
				ScopeMetrics scope = resource.getScopeMetrics(0);
				yield halve(scope.getMetricsList(),
						(metrics) -> ExportMetricsServiceRequest.newBuilder()
							.addResourceMetrics(resource.toBuilder()
								.clearScopeMetrics()
								.addScopeMetrics(scope.toBuilder().clearMetrics().addAllMetrics(metrics)))
							.build());
			}
			case LOGS -> {
				ResourceLogs resource = ExportLogsServiceRequest.parseFrom(request).getResourceLogs(0);
				ScopeLogs scope = resource.getScopeLogs(0);
				yield halve(scope.getLogRecordsList(),
						(records) -> ExportLogsServiceRequest.newBuilder()
							.addResourceLogs(resource.toBuilder()
								.clearScopeLogs()
								.addScopeLogs(scope.toBuilder().clearLogRecords().addAllLogRecords(records)))
							.build());
			}
		};
	}

	private static <T> List<byte[]> halve(List<T> items, Function<List<T>, MessageLite> request) {
		int half = (items.size() + 1) / 2;
		IntFunction<byte[]> part = (from) -> request.apply(items.subList(from, (from == 0) ? half : items.size()))
			.toByteArray();
		return List.of(part.apply(0), part.apply(half));
	}

	static byte[] merge(Signal signal, List<byte[]> requests) throws InvalidProtocolBufferException {
		Parser<? extends MessageLite> parser = switch (signal) {
			case TRACES -> ExportTraceServiceRequest.parser();
			case METRICS -> ExportMetricsServiceRequest.parser();
			case LOGS -> ExportLogsServiceRequest.parser();
		};
		MessageLite.Builder merged = parser.parseFrom(requests.get(0)).toBuilder();
		for (byte[] request : requests.subList(1, requests.size())) {
			merged.mergeFrom(request);
		}
		return merged.build().toByteArray();
	}

}
