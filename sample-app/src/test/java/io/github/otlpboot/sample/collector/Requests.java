package io.github.otlpboot.sample.collector;

import java.nio.ByteBuffer;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.ArrayValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.metrics.v1.Summary;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * Requests to send to a collector.
 */
final class Requests {

	private Requests() {
	}

	static ByteString traceId(long number) {
		return ByteString.copyFrom(ByteBuffer.allocate(16).putLong(1).putLong(number).flip());
	}

	static ByteString spanId(long number) {
		return ByteString.copyFrom(ByteBuffer.allocate(8).putLong(number).flip());
	}

	/**
	 * Return a request.
	 * @param first the number of the first span
	 * @param count how many spans there are, with consecutive numbers
	 * @return the request's bytes
	 */
	static byte[] spans(long first, int count) {
		ScopeSpans.Builder scope = ScopeSpans.newBuilder();
		for (long number = first; number < first + count; number++) {
			scope.addSpans(span(number));
		}
		return traces(scope);
	}

	static Span.Builder span(long number) {
		return Span.newBuilder()
			.setName("span-" + number)
			.setTraceId(traceId(number))
			.setSpanId(spanId(number))
			.setStartTimeUnixNano(1_000_000)
			.setEndTimeUnixNano(3_500_000)
			.addAttributes(attribute("text", AnyValue.newBuilder().setStringValue("value")))
			.addAttributes(attribute("number", AnyValue.newBuilder().setIntValue(number)));
	}

	static byte[] traces(ScopeSpans.Builder scope) {
		return ExportTraceServiceRequest.newBuilder()
			.addResourceSpans(ResourceSpans.newBuilder().setResource(resource()).addScopeSpans(scope))
			.build()
			.toByteArray();
	}

	/**
	 * Return one metric of each kind, with one to five points, and one without any.
	 * @return a request of 15 data points
	 */
	static byte[] metrics() {
		Gauge.Builder gauge = Gauge.newBuilder().addDataPoints(NumberDataPoint.newBuilder().setAsInt(1));
		Sum.Builder sum = Sum.newBuilder();
		Histogram.Builder histogram = Histogram.newBuilder();
		ExponentialHistogram.Builder exponential = ExponentialHistogram.newBuilder();
		Summary.Builder summary = Summary.newBuilder();
		for (int i = 0; i < 5; i++) {
			if (i < 2) {
				sum.addDataPoints(NumberDataPoint.newBuilder().setAsDouble(1.5));
			}
			if (i < 3) {
				histogram.addDataPoints(HistogramDataPoint.newBuilder().setCount(1));
			}
			if (i < 4) {
				exponential.addDataPoints(ExponentialHistogramDataPoint.newBuilder().setCount(1));
			}
			summary.addDataPoints(SummaryDataPoint.newBuilder().setCount(1));
		}
		ScopeMetrics.Builder scope = ScopeMetrics.newBuilder()
			.addMetrics(Metric.newBuilder().setName("gauge").setGauge(gauge))
			.addMetrics(Metric.newBuilder().setName("sum").setSum(sum))
			.addMetrics(Metric.newBuilder().setName("histogram").setHistogram(histogram))
			.addMetrics(Metric.newBuilder().setName("exponential").setExponentialHistogram(exponential))
			.addMetrics(Metric.newBuilder().setName("summary").setSummary(summary))
			.addMetrics(Metric.newBuilder().setName("nothing"));
		return ExportMetricsServiceRequest.newBuilder()
			.addResourceMetrics(ResourceMetrics.newBuilder().setResource(resource()).addScopeMetrics(scope))
			.build()
			.toByteArray();
	}

	/**
	 * Return two log records.
	 * @return a request
	 */
	static byte[] logs() {
		ScopeLogs.Builder scope = ScopeLogs.newBuilder()
			.addLogRecords(LogRecord.newBuilder()
				.setBody(AnyValue.newBuilder().setStringValue("first"))
				.setSeverityText("INFO")
				.addAttributes(attribute("yes", AnyValue.newBuilder().setBoolValue(true)))
				.addAttributes(attribute("half", AnyValue.newBuilder().setDoubleValue(0.5)))
				.addAttributes(attribute("none", AnyValue.newBuilder()))
				.addAttributes(attribute("list", AnyValue.newBuilder().setArrayValue(ArrayValue.newBuilder()))))
			.addLogRecords(LogRecord.newBuilder().setBody(AnyValue.newBuilder().setStringValue("second")));
		return ExportLogsServiceRequest.newBuilder()
			.addResourceLogs(ResourceLogs.newBuilder().addScopeLogs(scope))
			.build()
			.toByteArray();
	}

	private static Resource resource() {
		return Resource.newBuilder()
			.addAttributes(attribute("service.name", AnyValue.newBuilder().setStringValue("shop")))
			.build();
	}

	static KeyValue attribute(String key, AnyValue.Builder value) {
		return KeyValue.newBuilder().setKey(key).setValue(value).build();
	}

}
