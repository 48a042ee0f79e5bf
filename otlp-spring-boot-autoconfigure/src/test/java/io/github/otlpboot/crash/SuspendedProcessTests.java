package io.github.otlpboot.crash;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

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
 * A process that stands still for a while, as a container does whose machine is moved.
 * {@code -Dstop.seconds=60} makes it long.
 */
@Tag("processes")
@Timeout(value = 10, unit = java.util.concurrent.TimeUnit.MINUTES)
class SuspendedProcessTests {

	private static final Duration PAUSE = Duration.ofSeconds(Integer.getInteger("stop.seconds", 2));

	private final CrashOracle oracle = new CrashOracle();

	private SharedStorage storage;

	@BeforeEach
	void share(@TempDir Path directory) {
		this.storage = new SharedStorage(directory, this.oracle);
	}

	@Test
	@DisplayName("T21: SIGSTOP, a while, SIGCONT: its slot stays its own, and nothing is lost")
	void aProcessThatStandsStillKeepsItsSlot() throws Exception {
		try (UnreliableCollector collector = new UnreliableCollector(this.oracle::received)) {
			// So that there is something left to take away from it.
			collector.behave(Mode.DOWN, 0);
			try (ChildProcess stopped = this.storage.start("shop", 1, collector)) {
				this.storage.awaitAcknowledged(1);
				stopped.signal("STOP");
				try (ChildProcess other = this.storage.start("shop", 2, collector)) {
					assertThat(this.storage.slot(other)).isNotEqualTo(this.storage.slot(stopped));
					// It looks for what others have left behind.
					other.say(CrashingApplication.MINUTE);
					collector.behave(Mode.UP, 0);
					this.storage.awaitAcknowledged(2);
					await().during(PAUSE)
						.atMost(PAUSE.plusMinutes(1))
						.until(() -> this.storage.slot(stopped).resolve("META").toFile().exists()
								&& !this.oracle.hasArrived(1));
					this.storage.awaitArrived(this.oracle.acknowledged(2));
					Map<Signal, Set<String>> before = this.oracle.acknowledged(1);
					stopped.signal("CONT");
					this.storage.awaitArrived(before);
					this.storage.awaitMore(1, before);
					SharedStorage.end(stopped);
					SharedStorage.end(other);
				}
			}
		}
		assertThat(this.oracle.missing().values()).allSatisfy((ids) -> assertThat(ids).isEmpty());
	}

}
