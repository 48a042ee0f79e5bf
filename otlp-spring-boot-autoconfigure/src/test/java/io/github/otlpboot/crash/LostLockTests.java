package io.github.otlpboot.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

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
 * The lock file of a process is deleted, by what cleans up temporary directories perhaps,
 * and another process takes its slot.
 */
@Tag("processes")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class LostLockTests {

	private static final List<String> OPTIONS = List.of("-Xmx96m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

	@TempDir
	private Path directory;

	private final CrashOracle oracle = new CrashOracle();

	@Test
	@DisplayName("T17: whoever has lost its slot leaves it to the one that has it now, and nothing is lost")
	void aProcessThatHasLostItsSlotTakesAnother() throws Exception {
		try (UnreliableCollector collector = new UnreliableCollector(this.oracle::received)) {
			collector.behave(Mode.DOWN, 0);
			try (ChildProcess first = start(1, collector)) {
				awaitAcknowledged(1);
				// It stands still, so that it cannot be the one to take the slot again.
				first.signal("STOP");
				Files.delete(storage().resolve(slot(first)).resolve("LOCK"));
				try (ChildProcess second = start(2, collector)) {
					assertThat(slot(second)).isEqualTo(slot(first));
					awaitAcknowledged(2);
					Map<Signal, Set<String>> before = this.oracle.acknowledged(1);
					first.signal("CONT");
					await("something new").atMost(Duration.ofMinutes(1))
						.until(() -> this.oracle.acknowledged(1)
							.entrySet()
							.stream()
							.allMatch((now) -> now.getValue().size() > before.get(now.getKey()).size()));
					// What belongs to both would be delivered, deleted and written again.
					collector.behave(Mode.UP, 0);
					await("both").atMost(Duration.ofMinutes(1))
						.until(() -> this.oracle.hasArrived(1) && this.oracle.hasArrived(2));
					collector.behave(Mode.DOWN, 0);
					awaitMore(1);
					awaitMore(2);
					first.kill();
					second.kill();
				}
			}
			collector.behave(Mode.UP, 0);
			try (ChildProcess last = start(3, collector)) {
				awaitAcknowledged(3);
				await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
					last.say(CrashingApplication.MINUTE);
					this.oracle.missing()
						.forEach((signal, ids) -> assertThat(ids).as("missing " + signal.id())
							.allMatch((id) -> id.startsWith("3-")));
				});
				last.end();
				assertThat(last.announced(CrashingApplication.ENDED).subList(3, 9)).as("lost and pending")
					.containsOnly("0");
			}
		}
		this.oracle.checkArrival();
	}

	private void awaitAcknowledged(int generation) {
		await().atMost(Duration.ofMinutes(1))
			.until(() -> this.oracle.acknowledged(generation).values().stream().noneMatch(Set::isEmpty));
	}

	private void awaitMore(int generation) {
		int before = acknowledged(generation);
		await().atMost(Duration.ofMinutes(1)).until(() -> acknowledged(generation) > before + 2000);
	}

	private int acknowledged(int generation) {
		return this.oracle.acknowledged(generation).values().stream().mapToInt(Set::size).sum();
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
