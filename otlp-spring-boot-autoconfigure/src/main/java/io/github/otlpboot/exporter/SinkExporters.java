package io.github.otlpboot.exporter;

import io.github.otlpboot.model.BatchSink;
import io.github.otlpboot.model.Signal;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.common.export.MemoryMode;

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

	private static SinkComponentLoader loader(Signal signal, BatchSink sink) {
		return new SinkComponentLoader(new SinkHttpSender(signal, sink));
	}

}
