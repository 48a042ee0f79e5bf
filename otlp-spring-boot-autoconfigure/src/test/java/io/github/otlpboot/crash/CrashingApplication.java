package io.github.otlpboot.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import ch.qos.logback.classic.Level;
import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.WhenFull;
import io.github.otlpboot.forwarder.BatchSettings;
import io.github.otlpboot.forwarder.RetrySettings;
import io.github.otlpboot.forwarder.RouteSettings;
import io.github.otlpboot.forwarder.http.Compression;
import io.github.otlpboot.forwarder.http.HttpConnector;
import io.github.otlpboot.forwarder.http.HttpConnectorSettings;
import io.github.otlpboot.forwarder.http.HttpTransportSettings;
import io.github.otlpboot.forwarder.http.StatusPolicy;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.PipelineSettings;
import io.github.otlpboot.pipeline.PipelineTime;
import io.github.otlpboot.pipeline.RouteDefinition;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.pipeline.StoragePlan;
import io.github.otlpboot.pipeline.StorageStatus;
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.storage.SlotOwner;
import io.github.otlpboot.storage.StorageSettings;
import io.github.otlpboot.storage.WhenLogFull;
import io.github.otlpboot.testing.BreakerKind;
import org.slf4j.LoggerFactory;

/**
 * A process that is killed: a pipeline with its files, and telemetry as fast as it likes.
 * It says on its standard output what has happened, and ends as usual at the end of its
 * standard input.
 */
public final class CrashingApplication {

	/** The most items in one request. */
	static final int MAX_ITEMS = 200;

	static final int MAX_IN_FLIGHT = 2;

	/** The header that names the process. */
	static final String GENERATION = "generation";

	/** It is open: the milliseconds, the slot, and what was delivered before. */
	static final String OPEN = "open";

	/** A cursor is saved: the signal, and what was delivered by then. */
	static final String SAVED = "saved-";

	/** It makes a change of that name for the first time. */
	static final String CHANGED = "changed";

	/** It stands still: the change, the file, and the name of both. */
	static final String HALTED = "halted";

	/** It has ended: delivered, lost, and pending of each signal. */
	static final String ENDED = "ended";

	/** The command that lets a minute pass. */
	static final String MINUTE = "minute";

	private static final Duration INTERVAL = Duration.ofMillis(100);

	private final ChildSettings settings;

	private final Announcer announcer;

	private final HttpConnector connector;

	private final AtomicLong ahead = new AtomicLong();

	private final AtomicReference<Pipeline> pipeline = new AtomicReference<>();

	private CrashingApplication(ChildSettings settings, Announcer announcer, HttpConnector connector) {
		this.settings = settings;
		this.announcer = announcer;
		this.connector = connector;
	}

