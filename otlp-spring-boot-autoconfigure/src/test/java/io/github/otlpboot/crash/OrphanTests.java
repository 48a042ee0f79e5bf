package io.github.otlpboot.crash;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.github.otlpboot.crash.UnreliableCollector.Mode;
import org.junit.jupiter.api.BeforeEach;
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

	private final CrashOracle oracle = new CrashOracle();

	private SharedStorage storage;

	@BeforeEach
	void share(@TempDir Path directory) {
		this.storage = new SharedStorage(directory, this.oracle);
	}

	@Test
	@DisplayName("T17: what a killed process leaves is delivered by a live one of the same application, and no other")
	void aLiveProcessDeliversWhatAKilledOneLeft() throws Exception {
		try (UnreliableCollector collector = new UnreliableCollector(this.oracle::received)) {
			collector.behave(Mode.DOWN, 0);
			try (ChildProcess killed = this.storage.start("shop", 1, collector);
					ChildProcess other = this.storage.start("bank", 2, collector);
					ChildProcess live = this.storage.start("shop", 3, collector)) {
				assertThat(List.of(this.storage.slot(killed), this.storage.slot(other), this.storage.slot(live)))
					.doesNotHaveDuplicates();
				this.storage.awaitAcknowledged(1, 2, 3);
				killed.kill();
				other.kill();
				// A restart takes its slot back at once.
				try (ChildProcess restarted = this.storage.start("shop", 4, collector)) {
					assertThat(this.storage.slot(restarted)).isEqualTo(this.storage.slot(killed));
					this.storage.awaitAcknowledged(4);
					restarted.kill();
				}
				collector.behave(Mode.UP, 0);
				assertThat(this.oracle.hasArrived(1)).as("before a minute has passed").isFalse();
				live.say(CrashingApplication.MINUTE);
				this.storage.awaitArrived(1, 4);
				await().atMost(Duration.ofMinutes(1))
					.until(() -> !Files.exists(this.storage.slot(killed).resolve("META")));
				assertThat(this.oracle.hasArrived(2)).as("what belongs to another application").isFalse();
				assertThat(this.storage.slot(other).resolve("META")).exists();
				try (ChildProcess heir = this.storage.start("bank", 5, collector)) {
					assertThat(this.storage.slot(heir)).isEqualTo(this.storage.slot(other));
					this.storage.awaitArrived(2);
					heir.end();
				}
				live.end();
				this.storage.awaitArrived(1, 2, 3, 4, 5);
			}
		}
	}

}
