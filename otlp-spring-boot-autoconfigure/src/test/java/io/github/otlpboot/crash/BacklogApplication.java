package io.github.otlpboot.crash;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import ch.qos.logback.classic.Level;
import com.google.protobuf.MessageLite;
import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.WhenFull;
import io.github.otlpboot.forwarder.BatchSettings;
import io.github.otlpboot.forwarder.RetrySettings;
import io.github.otlpboot.forwarder.RouteSettings;
import io.github.otlpboot.forwarder.http.HttpConnector;
import io.github.otlpboot.forwarder.http.HttpConnectorSettings;
import io.github.otlpboot.forwarder.http.HttpTransportSettings;
import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.PipelineSettings;
import io.github.otlpboot.pipeline.PipelineTime;
import io.github.otlpboot.pipeline.RouteDefinition;
import io.github.otlpboot.pipeline.StoragePlan;
import io.github.otlpboot.storage.FsyncPolicy;
import io.github.otlpboot.storage.LocalDisk;
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.storage.SlotOwner;
import io.github.otlpboot.storage.StorageSettings;
import io.github.otlpboot.storage.WhenLogFull;
import io.github.otlpboot.testing.BreakerKind;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import org.slf4j.LoggerFactory;

/**
 * A process that stores a large backlog and waits to be killed, or delivers what it
 * finds. It says on its standard output how much of its heap is in use after a
 * collection, and how long it took.
 * <p>
 * Each item carries its number in its time, and text that takes the place of attributes.
 */
public final class BacklogApplication {

	/** All is stored: the bytes, the milliseconds, and the items of each signal. */
	static final String STORED = "stored";

	/** Nothing is left: the bytes, the milliseconds, and the items of each signal. */
	static final String DRAINED = "drained";

	/** The heap in use: the bytes. */
	static final String HEAP = "heap";

	static final int ITEMS = 16;

	private static final int TEXT = 4096;

	private static final int SAMPLES = 16;

	private final Pipeline pipeline;

	private final Announcer announcer;

	private final String text;

	private BacklogApplication(Pipeline pipeline, Announcer announcer) {
		this.pipeline = pipeline;
		this.announcer = announcer;
		StringBuilder random = new StringBuilder();
		new Random(1).ints(1 << 16).forEach((bits) -> random.append(Integer.toHexString(bits)));
		this.text = random.toString();
	}

