package io.github.otlpboot.crash;

import java.io.IOException;
import java.nio.file.Files;
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
 * Several processes on one storage directory.
 */
@Tag("processes")
@Timeout(value = 10, unit = java.util.concurrent.TimeUnit.MINUTES)
class OrphanTests {

	private static final List<String> OPTIONS = List.of("-Xmx96m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

	@TempDir
	private Path directory;

	private final CrashOracle oracle = new CrashOracle();

	@Test
	@DisplayName("T17: what a killed process leaves is delivered by a live one of the same application, and no other")
	void aLiveProcessDeliversWhatAKilledOneLeft() throws Exception {
		try (UnreliableCollector collector = new UnreliableCollector(this.oracle::received)) {
			collector.behave(Mode.DOWN, 0);
			try (ChildProcess killed = start("shop", 1, collector);
					ChildProcess other = start("bank", 2, collector);
					ChildProcess live = start("shop", 3, collector)) {
				assertThat(List.of(slot(killed), slot(other), slot(live))).doesNotHaveDuplicates();
				awaitAcknowledged(1, 2, 3);
				killed.kill();
				other.kill();
				// A restart takes its slot back at once.
				try (ChildProcess restarted = start("shop", 4, collector)) {
					assertThat(slot(restarted)).isEqualTo(slot(killed));
					awaitAcknowledged(4);
					restarted.kill();
				}
				collector.behave(Mode.UP, 0);
				assertThat(this.oracle.hasArrived(1)).as("before a minute has passed").isFalse();
				live.say(CrashingApplication.MINUTE);
				awaitArrived(1, 4);
				await().atMost(Duration.ofMinutes(1))
					.until(() -> !Files.exists(storage().resolve(slot(killed)).resolve("META")));
				assertThat(this.oracle.hasArrived(2)).as("what belongs to another application").isFalse();
				assertThat(storage().resolve(slot(other)).resolve("META")).exists();
				try (ChildProcess heir = start("bank", 5, collector)) {
					assertThat(slot(heir)).isEqualTo(slot(other));
					awaitArrived(2);
					heir.end();
				}
				live.end();
				awaitArrived(1, 2, 3, 4, 5);
			}
		}
	}

	private void awaitAcknowledged(int... generations) {
		for (int generation : generations) {
			await().atMost(Duration.ofMinutes(1))
				.until(() -> this.oracle.acknowledged(generation).values().stream().noneMatch(Set::isEmpty));
		}
	}

	private void awaitArrived(int... generations) {
		for (int generation : generations) {
			Map<Signal, Set<String>> acknowledged = this.oracle.acknowledged(generation);
			await("process " + generation).atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
				Map<Signal, Set<String>> missing = this.oracle.missing();
				acknowledged.forEach((signal, ids) -> assertThat(missing.get(signal)).doesNotContainAnyElementsOf(ids));
			});
		}
	}

	private Path storage() {
		return this.directory.resolve("storage");
	}

	private static String slot(ChildProcess child) {
		return child.await(CrashingApplication.OPEN).get(1);
	}

	private ChildProcess start(String application, int generation, UnreliableCollector collector) throws IOException {
		ChildSettings settings = new ChildSettings(storage(), collector.url(), application, generation, 0,
				FsyncPolicy.INTERVAL);
		ChildProcess child = ChildProcess.start(CrashingApplication.class, OPTIONS, settings.arguments(),
				this.directory.resolve("children.log"), this.oracle::announced);
		child.await(CrashingApplication.OPEN);
		return child;
	}

}
