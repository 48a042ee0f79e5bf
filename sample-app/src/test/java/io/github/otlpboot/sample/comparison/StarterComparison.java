package io.github.otlpboot.sample.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.github.otlpboot.sample.collector.CollectorSettings;
import io.github.otlpboot.sample.collector.CollectorStatus;
import io.github.otlpboot.sample.collector.EmbeddedCollector;
import io.github.otlpboot.sample.collector.SignalCounts;
import io.github.otlpboot.sample.comparison.Figures.Burst;
import io.github.otlpboot.sample.comparison.Figures.Kill;
import io.github.otlpboot.sample.comparison.Figures.Outage;
import io.github.otlpboot.sample.comparison.Figures.Request;

import static org.awaitility.Awaitility.await;

/**
 * Gives the same work to an application with either starter. The collector lives here,
 * the application in a process of its own that is new for each measurement. Bursts are
 * measured one after the other; the outages and kills, which are idle for the most part,
 * at once.
 */
final class StarterComparison {

	static final int BURST = 50_000;

	static final int KILLED = 2000;

	private static final int REQUEST = 102;

	// Longer than any pause of either side: the breaker waits for 30 s at most before it
	// tries again
	private static final Duration LONGEST_QUIET = Duration.ofSeconds(40);

	private static final Duration KILL_QUIET = Duration.ofSeconds(15);

	private final Duration outage;

	private final Duration kill;

	private final Path logs;

	/**
	 * Create a comparison.
	 * @param outage how long the collector is away
	 * @param kill how long after its spans an application is killed
	 * @param logs where the logs of the applications go, and what they store
	 */
	StarterComparison(Duration outage, Duration kill, Path logs) {
		this.outage = outage;
		this.kill = kill;
		this.logs = logs;
	}

	/**
	 * Measure both.
	 * @return the figures
	 * @throws Exception if an application does not run
	 */
	Map<Starter, Figures> run() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(Starter.values().length);
		try {
			Map<Starter, Request> requests = new EnumMap<>(Starter.class);
			Map<Starter, Burst> bursts = new EnumMap<>(Starter.class);
			for (Starter starter : Starter.values()) {
				requests.put(starter, request(starter));
				bursts.put(starter, burst(starter));
			}
			Map<Starter, Outage> outages = atOnce(executor, this::outage);
			Map<Starter, Kill> kills = atOnce(executor, this::kill);
			Map<Starter, Figures> figures = new EnumMap<>(Starter.class);
			for (Starter starter : Starter.values()) {
				figures.put(starter, new Figures(value(bursts, starter), value(outages, starter), value(kills, starter),
						value(requests, starter)));
			}
			return figures;
		}
		finally {
			executor.shutdownNow();
		}
	}

	private static <T> Map<Starter, T> atOnce(ExecutorService executor, Measurement<T> measurement)
			throws InterruptedException, ExecutionException {
		List<Callable<T>> tasks = new ArrayList<>();
		for (Starter starter : Starter.values()) {
			tasks.add(() -> measurement.of(starter));
		}
		List<Future<T>> results = executor.invokeAll(tasks);
		Map<Starter, T> figures = new EnumMap<>(Starter.class);
		for (Starter starter : Starter.values()) {
			figures.put(starter, results.get(starter.ordinal()).get());
		}
		return figures;
	}

	private Burst burst(Starter starter) throws IOException {
		try (EmbeddedCollector collector = collector()) {
			long millis;
			try (ApplicationProcess application = application(starter, "burst", collector)) {
				millis = application.make(Workload.FLAT_OUT, BURST);
			}
			return new Burst(BURST, Duration.ofMillis(millis), collector.status().distinctSpans());
		}
	}

	private Outage outage(Starter starter) throws IOException {
		int made = Math.toIntExact(this.outage.toSeconds() * Workload.SPANS_PER_SECOND);
		Duration quiet = this.outage.plusSeconds(5);
		Duration bounded = (quiet.compareTo(LONGEST_QUIET) < 0) ? quiet : LONGEST_QUIET;
		try (EmbeddedCollector collector = collector()) {
			Arrivals arrivals;
			try (ApplicationProcess application = application(starter, "outage", collector)) {
				collector.stop();
				application.make(Workload.STEADY, made);
				collector.start();
				arrivals = new Arrivals(collector);
				await().atMost(Duration.ofMinutes(10)).until(() -> arrivals.ended(made, bounded));
			}
			return new Outage(made, collector.status().distinctSpans(), arrivals.last());
		}
	}

	private Kill kill(Starter starter) throws IOException {
		try (EmbeddedCollector collector = collector()) {
			collector.stop();
			String storage = storage("kill", starter);
			try (ApplicationProcess killed = start(starter, "kill", collector, storage)) {
				killed.make(Workload.FLAT_OUT, KILLED);
				await().pollDelay(this.kill).atMost(this.kill.plusMinutes(1)).until(() -> true);
				killed.kill();
			}
			collector.start();
			ApplicationProcess restarted = start(starter, "restart", collector, storage);
			try {
				Arrivals arrivals = new Arrivals(collector);
				await().atMost(Duration.ofMinutes(2)).until(() -> arrivals.ended(KILLED, KILL_QUIET));
			}
			finally {
				restarted.close();
			}
			return new Kill(KILLED, collector.status().distinctSpans());
		}
	}

	private Request request(Starter starter) throws IOException {
		try (EmbeddedCollector collector = collector()) {
			// One batch, however long it takes to make the spans
			try (ApplicationProcess application = application(starter, "request", collector,
					"--management.opentelemetry.tracing.export.schedule-delay=1m")) {
				application.make(Workload.NESTED, REQUEST);
			}
			CollectorStatus status = collector.status();
			SignalCounts traces = status.signals().get("traces");
			if (traces == null) {
				throw new IllegalStateException("No spans arrived");
			}
			return new Request(status.distinctSpans(), traces.requests(), traces.resources(), traces.bytes());
		}
	}

	private static EmbeddedCollector collector() throws IOException {
		EmbeddedCollector collector = new EmbeddedCollector(
				new CollectorSettings(0, 0, 2 * BURST, Duration.ZERO, Duration.ZERO));
		collector.start();
		return collector;
	}

	private ApplicationProcess application(Starter starter, String name, EmbeddedCollector collector, String... more)
			throws IOException {
		List<String> arguments = new ArrayList<>(List.of(more));
		arguments.add(storage(name, starter));
		return start(starter, name, collector, arguments.toArray(String[]::new));
	}

	/**
	 * Return the argument for a directory in which nothing has been stored before.
	 */
	private String storage(String name, Starter starter) throws IOException {
		Files.createDirectories(this.logs);
		Path directory = Files.createTempDirectory(this.logs.toAbsolutePath(), "storage-" + name + "-" + starter + "-");
		return "--otlp.storage.directory=" + directory;
	}

	private ApplicationProcess start(Starter starter, String name, EmbeddedCollector collector, String... more)
			throws IOException {
		List<String> arguments = new ArrayList<>(starter.arguments(collector.port()));
		arguments.addAll(List.of(more));
		return ApplicationProcess.start(arguments, this.logs.resolve(name + "-" + starter + ".log"));
	}

	private static <T> T value(Map<Starter, T> values, Starter starter) {
		T value = values.get(starter);
		if (value == null) {
			throw new IllegalStateException("Nothing measured for " + starter);
		}
		return value;
	}

	/**
	 * Measures one starter.
	 *
	 * @param <T> the type of the figures
	 */
	@FunctionalInterface
	private interface Measurement<T> {

		T of(Starter starter) throws IOException;

	}

}