	public static void main(String[] args) throws Exception {
		PrintStream output = System.out;
		// Nothing but announcements on the standard output
		System.setOut(System.err);
		if (LoggerFactory.getLogger("ROOT") instanceof ch.qos.logback.classic.Logger root) {
			root.setLevel(Level.INFO);
		}
		try (HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC());
				Pipeline pipeline = create(Path.of(args[0]), URI.create(args[1]), connector)) {
			BacklogApplication application = new BacklogApplication(pipeline, new Announcer(output));
			pipeline.start();
			if (args.length > 2) {
				application.store(Long.parseLong(args[2]));
				while (System.in.read() != -1) {
					// Whatever it is told.
				}
			}
			else {
				application.drain();
			}
		}
	}

	private void store(long bytes) {
		long start = System.nanoTime();
		long stored = 0;
		long sampled = 0;
		long first = 0;
		for (; stored < bytes; first += ITEMS) {
			List<CompletableFuture<AcceptResult>> results = new ArrayList<>();
			for (Signal signal : Signal.values()) {
				byte[] request = request(signal, first).toByteArray();
				stored += request.length;
				results.add(this.pipeline.accept(new Batch(signal, Payload.of(request), ITEMS)));
			}
			if (!results.stream().map(CompletableFuture::join).allMatch(AcceptResult::isAccepted)) {
				throw new IllegalStateException("Refused: " + results);
			}
			if (stored - sampled > bytes / SAMPLES) {
				sampled = stored;
				sampleHeap();
			}
		}
		announce(STORED, stored, System.nanoTime() - start, first);
	}

	private void drain() {
		long start = System.nanoTime();
		long backlog = pending();
		long sampled = backlog;
		long items = items();
		for (long pending = backlog; pending > 0; pending = pending()) {
			if (sampled - pending > backlog / SAMPLES) {
				sampled = pending;
				sampleHeap();
			}
			LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
		}
		announce(DRAINED, backlog, System.nanoTime() - start, items);
	}

	private long pending() {
		return this.pipeline.ledgers().stream().mapToLong((ledger) -> ledger.routes().get(0).pending().bytes()).sum();
	}

	private long items() {
		return this.pipeline.ledgers().get(0).accepted();
	}

	private void sampleHeap() {
		System.gc();
		// As of the collection: other threads have made more since.
		long used = ManagementFactory.getMemoryPoolMXBeans()
			.stream()
			.filter((pool) -> pool.getType() == MemoryType.HEAP)
			.map(MemoryPoolMXBean::getCollectionUsage)
			.filter(Objects::nonNull)
			.mapToLong(MemoryUsage::getUsed)
			.sum();
		this.announcer.say(HEAP, List.of(String.valueOf(used)));
	}

	private void announce(String what, long bytes, long nanos, long items) {
		this.announcer.say(what, List.of(String.valueOf(bytes), String.valueOf(TimeUnit.NANOSECONDS.toMillis(nanos)),
				String.valueOf(items)));
	}

	private MessageLite request(Signal signal, long first) {
		return switch (signal) {
			case TRACES -> traces(first);
			case METRICS -> metrics(first);
			case LOGS -> logs(first);
		};
	}

	private MessageLite traces(long first) {
		ScopeSpans.Builder scope = ScopeSpans.newBuilder();
		for (long number = first; number < first + ITEMS; number++) {
			scope.addSpans(Span.newBuilder().setStartTimeUnixNano(number).setName(text(number)));
		}
		return ExportTraceServiceRequest.newBuilder()
			.addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
			.build();
	}

	private MessageLite metrics(long first) {
		ScopeMetrics.Builder scope = ScopeMetrics.newBuilder();
		for (long number = first; number < first + ITEMS; number++) {
			scope.addMetrics(Metric.newBuilder()
				.setDescription(text(number))
				.setGauge(Gauge.newBuilder().addDataPoints(NumberDataPoint.newBuilder().setTimeUnixNano(number))));
		}
		return ExportMetricsServiceRequest.newBuilder()
			.addResourceMetrics(ResourceMetrics.newBuilder().addScopeMetrics(scope))
			.build();
	}

	private MessageLite logs(long first) {
		ScopeLogs.Builder scope = ScopeLogs.newBuilder();
		for (long number = first; number < first + ITEMS; number++) {
			scope.addLogRecords(LogRecord.newBuilder()
				.setTimeUnixNano(number)
				.setBody(AnyValue.newBuilder().setStringValue(text(number))));
		}
		return ExportLogsServiceRequest.newBuilder()
			.addResourceLogs(ResourceLogs.newBuilder().addScopeLogs(scope))
			.build();
	}

	private String text(long number) {
		int offset = (int) (number * 4099 % (this.text.length() - TEXT));
		return this.text.substring(offset, offset + TEXT);
	}

	private static Pipeline create(Path directory, URI collector, HttpConnector connector) {
		PipelineTime time = new PipelineTime(Clock.systemUTC(), System::nanoTime, () -> 0.5);
		LogSettings log = new LogSettings((2L << 30) / Signal.values().length, Duration.ofHours(24), 8 << 20,
				Duration.ofMinutes(10), 0, WhenLogFull.REJECT, Duration.ZERO, FsyncPolicy.INTERVAL,
				Duration.ofSeconds(1));
		Map<Signal, LogSettings> logs = new EnumMap<>(Signal.class);
		List<RouteDefinition> routes = new ArrayList<>();
		for (Signal signal : Signal.values()) {
			logs.put(signal, log);
			// With more than one under way, a receiver may see them in another order.
			RouteSettings settings = new RouteSettings(BatchSettings.DEFAULTS, RetrySettings.DEFAULTS,
					Duration.ofSeconds(30), 1, null);
			routes.add(new RouteDefinition("default", signal, "collector", "test",
					connector.transport(HttpTransportSettings.of(collector.resolve("/v1/" + signal.id()))),
					BreakerKind.SINGLE_LOCK.create(CircuitBreakerSettings.DEFAULTS, time.clock(), time.nanos()),
					settings));
		}
		StorageSettings storage = new StorageSettings(directory, SlotOwner.of("backlog", List.of()), logs);
		return new Pipeline(new PipelineSettings(new BufferLimits(100_000, 8 << 20), WhenFull.REJECT,
				Duration.ofSeconds(30), new StoragePlan(storage, true, new LocalDisk())), routes, time);
	}

}