	public static void main(String[] args) throws IOException {
		PrintStream output = System.out;
		// Nothing but announcements on the standard output
		System.setOut(System.err);
		if (LoggerFactory.getLogger("ROOT") instanceof ch.qos.logback.classic.Logger root) {
			root.setLevel(Level.INFO);
		}
		try (HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC())) {
			new CrashingApplication(ChildSettings.of(args), new Announcer(output), connector).run();
		}
	}

	private void run() throws IOException {
		try (Pipeline created = create()) {
			long start = System.nanoTime();
			created.start();
			long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
			announceOpen(created, millis);
			this.pipeline.set(created);
			try (TelemetryMaker maker = new TelemetryMaker(this.settings.generation(), created, this.announcer)) {
				maker.start();
				obey();
			}
		}
		announceEnd(Objects.requireNonNull(this.pipeline.get()));
	}

	private void obey() throws IOException {
		BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
		for (String command = commands.readLine(); command != null; command = commands.readLine()) {
			if (command.equals(MINUTE)) {
				this.ahead.addAndGet(TimeUnit.SECONDS.toNanos(61));
			}
		}
	}

	private void announceOpen(Pipeline opened, long millis) {
		StorageStatus storage = Objects.requireNonNull(opened.status().storage());
		List<String> words = new ArrayList<>(
				List.of(String.valueOf(millis), String.valueOf(Path.of(storage.directory()).getFileName())));
		words.addAll(figures(opened, (ledger) -> ledger.routes().get(0).earlier().delivered()));
		this.announcer.say(OPEN, words);
	}

	private void announceEnd(Pipeline ended) {
		List<String> words = new ArrayList<>(figures(ended, (ledger) -> ledger.routes().get(0).delivered()));
		words.addAll(figures(ended, (ledger) -> ledger.routes().get(0).lostItems()));
		words.addAll(figures(ended, (ledger) -> ledger.routes().get(0).pending().items()));
		this.announcer.say(ENDED, words);
	}

	/**
	 * What is read after a cursor was saved is at least what was in it. The next cursor
	 * is made later, and so has at least what was announced here.
	 */
	private void announceSaved(Path file) {
		Pipeline saving = this.pipeline.get();
		if (saving != null && file.toString().endsWith(".cur")) {
			String signal = String.valueOf(Objects.requireNonNull(file.getParent()).getParent().getFileName());
			saving.ledgers()
				.stream()
				.filter((ledger) -> ledger.signal().id().equals(signal))
				.forEach((ledger) -> this.announcer.say(SAVED + signal,
						List.of(String.valueOf(ledger.routes().get(0).delivered()))));
		}
	}

	private static List<String> figures(Pipeline pipeline, Function<SignalLedger, Long> figure) {
		Map<Signal, Long> figures = new EnumMap<>(Signal.class);
		pipeline.ledgers().forEach((ledger) -> figures.put(ledger.signal(), figure.apply(ledger)));
		return figures.values().stream().map(String::valueOf).toList();
	}

	private Pipeline create() {
		PipelineTime time = new PipelineTime(Clock.systemUTC(), () -> System.nanoTime() + this.ahead.get(), () -> 0.5);
		LogSettings log = new LogSettings(256 << 20, Duration.ofHours(1), 64 << 10, Duration.ofMinutes(1), 0,
				WhenLogFull.REJECT, Duration.ZERO, this.settings.fsync(), INTERVAL);
		Map<Signal, LogSettings> logs = new EnumMap<>(Signal.class);
		List<RouteDefinition> routes = new ArrayList<>();
		for (Signal signal : Signal.values()) {
			logs.put(signal, log);
			routes.add(route(signal, time));
		}
		HaltingDisk disk = new HaltingDisk(this.settings.haltAt(), this.settings.haltOn(),
				(name) -> this.announcer.say(CHANGED, List.of(name)),
				(change, file) -> this.announcer.say(HALTED,
						List.of(change, String.valueOf(file.getFileName()), HaltingDisk.name(change, file))),
				this::announceSaved);
		StorageSettings storage = new StorageSettings(this.settings.directory(),
				SlotOwner.of(this.settings.application(), List.of()), logs);
		return new Pipeline(new PipelineSettings(new BufferLimits(100_000, 16 << 20), WhenFull.REJECT,
				Duration.ofSeconds(30), new StoragePlan(storage, true, disk)), routes, time);
	}

	private RouteDefinition route(Signal signal, PipelineTime time) {
		RetrySettings retry = new RetrySettings(Duration.ofMillis(5), Duration.ofMillis(50), 1.5, 0.5);
		RouteSettings route = new RouteSettings(new BatchSettings(MAX_ITEMS, 256 << 10, Duration.ofMillis(10)), retry,
				Duration.ofSeconds(10), MAX_IN_FLIGHT, null);
		HttpTransportSettings transport = new HttpTransportSettings(
				this.settings.collector().resolve("/v1/" + signal.id()),
				Map.of(GENERATION, String.valueOf(this.settings.generation())), Compression.GZIP, StatusPolicy.DEFAULT,
				HttpTransportSettings.DEFAULT_USER_AGENT);
		CircuitBreakerSettings breaker = new CircuitBreakerSettings(5, Duration.ofMillis(20), Duration.ofMillis(100), 1,
				Duration.ofSeconds(10));
		return new RouteDefinition("default", signal, "collector", "test", this.connector.transport(transport),
				BreakerKind.SINGLE_LOCK.create(breaker, time.clock(), time.nanos()), route);
	}

}
