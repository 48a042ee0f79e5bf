package io.github.otlpboot.exporter;

import io.github.otlpboot.model.BatchSink;
import io.github.otlpboot.model.Signal;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;

/**
 * Creates the official OTLP exporters over a sink instead of a network. They need no HTTP
 * client library, do not retry, do not compress, and do not report metrics of their own:
 * those would count as exported what is only accepted.
 */
public final class SinkExporters {

	/**
	 * The builders require an endpoint; nothing ever connects to this one. Plain HTTP,
	 * because HTTPS would have the builder set up TLS.
	 */
	private static final String PLACEHOLDER = "http://localhost/in-process";

	private SinkExporters() {
	}

	/**
	 * Create a span exporter. An export succeeds when the sink has accepted at least a
	 * part of it, and fails with the reason when the sink has refused it; only the
	 * latter, and only now and then, is logged by the exporter. An export without spans
	 * succeeds and is not offered.
	 * @param sink takes the serialized requests; it is not closed by the exporter's
	 * shutdown
	 * @return a new exporter
	 */
	public static OtlpHttpSpanExporter spanExporter(BatchSink sink) {
		return OtlpHttpSpanExporter.builder()
			.setComponentLoader(loader(Signal.TRACES, sink))
			.setEndpoint(PLACEHOLDER)
			.setRetryPolicy(null)
			.setMeterProvider(MeterProvider.noop())
			.setMemoryMode(MemoryMode.REUSABLE_DATA)
			.build();
	}

	/**
	 * Create a metric exporter. An export succeeds and fails as that of
	 * {@link #spanExporter}; what has failed with delta temporality is not collected
	 * again by the SDK.
	 * @param sink takes the serialized requests; it is not closed by the exporter's
	 * shutdown
	 * @param temporality what the exporter answers to the SDK for each instrument
	 * @return a new exporter
	 */
	public static OtlpHttpMetricExporter metricExporter(BatchSink sink, Temporality temporality) {
		return OtlpHttpMetricExporter.builder()
			.setComponentLoader(loader(Signal.METRICS, sink))
			.setEndpoint(PLACEHOLDER)
			.setRetryPolicy(null)
			.setMeterProvider(MeterProvider.noop())
			.setMemoryMode(MemoryMode.REUSABLE_DATA)
			.setAggregationTemporalitySelector(selector(temporality))
			.build();
	}

	/**
	 * Create a log record exporter. An export succeeds and fails as that of
	 * {@link #spanExporter}.
	 * @param sink takes the serialized requests; it is not closed by the exporter's
	 * shutdown
	 * @return a new exporter
	 */
	public static OtlpHttpLogRecordExporter logRecordExporter(BatchSink sink) {
		return OtlpHttpLogRecordExporter.builder()
			.setComponentLoader(loader(Signal.LOGS, sink))
			.setEndpoint(PLACEHOLDER)
			.setRetryPolicy(null)
			.setMeterProvider(MeterProvider.noop())
			.setMemoryMode(MemoryMode.REUSABLE_DATA)
			.build();
	}

	// C43
	private static AggregationTemporalitySelector selector(Temporality temporality) {
		return switch (temporality) {
			case CUMULATIVE -> AggregationTemporalitySelector.alwaysCumulative();
			case DELTA -> AggregationTemporalitySelector.deltaPreferred();
			case LOWMEMORY -> AggregationTemporalitySelector.lowMemory();
		};
	}

	private static SinkComponentLoader loader(Signal signal, BatchSink sink) {
		return new SinkComponentLoader(new SinkHttpSender(signal, sink));
	}

}
