package io.github.otlpboot.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

import io.github.otlpboot.crash.UnreliableCollector.Mode;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.FsyncPolicy;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Processes of one application, each killed with {@code SIGKILL}, the next one on the
 * files that it left, until one may end. The parameter is the seed;
 * {@code -Dcrash.seeds=200 -Dcrash.first-seed=1 -Dcrash.kills=10} makes it many.
 */
@Tag("processes")
@Timeout(value = 30, unit = java.util.concurrent.TimeUnit.MINUTES)
class CrashTests {

	private static final List<String> OPTIONS = List.of("-Xmx96m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

	private static final Duration PATIENCE = Duration.ofSeconds(Integer.getInteger("crash.seconds", 180));

	@TempDir
	private Path directory;

	private final CrashOracle oracle = new CrashOracle();

	@ParameterizedTest
	@MethodSource("seeds")
	@DisplayName("T1, T2, T3: whenever it is killed, all that was acknowledged arrives, and little of it twice")
	void killedProcessesLoseNothingThatWasAcknowledged(long seed) throws Exception {
		Random random = new Random(seed);
		FsyncPolicy fsync = (seed % 2 == 0) ? FsyncPolicy.INTERVAL : FsyncPolicy.ALWAYS;
		int kills = Integer.getInteger("crash.kills", 5);
		System.out.printf("seed %d, fsync %s%n", seed, fsync);
		try (UnreliableCollector collector = new UnreliableCollector(this.oracle::received)) {
			for (int generation = 0; generation < kills; generation++) {
				Mode mode = Mode.values()[random.nextInt(Mode.values().length)];
				collector.behave(mode, random.nextLong());
				// The first ones have nothing to recover yet.
				Death death = (generation == 0) ? Death.RUNNING : Death.values()[random.nextInt(Death.values().length)];
				kill(death, random, new ChildSettings(this.directory.resolve("storage"), collector.url(), "crash",
						generation, death.haltAt(random), fsync), mode);
			}
			collector.behave(Mode.UP, 0);
			last(new ChildSettings(this.directory.resolve("storage"), collector.url(), "crash", kills, 0, fsync));
		}
		System.out.println("  " + this.oracle);
	}

	static LongStream seeds() {
		return LongStream.range(0, Integer.getInteger("crash.seeds", 1))
			.map((index) -> Long.getLong("crash.first-seed", 1) + index);
	}

	private void kill(Death death, Random random, ChildSettings settings, Mode mode) throws Exception {
		try (ChildProcess child = start(settings)) {
			if (death == Death.RUNNING) {
				child.await(CrashingApplication.OPEN);
				LockSupport.parkNanos(Duration.ofMillis(random.nextInt(1000)).toNanos());
			}
			else {
				child.awaitOrEnd(CrashingApplication.HALTED, Duration.ofSeconds(5));
			}
			child.kill();
			List<String> open = child.announced(CrashingApplication.OPEN);
			System.out.printf("  %d: collector %s, killed %s, %s%n", settings.generation(), mode,
					(open != null) ? "after it had opened in " + open.get(0) + " ms" : "while it opened",
					(death == Death.RUNNING) ? "at any time" : child.announced(CrashingApplication.HALTED));
			checkOpen(open);
		}
	}

	private void last(ChildSettings settings) throws Exception {
		try (ChildProcess child = start(settings)) {
			checkOpen(child.await(CrashingApplication.OPEN));
			await("all that was acknowledged before, and something new").atMost(PATIENCE).untilAsserted(() -> {
				assertThat(this.oracle.hasArrived(settings.generation())).as("something new").isTrue();
				assertThat(this.oracle.missing().values()).as("missing")
					.allSatisfy((ids) -> assertThat(ids).allMatch((id) -> id.startsWith(settings.generation() + "-")));
			});
			child.end();
			List<String> figures = child.announced(CrashingApplication.ENDED);
			assertThat(figures.subList(3, 9)).as("lost and pending").containsOnly("0");
			Map<Signal, Long> delivered = new EnumMap<>(Signal.class);
			for (Signal signal : Signal.values()) {
				delivered.put(signal, Long.valueOf(figures.get(signal.ordinal())));
			}
			this.oracle.check(settings.generation(), delivered);
		}
	}

	private static void checkOpen(List<String> open) {
		if (open != null) {
			assertThat(Long.parseLong(open.get(0))).as("milliseconds to open").isLessThan(5000);
		}
	}

	private ChildProcess start(ChildSettings settings) throws IOException {
		return ChildProcess.start(CrashingApplication.class, OPTIONS, settings.arguments(),
				this.directory.resolve("children.log"), this.oracle::announced);
	}

	/**
	 * When a process is killed.
	 */
	private enum Death {

		/**
		 * At any time.
		 */
		RUNNING {

			@Override
			int haltAt(Random random) {
				return 0;
			}

		},

		/**
		 * At one of the first changes to the disk, most of which recovery makes.
		 */
		RECOVERING {

			@Override
			int haltAt(Random random) {
				return 1 + random.nextInt(20);
			}

		},

		/**
		 * At any change to the disk.
		 */
		CHANGING {

			@Override
			int haltAt(Random random) {
				return 1 + random.nextInt(400);
			}

		};

		abstract int haltAt(Random random);

	}

}
