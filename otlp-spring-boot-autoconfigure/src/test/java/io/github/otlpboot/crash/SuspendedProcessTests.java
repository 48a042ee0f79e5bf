package io.github.otlpboot.crash;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

import io.github.otlpboot.crash.UnreliableCollector.Mode;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.FsyncPolicy;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A process that stands still for a while, as a container does whose machine is moved.
 * {@code -Dstop.seconds=60} makes it long.
 */
@Tag("processes")
@Timeout(value = 10, unit = java.util.concurrent.TimeUnit.MINUTES)
class SuspendedProcessTests {

	private static final List<String> OPTIONS = List.of("-Xmx96m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

	private static final Duration PAUSE = Duration.ofSeconds(Integer.getInteger("stop.seconds", 2));

	@TempDir
	private Path directory;

	private final CrashOracle oracle = new CrashOracle();

	@Test
	@DisplayName("T21: SIGSTOP, a while, SIGCONT: its slot stays its own, and nothing is lost")
	void aProcessThatStandsStillKeepsItsSlot() throws Exception {
		try (UnreliableCollector collector = new UnreliableCollector(this.oracle::received)) {
			// So that there is something left to take away from it.
			collector.behave(Mode.DOWN, 0);
			try (ChildProcess stopped = start(1, collector)) {
				awaitAcknowledged(1);
				stopped.signal("STOP");
				try (ChildProcess other = start(2, collector)) {
					assertThat(slot(other)).isNotEqualTo(slot(stopped));
					// It looks for what others have left behind.
					other.say(CrashingApplication.MINUTE);
					collector.behave(Mode.UP, 0);
					awaitAcknowledged(2);
					await().during(PAUSE)
						.atMost(PAUSE.plusMinutes(1))
						.until(() -> storage().resolve(slot(stopped)).resolve("META").toFile().exists()
								&& !this.oracle.hasArrived(1));
					awaitArrived(this.oracle.acknowledged(2));
					Map<Signal, Set<String>> before = this.oracle.acknowledged(1);
					stopped.signal("CONT");
					awaitArrived(before);
					await("something new").atMost(Duration.ofMinutes(1))
						.until(() -> this.oracle.acknowledged(1)
							.entrySet()
							.stream()
							.allMatch((now) -> now.getValue().size() > before.get(now.getKey()).size()));
					end(stopped);
					end(other);
				}
			}
		}
		assertThat(this.oracle.missing().values()).allSatisfy((ids) -> assertThat(ids).isEmpty());
	}

	private static void end(ChildProcess child) throws Exception {
		child.end();
		assertThat(child.announced(CrashingApplication.ENDED).subList(3, 9)).as("lost and pending").containsOnly("0");
	}

	private void awaitAcknowledged(int generation) {
		await().atMost(Duration.ofMinutes(1))
			.until(() -> this.oracle.acknowledged(generation).values().stream().noneMatch(Set::isEmpty));
	}

	private void awaitArrived(Map<Signal, Set<String>> acknowledged) {
		await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
			Map<Signal, Set<String>> missing = this.oracle.missing();
			acknowledged.forEach((signal, ids) -> assertThat(missing.get(signal)).doesNotContainAnyElementsOf(ids));
		});
	}

	private Path storage() {
		return this.directory.resolve("storage");
	}

	private static String slot(ChildProcess child) {
		return child.await(CrashingApplication.OPEN).get(1);
	}

	private ChildProcess start(int generation, UnreliableCollector collector) throws IOException {
		ChildSettings settings = new ChildSettings(storage(), collector.url(), "shop", generation, 0,
				FsyncPolicy.INTERVAL);
		ChildProcess child = ChildProcess.start(CrashingApplication.class, OPTIONS, settings.arguments(),
				this.directory.resolve("children.log"), this.oracle::announced);
		child.await(CrashingApplication.OPEN);
		return child;
	}

}
