package io.github.otlpboot.crash;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import io.github.otlpboot.crash.UnreliableCollector.Mode;
import io.github.otlpboot.model.Signal;
import org.junit.jupiter.api.BeforeEach;
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

	private final CrashOracle oracle = new CrashOracle();

	private SharedStorage storage;

	@BeforeEach
	void share(@TempDir Path directory) {
		this.storage = new SharedStorage(directory, this.oracle);
	}

	@Test
	@DisplayName("T17: whoever has lost its slot leaves it to the one that has it now, and nothing is lost")
	void aProcessThatHasLostItsSlotTakesAnother() throws Exception {
		try (UnreliableCollector collector = new UnreliableCollector(this.oracle::received)) {
			collector.behave(Mode.DOWN, 0);
			try (ChildProcess first = this.storage.start("shop", 1, collector)) {
				this.storage.awaitAcknowledged(1);
				// It stands still, so that it cannot be the one to take the slot again.
				first.signal("STOP");
				Files.delete(this.storage.slot(first).resolve("LOCK"));
				try (ChildProcess second = this.storage.start("shop", 2, collector)) {
					assertThat(this.storage.slot(second)).isEqualTo(this.storage.slot(first));
					this.storage.awaitAcknowledged(2);
					Map<Signal, Set<String>> before = this.oracle.acknowledged(1);
					first.signal("CONT");
					this.storage.awaitMore(1, before);
					// What belongs to both would be delivered, deleted and written again.
					collector.behave(Mode.UP, 0);
					await("both").atMost(Duration.ofMinutes(1))
						.until(() -> this.oracle.hasArrived(1) && this.oracle.hasArrived(2));
					collector.behave(Mode.DOWN, 0);
					awaitThousands(1);
					awaitThousands(2);
					first.kill();
					second.kill();
				}
			}
			collector.behave(Mode.UP, 0);
			try (ChildProcess last = this.storage.start("shop", 3, collector)) {
				this.storage.awaitAcknowledged(3);
				await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
					last.say(CrashingApplication.MINUTE);
					this.oracle.missing()
						.forEach((signal, ids) -> assertThat(ids).as("missing " + signal.id())
							.allMatch((id) -> id.startsWith("3-")));
				});
				SharedStorage.end(last);
			}
		}
		this.oracle.checkArrival();
	}

	private void awaitThousands(int generation) {
		int before = acknowledged(generation);
		await().atMost(Duration.ofMinutes(1)).until(() -> acknowledged(generation) > before + 2000);
	}

	private int acknowledged(int generation) {
		return this.oracle.acknowledged(generation).values().stream().mapToInt(Set::size).sum();
	}

}
