package io.github.otlpboot.sample.kill;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;

import io.github.otlpboot.model.Signal;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The sample under load, killed with {@code SIGKILL} twice, or {@code -Dkill.rounds=20}
 * times, in a row at random moments ({@code -Dkill.seed}). With {@code -Dkill.seconds=5}
 * a restart has to take what was left within that time.
 * <p>
 * What it has accepted, it tells after it has told the exporters; so the next process
 * must find at least that, and in the end as many different items have arrived as were
 * ever accepted.
 */
@Tag("processes")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class KillTests {

	private static final Duration TAKEN_WITHIN = Duration.ofSeconds(Integer.getInteger("kill.seconds", 120));

	/** The default of {@code otlp.forwarder.max-in-flight}. */
	private static final int MAX_IN_FLIGHT = 2;

	@TempDir
	private Path directory;

	private final DistinctCollector collector = new DistinctCollector();

	/** The last that was told of each signal. */
	private final Map<Signal, Told> told = new ConcurrentHashMap<>();

	/** What was delivered when a cursor was seen to be saved the last time but one. */
	private final Map<Signal, Long> saved = new ConcurrentHashMap<>();

	private final List<String> wrong = new CopyOnWriteArrayList<>();

	private long slowest;

	@Test
	@DisplayName("T1: the sample is killed again and again, and all that it had accepted arrives")
	void everythingAcceptedArrives() throws Exception {
		long seed = Long.getLong("kill.seed", 1);
		int rounds = Integer.getInteger("kill.rounds", 2);
		Random random = new Random(seed);
		System.out.printf("The sample under load, seed %d%n", seed);
		try (this.collector) {
			this.collector.start();
			for (int round = 0; round < rounds; round++) {
				boolean up = round % 2 == 1;
				if (!up) {
					this.collector.stop();
				}
				killOne(round, up, random);
				if (!up) {
					this.collector.start();
				}
			}
			end(rounds);
		}
	}

	private void killOne(int round, boolean up, Random random) throws Exception {
		Map<Signal, Told> before = new EnumMap<>(Signal.class);
		before.putAll(this.told);
		this.told.clear();
		Child child = start(round);
		try {
			// One in four is killed while it starts.
			if (round > 0 && random.nextInt(4) == 0) {
				pause(500 + random.nextInt(3000));
			}
			else {
				awaitReady(child);
				if (up) {
					awaitTaken(child);
				}
				pause(random.nextInt(4000));
			}
			// Half of the time nobody listens any more when it is killed.
			if (up && random.nextBoolean()) {
				this.collector.stop();
				pause(random.nextInt(1000));
				child.kill();
				this.collector.start();
			}
			child.kill();
		}
		finally {
			child.process().destroyForcibly();
		}
		checkFound(before);
		System.out.printf("  %d: collector %s, killed %s%n", round, up ? "up" : "down",
				this.told.isEmpty() ? "while it started" : this.told.values().stream().map(Told::summary).toList());
		before.forEach(this.told::putIfAbsent);
	}

	private void end(int round) throws Exception {
		Map<Signal, Told> before = new EnumMap<>(Signal.class);
		before.putAll(this.told);
		this.told.clear();
		Child child = start(round);
		try {
			awaitReady(child);
			awaitTaken(child);
			await("something new").atMost(Duration.ofMinutes(1))
				.until(() -> all((each) -> each.delivered() > each.acceptedEarlier()));
			child.end();
		}
		finally {
			child.process().destroyForcibly();
		}
		checkFound(before);
		assertThat(this.wrong).isEmpty();
		for (Signal signal : Signal.values()) {
			Told end = this.told.get(signal);
			long distinct = this.collector.distinct(signal);
			System.out.printf("  %s: %,d accepted, %,d arrived, %,d duplicates%n", signal.id(), end.accepted(),
					distinct, this.collector.received(signal) - distinct);
			assertThat(end.when()).isEqualTo(Told.When.ENDED);
			assertThat(end.lost()).as("lost " + signal.id()).isZero();
			assertThat(end.pending()).as("pending " + signal.id()).isZero();
			assertThat(end.delivered()).as("delivered " + signal.id()).isEqualTo(end.accepted());
			assertThat(distinct).as("different " + signal.id()).isEqualTo(end.accepted());
			assertThat(this.collector.received(signal, round)).as("what the last process sends, it sends once")
				.isEqualTo(end.delivered() - end.deliveredEarlier());
		}
		System.out.printf("  slowest restart to have delivered what was left: %d ms after it was ready%n",
				this.slowest);
	}

	private void awaitReady(Child child) {
		await("ready").atMost(Duration.ofMinutes(2))
			.until(() -> (this.told.size() == Signal.values().length && all((each) -> each.accepted() > 0))
					|| !child.reader().isAlive());
		assertThat(this.told).as("see %s", log()).isNotEmpty();
	}

	private void awaitTaken(Child child) {
		long start = System.nanoTime();
		await("what was left is taken").pollInterval(Duration.ofMillis(20))
			.atMost(TAKEN_WITHIN)
			.until(() -> all((each) -> each.delivered() >= each.acceptedEarlier()));
		this.slowest = Math.max(this.slowest, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
	}

	private boolean all(Predicate<Told> predicate) {
		return Stream.of(Signal.values()).map(this.told::get).allMatch(predicate);
	}

	/**
	 * What one process has accepted, the next one finds; what it had delivered when it
	 * saved its cursor the last time but one, the next one does not send again, but for
	 * what came in while an older request was under way.
	 */
	private void checkFound(Map<Signal, Told> before) {
		before.forEach((signal, last) -> {
			Told found = this.told.get(signal);
			if (found != null) {
				assertThat(found.acceptedEarlier()).as("accepted " + signal.id())
					.isGreaterThanOrEqualTo(last.accepted());
			}
		});
	}

	/** Belongs to the thread that reads. */
	private void note(Told next, Map<Signal, Long> lastSave) {
		Told previous = this.told.put(next.signal(), next);
		if (previous == null) {
			Long atLeast = this.saved.get(next.signal());
			long inFlight = MAX_IN_FLIGHT * this.collector.largest(next.signal());
			if (atLeast != null && next.deliveredEarlier() < atLeast - inFlight) {
				this.wrong.add("A cursor at " + atLeast + " was saved, and this is found: " + next);
			}
		}
		else if (next.newCursor()) {
			Long last = lastSave.put(next.signal(), next.delivered());
			if (last != null) {
				this.saved.put(next.signal(), last);
			}
		}
	}

	private static void pause(int millis) {
		LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
	}

	private Path log() {
		return this.directory.resolve("sample.log");
	}

	private Child start(int round) throws IOException {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx256m", "-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
				KilledApplication.class.getName(), "--server.port=0", "--sample.collector.port=0",
				"--sample.load.requests-per-second=100", "--otlp.forwarder.endpoint=" + this.collector.url(),
				"--otlp.forwarder.headers." + DistinctCollector.GENERATION + "=" + round,
				"--otlp.storage.directory=" + this.directory.resolve("storage"),
				"--management.otlp.metrics.export.step=1s")
			.redirectError(ProcessBuilder.Redirect.appendTo(log().toFile()))
			.start();
		Map<Signal, Long> lastSave = new EnumMap<>(Signal.class);
		Thread reader = new Thread(() -> read(process, lastSave), "ledgers");
		Child child = new Child(process, reader);
		reader.setDaemon(true);
		reader.start();
		return child;
	}

	private void read(Process process, Map<Signal, Long> lastSave) {
		try (BufferedReader lines = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				Told next = Told.parse(line);
				if (next != null) {
					note(next, lastSave);
				}
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * A running application.
	 *
	 * @param process its process
	 * @param reader reads what it tells
	 */
	private record Child(Process process, Thread reader) {

		/** SIGKILL. */
		void kill() throws InterruptedException {
			// Unlike the process, its handle does not throw away what is still in the
			// pipe.
			this.process.toHandle().destroyForcibly();
			awaitEnd();
		}

		void end() throws IOException, InterruptedException {
			this.process.getOutputStream().close();
			awaitEnd();
		}

		private void awaitEnd() throws InterruptedException {
			assertThat(this.process.waitFor(2, TimeUnit.MINUTES)).isTrue();
			this.reader.join(TimeUnit.MINUTES.toMillis(1));
		}

	}

}
