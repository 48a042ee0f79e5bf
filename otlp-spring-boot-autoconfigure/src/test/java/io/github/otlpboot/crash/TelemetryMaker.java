package io.github.otlpboot.crash;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

import io.github.otlpboot.exporter.SinkExporters;
import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.model.BatchSink;
import io.github.otlpboot.model.Signal;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;

/**
 * Makes spans, log records and data points with OpenTelemetry's SDK and the official
 * exporters, on a thread of its own, until it is closed. {@link #start()} and
 * {@link #close()} belong to one thread.
 */
final class TelemetryMaker implements AutoCloseable {

	/** Of spans and of log records, at most. */
	private static final int PER_SECOND = 1000;

	private static final int DATA_POINTS = 20;

	private final int generation;

	private final SdkTracerProvider tracers;

	private final SdkLoggerProvider loggers;

	private final SdkMeterProvider meters;

	private final AtomicLong dataPoints = new AtomicLong();

	private final Thread thread = new Thread(this::run, "maker");

	private volatile boolean closed;

	/**
	 * Create a maker.
	 * @param generation the number of the process
	 * @param sink takes what it makes
	 * @param announcer is told what was acknowledged
	 */
	TelemetryMaker(int generation, BatchSink sink, Announcer announcer) {
		this.generation = generation;
		this.tracers = SdkTracerProvider.builder()
			.addSpanProcessor(BatchSpanProcessor
				.builder(new AcknowledgingExporters.Spans(SinkExporters.spanExporter(sink), announcer))
				.setScheduleDelay(Duration.ofMillis(10))
				.build())
			.build();
		this.loggers = SdkLoggerProvider.builder()
			.addLogRecordProcessor(BatchLogRecordProcessor
				.builder(new AcknowledgingExporters.LogRecords(SinkExporters.logRecordExporter(sink), announcer))
				.setScheduleDelay(Duration.ofMillis(10))
				.build())
			.build();
		this.meters = SdkMeterProvider.builder()
			// The SDK's own, which nobody could recognize
			.registerView(InstrumentSelector.builder().setName("otel.sdk.*").build(),
					View.builder().setAggregation(Aggregation.drop()).build())
			.registerMetricReader(PeriodicMetricReader
				.builder(new AcknowledgingExporters.DataPoints(
						SinkExporters.metricExporter(sink, Temporality.CUMULATIVE), announcer))
				.setInterval(Duration.ofMillis(20))
				.build())
			.build();
	}

	void start() {
		this.meters.get("crash").gaugeBuilder("work").ofLongs().buildWithCallback(this::measure);
		this.thread.start();
	}

	private void measure(ObservableLongMeasurement measurement) {
		for (int i = 0; i < DATA_POINTS; i++) {
			long number = this.dataPoints.getAndIncrement();
			measurement.record(number, attributes(new Item(Signal.METRICS, this.generation, number)));
		}
	}

	private void run() {
		Tracer tracer = this.tracers.get("crash");
		Logger logger = this.loggers.get("crash");
		for (long number = 0; !this.closed; number++) {
			Item span = new Item(Signal.TRACES, this.generation, number);
			tracer.spanBuilder("work").setAllAttributes(attributes(span)).startSpan().end();
			Item log = new Item(Signal.LOGS, this.generation, number);
			logger.logRecordBuilder().setBody("work").setAllAttributes(attributes(log)).emit();
			LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) / PER_SECOND);
		}
	}

	private static Attributes attributes(Item item) {
		return Attributes.of(AcknowledgingExporters.ID, item.id(), AcknowledgingExporters.CHECK, item.check());
	}

	/**
	 * End, and have exported what was made.
	 */
	@Override
	public void close() {
		this.closed = true;
		try {
			this.thread.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.tracers.shutdown().join(10, TimeUnit.SECONDS);
		this.loggers.shutdown().join(10, TimeUnit.SECONDS);
		this.meters.shutdown().join(10, TimeUnit.SECONDS);
	}

}
