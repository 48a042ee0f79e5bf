package io.github.otlpboot.crash;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;

import io.github.otlpboot.model.Signal;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentSelector;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.View;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;

/**
 * Threads of an application that make telemetry with the exporters of the starter, most
 * of it in batches and some of it on the spot, and that get interrupted meanwhile.
 * {@link #start()}, {@link #pause()} and {@link #resume()} belong to one thread.
 */
final class SoakLoad {

	/** The name of its metric. */
	static final String WORK = "soak.work";

	private static final int THREADS = 4;

	/** Of spans and of log records, for each thread, at most. */
	private static final int PER_SECOND = 60;

	/** One in so many does not wait for company. */
	private static final int ON_THE_SPOT = 10;

	private static final int DATA_POINTS = 20;

	private final int generation;

	private final AtomicLong spans = new AtomicLong();

	private final AtomicLong logs = new AtomicLong();

	private final AtomicLong dataPoints = new AtomicLong();

	private final List<Thread> threads = new ArrayList<>();

	private final SdkTracerProvider batchedSpans;

	private final SdkTracerProvider singleSpans;

	private final SdkLoggerProvider batchedLogs;

	private final SdkLoggerProvider singleLogs;

	private final SdkMeterProvider meters;

	/** Shared by those who make something. */
	private final ReentrantReadWriteLock making = new ReentrantReadWriteLock();

	private volatile boolean paused;

	SoakLoad(int generation, SpanExporter spanExporter, LogRecordExporter logExporter, MetricExporter metricExporter,
			Announcer announcer) {
		this.generation = generation;
		AcknowledgingExporters.Spans spanSink = new AcknowledgingExporters.Spans(spanExporter, announcer);
		AcknowledgingExporters.LogRecords logSink = new AcknowledgingExporters.LogRecords(logExporter, announcer);
		this.batchedSpans = SdkTracerProvider.builder()
			.addSpanProcessor(BatchSpanProcessor.builder(spanSink).setScheduleDelay(Duration.ofMillis(50)).build())
			.build();
		this.singleSpans = SdkTracerProvider.builder().addSpanProcessor(SimpleSpanProcessor.create(spanSink)).build();
		this.batchedLogs = SdkLoggerProvider.builder()
			.addLogRecordProcessor(
					BatchLogRecordProcessor.builder(logSink).setScheduleDelay(Duration.ofMillis(50)).build())
			.build();
		this.singleLogs = SdkLoggerProvider.builder()
			.addLogRecordProcessor(SimpleLogRecordProcessor.create(logSink))
			.build();
		this.meters = SdkMeterProvider.builder()
			// The SDK's own, which nobody could recognize
			.registerView(InstrumentSelector.builder().setName("otel.sdk.*").build(),
					View.builder().setAggregation(Aggregation.drop()).build())
			.registerMetricReader(
					PeriodicMetricReader.builder(new AcknowledgingExporters.DataPoints(metricExporter, announcer))
						.setInterval(Duration.ofMillis(100))
						.build())
			.build();
	}

	void start() {
		this.meters.get("soak").gaugeBuilder(WORK).ofLongs().buildWithCallback(this::measure);
		for (int i = 0; i < THREADS; i++) {
			this.threads.add(start("application-" + i, this::work));
		}
		start("interrupter", this::interrupt);
	}

	private static Thread start(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	/**
	 * Make nothing until {@link #resume()}, and wait until what was made is exported.
	 */
	void pause() {
		this.paused = true;
		// Nobody is in the middle of something any more
		this.making.writeLock().lock();
		this.making.writeLock().unlock();
		CompletableResultCode.ofAll(List.of(this.batchedSpans.forceFlush(), this.singleSpans.forceFlush(),
				this.batchedLogs.forceFlush(), this.singleLogs.forceFlush()))
			.join(10, TimeUnit.SECONDS);
		// Fails while an export is under way
		for (int i = 0; i < 500 && !this.meters.forceFlush().join(10, TimeUnit.SECONDS).isSuccess(); i++) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
		}
	}

	void resume() {
		this.paused = false;
	}

	private void measure(ObservableLongMeasurement measurement) {
		for (int i = 0; i < DATA_POINTS && !this.paused; i++) {
			long number = this.dataPoints.getAndIncrement();
			measurement.record(number, attributes(new Item(Signal.METRICS, this.generation, number)));
		}
	}

	private void work() {
		Tracer batchedTracer = this.batchedSpans.get("soak");
		Tracer singleTracer = this.singleSpans.get("soak");
		Logger batchedLogger = this.batchedLogs.get("soak");
		Logger singleLogger = this.singleLogs.get("soak");
		for (long round = 0; true; round++) {
			boolean single = round % ON_THE_SPOT == 0;
			this.making.readLock().lock();
			try {
				if (!this.paused) {
					make(single ? singleTracer : batchedTracer, single ? singleLogger : batchedLogger);
				}
			}
			finally {
				this.making.readLock().unlock();
			}
			if (round % 3 == 0) {
				// Work goes on with the flag set now and then
				Thread.interrupted();
			}
			LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1) / PER_SECOND);
		}
	}

	private void make(Tracer tracer, Logger logger) {
		Item span = new Item(Signal.TRACES, this.generation, this.spans.getAndIncrement());
		tracer.spanBuilder("work").setAllAttributes(attributes(span)).startSpan().end();
		Item log = new Item(Signal.LOGS, this.generation, this.logs.getAndIncrement());
		logger.logRecordBuilder().setBody("work").setAllAttributes(attributes(log)).emit();
	}

	private void interrupt() {
		Random random = new Random(this.generation);
		while (true) {
			LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(100)));
			this.threads.get(random.nextInt(THREADS)).interrupt();
		}
	}

	private static Attributes attributes(Item item) {
		return Attributes.of(AcknowledgingExporters.ID, item.id(), AcknowledgingExporters.CHECK, item.check());
	}

}
