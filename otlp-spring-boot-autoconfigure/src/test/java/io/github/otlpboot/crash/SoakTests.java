package io.github.otlpboot.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

import io.github.otlpboot.autoconfigure.TransportType;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.FaultyDisk;
import io.github.otlpboot.testing.TcpFaultProxy;
import io.github.otlpboot.testing.TcpFaultProxy.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.convert.DurationStyle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application under load, while network, collector, disk and clock fail at random, its
 * threads are interrupted, and it is killed now and then in the first third of the time;
 * the last process lives through the rest, and must not grow. {@code -Dsoak.duration=30m}
 * makes it long, {@code -Dsoak.seed=4711} repeats the faults of another run, in their
 * order.
 */
@Tag("processes")
@Timeout(value = 2, unit = TimeUnit.HOURS)
class SoakTests {

	private static final Duration DURATION = DurationStyle.detectAndParse(System.getProperty("soak.duration", "12s"));

	private static final List<String> OPTIONS = List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
			"-XX:+ExitOnOutOfMemoryError");

	private static final Duration BETWEEN_KILLS = Duration.ofSeconds(30);

	private static final Duration TEN_YEARS = Duration.ofDays(3650);

	/** Fewer say nothing of growth. */
	private static final int MIN_SAMPLES = 4;

	private final long seed = Long.getLong("soak.seed",
			(System.getProperty("soak.duration") != null) ? System.nanoTime() & Integer.MAX_VALUE : 1);

	private final Random random = new Random(this.seed);

	private final TransportType type = TransportType.values()[(int) (this.seed % TransportType.values().length)];

	private final SoakOracle oracle = new SoakOracle();

	/** How often what has happened. */
	private final Map<String, Integer> faults = new TreeMap<>();

	private final List<SoakSample> samples = new ArrayList<>();

	private long start = System.nanoTime();

	@TempDir
	private Path directory;

	private SoakCollector collector;

	private TcpFaultProxy proxy;

	private ChildProcess child;

	private int generation = -1;

	/**
	 * What killed processes had counted as lost and the next ones did not know of,
	 * because it had never been on disk: it came while the disk failed.
	 */
	private final Map<Signal, Long> forgotten = new EnumMap<>(Signal.class);

	@AfterEach
	void tearDown() {
		if (this.child != null) {
			this.child.close();
		}
	}

	@Test
	@DisplayName("T38: whatever fails and however long, what was accepted arrives or is counted, and nothing grows")
	void nothingIsLostUncountedAndNothingGrows() throws Exception {
		System.out.printf("soak: seed %d, %s, %s%n", this.seed, this.type, DURATION);
		try (SoakCollector opened = new SoakCollector(this.type, this.oracle, this.random.nextLong());
				TcpFaultProxy before = TcpFaultProxy.open(opened.url())) {
			this.collector = opened;
			this.proxy = before;
			startChild();
			for (Signal signal : Signal.values()) {
				this.forgotten.put(signal, 0L);
			}
			run();
			this.child.end();
		}
		System.out.println("  " + this.oracle);
		System.out.println("  " + this.faults);
		checkGrowth(ofThisProcess());
	}

	private List<SoakSample> ofThisProcess() {
		return this.samples.stream().filter((sample) -> sample.generation() == this.generation).toList();
	}

	private void run() throws Exception {
		long kills = Math.max(1, DURATION.toSeconds() / 3 / BETWEEN_KILLS.toSeconds());
		Duration betweenKills = DURATION.dividedBy(3).dividedBy(kills);
		Duration betweenSamples = max(Duration.ofMillis(1500), DURATION.dividedBy(60));
		Duration sampled = elapsed();
		while (elapsed().compareTo(DURATION) < 0 || ofThisProcess().size() < MIN_SAMPLES) {
			trouble();
			if (this.generation < kills && elapsed().compareTo(betweenKills.multipliedBy(this.generation + 1)) > 0) {
				kill();
			}
			heal();
			if (elapsed().minus(sampled).compareTo(betweenSamples) > 0) {
				sample();
				sampled = elapsed();
			}
		}
		sample();
	}

	private static Duration max(Duration first, Duration second) {
		return (first.compareTo(second) > 0) ? first : second;
	}

	/**
	 * Return how long there has been a process under load.
	 * @return the time
	 */
	private Duration elapsed() {
		return Duration.ofNanos(System.nanoTime() - this.start);
	}

	private void startChild() throws IOException {
		long before = System.nanoTime();
		this.generation++;
		// Killed or not, a process may find the clock set, if not beyond what is kept
		long ahead = this.random.nextInt(7200) - 3600;
		this.child = ChildProcess.start(SoakApplication.class, OPTIONS,
				List.of(String.valueOf(this.generation), String.valueOf(ahead), "--spring.application.name=soak",
						"--spring.main.web-application-type=none", "--spring.main.banner-mode=off",
						"--otlp.forwarder.endpoint=" + this.proxy.url(), "--otlp.forwarder.transport=" + this.type,
						"--otlp.forwarder.timeout=1s", "--otlp.forwarder.connect-timeout=1s",
						"--otlp.forwarder.retry.initial-interval=20ms", "--otlp.forwarder.retry.max-interval=500ms",
						"--otlp.forwarder.circuit-breaker.wait-duration-in-open-state=50ms",
						"--otlp.forwarder.circuit-breaker.max-wait-duration-in-open-state=500ms",
						"--otlp.storage.directory=" + this.directory.resolve("storage"),
						"--otlp.storage.segment-size=256KB", "--otlp.storage.fsync-interval=200ms",
						"--otlp.exporter.metrics.interval=5s", "--logging.level.io.opentelemetry=ERROR"),
				this.directory.resolve("children.log"), this.oracle::announced);
		String millis = this.child.await(SoakApplication.OPEN).get(0);
		this.start += System.nanoTime() - before;
		System.out.printf("  %s: process %d opens in %s ms, its clock %d s ahead%n", elapsed(), this.generation, millis,
				ahead);
	}

	private void trouble() throws Exception {
		int count = 1 + this.random.nextInt(2);
		for (int i = 0; i < count; i++) {
			switch (this.random.nextInt(5)) {
				case 0, 1 -> new SoakNetwork(this.proxy, this.collector, this.random)
					.suffer(counted(any(SoakNetwork.Trouble.values())));
				case 2 -> this.collector.behave(counted(any(SoakCollector.Trouble.values())));
				case 3 -> this.child.say("disk " + counted(any(FaultyDisk.Fault.values())));
				default -> {
					counted("clock jump");
					this.child.say("clock " + (this.random.nextBoolean() ? 1 : -1) * TEN_YEARS.toSeconds());
				}
			}
		}
		hold(this.random.nextInt(1500));
	}

	private <T> T any(T[] all) {
		return all[this.random.nextInt(all.length)];
	}

	private <T> T counted(T what) {
		this.faults.merge(what.getClass().getName().replaceFirst(".*[.]", "") + " " + what, 1, Integer::sum);
		return what;
	}

	static void hold(int millis) {
		LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
	}

	private void heal() throws IOException {
		this.proxy.set(Fault.NONE);
		this.collector.behave(SoakCollector.Trouble.NONE);
		this.child.say("disk " + FaultyDisk.Fault.NONE);
	}

	/**
	 * Kill the process, in whatever trouble but that of its disk: what waits in memory
	 * because the disk has failed is lost, as is documented.
	 */
	private void kill() throws Exception {
		this.child.say("disk " + FaultyDisk.Fault.NONE);
		// Nothing is refused between what is announced and the end
		this.collector.behave(SoakCollector.Trouble.NONE);
		List<String> durable = durable();
		if (!isTrue(durable)) {
			// What a route took from memory while the disk failed stays there until it is
			// sent
			this.proxy.set(Fault.NONE);
			durable = durable();
		}
		assertThat(isTrue(durable)).as("everything is on disk again or delivered, seed " + this.seed).isTrue();
		hold(this.random.nextInt(300));
		this.child.kill();
		Map<Signal, Long> before = figures(durable);
		startChild();
		figures(this.child.announced(SoakApplication.OPEN))
			.forEach((signal, lost) -> this.forgotten.merge(signal, Math.max(0, before.get(signal) - lost), Long::sum));
	}

	private List<String> durable() throws Exception {
		this.child.forget(SoakApplication.DURABLE);
		this.child.say("durable");
		return this.child.await(SoakApplication.DURABLE);
	}

	private static boolean isTrue(List<String> words) {
		return Boolean.parseBoolean(words.get(0));
	}

	private static Map<Signal, Long> figures(List<String> words) {
		Map<Signal, Long> figures = new EnumMap<>(Signal.class);
		for (int i = 1; i < words.size(); i += 2) {
			figures.put(Signal.valueOf(words.get(i)), Long.valueOf(words.get(i + 1)));
		}
		return figures;
	}

	private void sample() throws Exception {
		this.child.forget(SoakApplication.SAMPLED);
		this.child.say("sample");
		SoakSample sample = SoakSample.of(this.generation, this.child.await(SoakApplication.SAMPLED),
				descriptors(this.child.pid()));
		System.out.printf("  %s: %s%n", elapsed(), sample);
		this.samples.add(sample);
		assertThat(sample.unbalanced()).as("ledgers that did not balance").isZero();
		assertThat(this.oracle.wrong()).isEmpty();
		for (SoakSample.Account account : sample.accounts()) {
			Signal signal = account.signal();
			String as = signal.id() + " of " + sample + ", seed " + this.seed;
			assertThat(account.pending()).as("pending " + as).isZero();
			assertThat(account.unexpected()).as("lost for reasons that there are not: " + as).isZero();
			assertThat(account.accepted()).as("accepted " + as)
				.isEqualTo(account.delivered() + account.refused() + account.lost());
			assertThat(account.acceptedHere()).as("accepted here " + as)
				.isGreaterThanOrEqualTo(this.oracle.acknowledged(signal, this.generation));
			assertThat(this.oracle.missing(signal)).as("missing and not counted " + as)
				.isLessThanOrEqualTo(account.refused() + account.lost() + this.forgotten.get(signal));
			assertThat(this.oracle.missingAndNotRefused(signal)).as("missing without a reason " + as)
				.isLessThanOrEqualTo(account.lost());
		}
		this.child.say("go");
	}

	private static int descriptors(long pid) throws IOException {
		try (Stream<Path> descriptors = Files.list(Path.of("/proc", String.valueOf(pid), "fd"))) {
			return (int) descriptors.count();
		}
	}

	private void checkGrowth(List<SoakSample> all) {
		SoakSample.Use first = SoakSample.use(all.subList(0, all.size() / 2));
		SoakSample.Use second = SoakSample.use(all.subList(all.size() / 2, all.size()));
		System.out.printf("  first half:  %s%n  second half: %s%n", first, second);
		assertThat(second.heap()).as("heap").isLessThan(first.heap() + first.heap() / 10 + (2 << 20));
		assertThat(second.threads()).as("threads").isLessThanOrEqualTo(first.threads() + 3);
		assertThat(second.descriptors()).as("descriptors").isLessThanOrEqualTo(first.descriptors() + 5);
		assertThat(second.disk()).as("disk").isLessThanOrEqualTo(first.disk() + (1 << 20));
	}

}
