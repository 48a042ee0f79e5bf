package io.github.otlpboot.benchmark.request;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.otlpboot.benchmark.harness.RealSpans;
import io.github.otlpboot.exporter.SinkExporters;
import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.BatchSink;
import io.github.otlpboot.model.Signal;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;

/**
 * Makes one request of each signal with the SDK: 512 spans, 512 log records, or 512 data
 * points.
 */
final class RealRequests {

	private static final Duration NEVER = Duration.ofHours(1);

	private RealRequests() {
	}

	static byte[] make(Signal signal) {
		return switch (signal) {
			case TRACES -> RealSpans.serialize(RealSpans.make(RealSpans.BATCH));
			case METRICS -> metrics();
			case LOGS -> logs();
		};
	}

	private static byte[] logs() {
		Captured captured = new Captured();
		try (SdkLoggerProvider provider = SdkLoggerProvider.builder()
			.addLogRecordProcessor(BatchLogRecordProcessor.builder(SinkExporters.logRecordExporter(captured))
				.setMaxExportBatchSize(RealSpans.BATCH)
				.setScheduleDelay(NEVER)
				.build())
			.build()) {
			Logger logger = provider.get("com.example.shop.OrderController");
			for (int i = 0; i < RealSpans.BATCH; i++) {
				logger.logRecordBuilder()
					.setSeverity((i % 10 == 0) ? Severity.WARN : Severity.INFO)
					.setSeverityText((i % 10 == 0) ? "WARN" : "INFO")
					.setBody("Order " + (100_000 + i) + " of customer " + i * 7 + " was accepted after " + i + " ms")
					.setAttribute(AttributeKey.stringKey("thread.name"), "http-nio-8080-exec-" + i % 10)
					.setAttribute(AttributeKey.stringKey("http.route"), "/orders/{id}")
					.setAttribute(AttributeKey.longKey("customer"), i * 7L)
					.emit();
			}
			provider.forceFlush().join(10, TimeUnit.SECONDS);
		}
		return captured.request;
	}

	private static byte[] metrics() {
		Captured captured = new Captured();
		try (SdkMeterProvider provider = SdkMeterProvider.builder()
			.registerMetricReader(
					PeriodicMetricReader.builder(SinkExporters.metricExporter(captured, Temporality.CUMULATIVE))
						.setInterval(NEVER)
						.build())
			.build()) {
			Meter meter = provider.get("org.springframework.boot");
			for (int metric = 0; metric < 8; metric++) {
				DoubleHistogram durations = meter.histogramBuilder("http.server.request.duration." + metric).build();
				LongCounter sizes = meter.counterBuilder("http.server.request.body.size." + metric).build();
				for (int point = 0; point < 32; point++) {
					Attributes attributes = Attributes.of(AttributeKey.stringKey("http.route"), "/orders/" + point,
							AttributeKey.stringKey("http.request.method"), "GET",
							AttributeKey.longKey("http.response.status_code"), 200L);
					durations.record(0.001 * point, attributes);
					sizes.add(point, attributes);
				}
			}
			provider.forceFlush().join(10, TimeUnit.SECONDS);
		}
		return captured.request;
	}

	/**
	 * Keeps the first request.
	 */
	private static final class Captured implements BatchSink {

		private volatile byte[] request = {};

		@Override
		public CompletableFuture<AcceptResult> accept(Batch batch) {
			if (this.request.length == 0) {
				byte[] copy = new byte[batch.size()];
				batch.payload().asByteBuffer().get(copy);
				this.request = copy;
			}
			batch.payload().release();
			return CompletableFuture.completedFuture(AcceptResult.accepted(batch.items()));
		}

	}

}
