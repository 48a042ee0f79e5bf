package io.github.otlpboot.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

import io.github.otlpboot.crash.UnreliableCollector.Mode;
import io.github.otlpboot.storage.FsyncPolicy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Processes that are killed with {@code SIGKILL} at each kind of change that they make to
 * the disk: when they start for the first time, when they recover what was torn, when
 * they deliver and delete what another one has left behind, and while they work.
 * {@code -Dcrash.points=all -Dcrash.seeds=200} makes it all kinds and many times.
 */
@Tag("processes")
@Timeout(value = 30, unit = java.util.concurrent.TimeUnit.MINUTES)
class CrashPointTests {

	/** Every name of a change that a process can make ({@link HaltingDisk#name}). */
	private static final List<String> POINTS = List.of("mkdir-directory", "mkdir-slot", "mkdir-signal", "mkdir-cursors",
			"mkdir-quarantine", "sync-directory", "sync-slot", "sync-signal", "sync-cursors", "sync-quarantine",
			"create-new-meta", "write-new-meta", "fsync-new-meta", "move-meta", "create-new-segment",
			"write-new-segment", "fsync-new-segment", "move-segment", "write-segment", "fsync-segment",
			"truncate-segment", "delete-segment", "create-copy", "write-copy", "fsync-copy", "create-new-cursor",
			"write-new-cursor", "fsync-new-cursor", "move-cursor", "delete-new-segment", "delete-meta", "delete-signal",
			"delete-cursors", "delete-quarantine", "delete-cursor", "delete-new-cursor", "delete-copy");

	private static final List<String> OPTIONS = List.of("-Xmx96m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

	private static final long FIRST_SEED = Long.getLong("crash.first-seed", 1);

	/** A change that no scenario leads to, because it needs two crashes in a row. */
	private static final Set<String> RARE = Set.of("delete-new-meta");

	/** What a process has changed in fact. */
	private static final Set<String> CHANGED = Collections.synchronizedSet(new HashSet<>());

	/** Where a process was killed in fact. */
	private static final Set<String> REACHED = Collections.synchronizedSet(new HashSet<>());

	@TempDir
	private Path directory;

	private final CrashOracle oracle = new CrashOracle();

	@ParameterizedTest
	@MethodSource("pointsAndSeeds")
	@DisplayName("T2, T3, T10: killed at a named change of the disk again and again, all that was acknowledged arrives")
	void killedAtAPoint(String point, long seed) throws Exception {
		Random random = new Random(seed);
		FsyncPolicy fsync = (seed % 2 == 0) ? FsyncPolicy.INTERVAL : FsyncPolicy.ALWAYS;
		try (UnreliableCollector collector = new UnreliableCollector(this.oracle::received)) {
			// Nothing is delivered yet, so that there is something to recover and to
			// adopt.
			collector.behave(Mode.DOWN, 0);
			try (ChildProcess own = start(settings(collector, 0, point, occurrence(seed, random), fsync))) {
				ended(own);
				// The one after it would take its slot.
				try (ChildProcess other = start(settings(collector, 1, "write-segment", 20, fsync))) {
					ended(other);
					own.kill();
					other.kill();
				}
			}
			try (ChildProcess torn = start(torn(collector, point, 10 + random.nextInt(20), fsync))) {
				ended(torn);
				torn.kill();
			}
			collector.behave(Mode.UP, 0);
			for (int generation = 3; generation < 6; generation++) {
				try (ChildProcess recovering = start(
						settings(collector, generation, point, occurrence(seed, random), fsync))) {
					ended(recovering);
					recovering.kill();
				}
			}
			last(settings(collector, 6, "", 0, fsync));
		}
		System.out.println(point + " " + seed + ": " + this.oracle);
	}

	// In the middle of a write, or before a file is given its name, which is there for
	// the
	// next one to delete.
	private ChildSettings torn(UnreliableCollector collector, String point, int occurrence, FsyncPolicy fsync) {
		return point.equals("delete-new-segment") ? settings(collector, 2, "move-segment", 1, fsync)
				: settings(collector, 2, "write-segment", occurrence, fsync);
	}

	// Many of them come once in a process.
	private static int occurrence(long seed, Random random) {
		return (seed == FIRST_SEED) ? 1 : 1 + random.nextInt(3);
	}

	@AfterAll
	static void everyPointWasReached() {
		System.out.println("Killed at " + REACHED);
		assertThat(CHANGED).as("changes without a name here").isSubsetOf(all());
		if (points().size() == POINTS.size()) {
			assertThat(REACHED).as("killed at").containsExactlyInAnyOrderElementsOf(POINTS);
		}
	}

	private static Set<String> all() {
		Set<String> all = new HashSet<>(POINTS);
		all.addAll(RARE);
		return all;
	}

	static Stream<Arguments> pointsAndSeeds() {
		return LongStream.range(0, Integer.getInteger("crash.seeds", 1))
			.boxed()
			.flatMap((index) -> points().stream().map((point) -> Arguments.of(point, FIRST_SEED + index)));
	}

	// The short form has the one of which most is at stake.
	private static List<String> points() {
		String points = System.getProperty("crash.points", "move-cursor");
		return points.equals("all") ? POINTS : List.of(points.split(","));
	}

	private ChildSettings settings(UnreliableCollector collector, int generation, String point, int occurrence,
			FsyncPolicy fsync) {
		return new ChildSettings(this.directory.resolve("storage"), collector.url(), "crash", generation, occurrence,
				point, fsync);
	}

	// It stands still at the point, or does not come to it.
	private static void ended(ChildProcess child) {
		child.awaitOrEnd(CrashingApplication.HALTED, Duration.ofSeconds(5));
		List<String> halted = child.announced(CrashingApplication.HALTED);
		if (halted != null) {
			REACHED.add(halted.get(2));
		}
	}

	private void last(ChildSettings settings) throws Exception {
		try (ChildProcess child = start(settings)) {
			assertThat(Long.parseLong(child.await(CrashingApplication.OPEN).get(0))).isLessThan(5000);
			await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
				assertThat(this.oracle.hasArrived(settings.generation())).as("something new").isTrue();
				assertThat(this.oracle.missing().values()).as("missing")
					.allSatisfy((ids) -> assertThat(ids).allMatch((id) -> id.startsWith(settings.generation() + "-")));
			});
			child.end();
			assertThat(child.announced(CrashingApplication.ENDED).subList(3, 9)).as("lost and pending")
				.containsOnly("0");
			this.oracle.checkArrival();
		}
	}

	private ChildProcess start(ChildSettings settings) throws IOException {
		return ChildProcess.start(CrashingApplication.class, OPTIONS, settings.arguments(),
				this.directory.resolve("children.log"), this::announced);
	}

	private void announced(List<String> words) {
		this.oracle.announced(words);
		if (words.get(0).equals(CrashingApplication.CHANGED)) {
			CHANGED.add(words.get(1));
		}
	}

}
