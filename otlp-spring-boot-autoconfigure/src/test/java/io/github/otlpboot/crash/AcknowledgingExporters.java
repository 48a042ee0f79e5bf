package io.github.otlpboot.crash;

import java.util.Collection;
import java.util.List;

import io.github.otlpboot.model.Signal;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/**
 * Exporters that say what another one has acknowledged, as soon as it has.
 */
final class AcknowledgingExporters {

	static final AttributeKey<String> ID = AttributeKey.stringKey("id");

	static final AttributeKey<String> CHECK = AttributeKey.stringKey("check");

	/** The first word of what is said; the signal and ids follow. */
	static final String ACKNOWLEDGED = "acknowledged-";

	private AcknowledgingExporters() {
	}

	private static CompletableResultCode announce(CompletableResultCode code, Announcer announcer, Signal signal,
			List<String> ids) {
		return code.whenComplete(() -> {
			if (code.isSuccess()) {
				announcer.say(ACKNOWLEDGED + signal.id(), ids);
			}
		});
	}

	/**
	 * For spans.
	 *
	 * @param exporter the exporter
	 * @param announcer is told
	 */
	record Spans(SpanExporter exporter, Announcer announcer) implements SpanExporter {

		@Override
		public CompletableResultCode export(Collection<SpanData> spans) {
			List<String> ids = spans.stream().map((span) -> String.valueOf(span.getAttributes().get(ID))).toList();
			return announce(this.exporter.export(spans), this.announcer, Signal.TRACES, ids);
		}

		@Override
		public CompletableResultCode flush() {
			return this.exporter.flush();
		}

		@Override
		public CompletableResultCode shutdown() {
			return this.exporter.shutdown();
		}

	}

	/**
	 * For log records.
	 *
	 * @param exporter the exporter
	 * @param announcer is told
	 */
	record LogRecords(LogRecordExporter exporter, Announcer announcer) implements LogRecordExporter {

		@Override
		public CompletableResultCode export(Collection<LogRecordData> logs) {
			List<String> ids = logs.stream().map((log) -> String.valueOf(log.getAttributes().get(ID))).toList();
			return announce(this.exporter.export(logs), this.announcer, Signal.LOGS, ids);
		}

		@Override
		public CompletableResultCode flush() {
			return this.exporter.flush();
		}

		@Override
		public CompletableResultCode shutdown() {
			return this.exporter.shutdown();
		}

	}

	/**
	 * For the data points of gauges.
	 *
	 * @param exporter the exporter
	 * @param announcer is told
	 */
	record DataPoints(MetricExporter exporter, Announcer announcer) implements MetricExporter {

		@Override
		public CompletableResultCode export(Collection<MetricData> metrics) {
			List<String> ids = metrics.stream()
				.flatMap((metric) -> metric.getLongGaugeData().getPoints().stream())
				.map((point) -> String.valueOf(point.getAttributes().get(ID)))
				.toList();
			return announce(this.exporter.export(metrics), this.announcer, Signal.METRICS, ids);
		}

		@Override
		public CompletableResultCode flush() {
			return this.exporter.flush();
		}

		@Override
		public CompletableResultCode shutdown() {
			return this.exporter.shutdown();
		}

		@Override
		public AggregationTemporality getAggregationTemporality(InstrumentType instrumentType) {
			return this.exporter.getAggregationTemporality(instrumentType);
		}

	}

}
