package io.github.otlpboot.testing;

import java.util.List;
import java.util.Map;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * A request that an {@link OtlpTestServer} has received whole.
 *
 * @param connection the number of the connection, starting at 1
 * @param method the HTTP method
 * @param path the path with the query
 * @param headers the headers, whose names are in lower case; the values of a repeated one
 * are joined by {@code ", "}
 * @param rawBody the body as it came
 * @param body the body after decompression
 * @param message the body parsed by the path, {@code null} if the path is none of OTLP's
 * or the body is malformed
 */
public record OtlpTestRequest(int connection, String method, String path, Map<String, String> headers, byte[] rawBody,
		byte[] body, Message message) {

	/**
	 * Return a header.
	 * @param name the name in lower case
	 * @return the value, or {@code null}
	 */
	public String header(String name) {
		return this.headers.get(name);
	}

	/**
	 * Return the spans of a trace request.
	 * @return the spans in order, none if this is no trace request
	 */
	public List<Span> spans() {
		if (this.message instanceof ExportTraceServiceRequest request) {
			return request.getResourceSpansList()
				.stream()
				.flatMap((resource) -> resource.getScopeSpansList().stream())
				.flatMap((scope) -> scope.getSpansList().stream())
				.toList();
		}
		return List.of();
	}

	/**
	 * Return the metrics of a metrics request.
	 * @return the metrics in order, none if this is no metrics request
	 */
	public List<Metric> metrics() {
		if (this.message instanceof ExportMetricsServiceRequest request) {
			return request.getResourceMetricsList()
				.stream()
				.flatMap((resource) -> resource.getScopeMetricsList().stream())
				.flatMap((scope) -> scope.getMetricsList().stream())
				.toList();
		}
		return List.of();
	}

	/**
	 * Return the log records of a logs request.
	 * @return the log records in order, none if this is no logs request
	 */
	public List<LogRecord> logRecords() {
		if (this.message instanceof ExportLogsServiceRequest request) {
			return request.getResourceLogsList()
				.stream()
				.flatMap((resource) -> resource.getScopeLogsList().stream())
				.flatMap((scope) -> scope.getLogRecordsList().stream())
				.toList();
		}
		return List.of();
	}

}
