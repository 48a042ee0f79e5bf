package io.github.otlpboot.autoconfigure;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.storage.FsyncPolicy;
import io.github.otlpboot.storage.LogLedger;
import io.github.otlpboot.storage.LogSettings;
import io.github.otlpboot.storage.SegmentLog;
import io.github.otlpboot.storage.SimulatedDisk;
import io.github.otlpboot.storage.SlotOwner;
import io.github.otlpboot.storage.Storage;
import io.github.otlpboot.storage.StorageContext;
import io.github.otlpboot.storage.StorageSettings;
import io.github.otlpboot.storage.StoredSlot;
import io.github.otlpboot.storage.WhenLogFull;
import io.github.otlpboot.testing.FakeTime;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SteadyClock}, and for storage that goes by it.
 */
class SteadyClockTests {

	private final FakeTime time = new FakeTime();

	private final SteadyClock clock = new SteadyClock(this.time.clock(), this.time.nanos());

	@Test
	void startsWithTheWallClockAndGoesOnByElapsedTime() {
		assertThat(this.clock.instant()).isEqualTo(FakeTime.START);
		this.time.jumpWallClock(Duration.ofDays(3650));
		this.time.advance(Duration.ofSeconds(3));
		assertThat(this.clock.instant()).isEqualTo(FakeTime.START.plusSeconds(3));
		assertThat(this.clock.withZone(ZoneId.of("Asia/Tokyo")).instant()).isEqualTo(this.clock.instant());
		assertThat(this.clock.withZone(ZoneId.of("Asia/Tokyo")).getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
	}

	@ParameterizedTest
	@ValueSource(ints = { -3650, 3650 })
	@DisplayName("T20: the wall clock is set by ten years mid-run: nothing expires that is not due, and nothing hangs")
	void nothingExpiresAtOnce(int days) throws IOException {
		Map<LossReason, Long> lost = new EnumMap<>(LossReason.class);
		LogSettings log = new LogSettings(1 << 20, Duration.ofHours(24), 4096, Duration.ofMinutes(10), 0,
				WhenLogFull.DROP_OLDEST, Duration.ZERO, FsyncPolicy.INTERVAL, Duration.ofSeconds(1));
		Storage storage = new Storage(new StorageContext(new SimulatedDisk(), this.clock, this.time.nanos()),
				new StorageSettings(Path.of("/storage"), new SlotOwner("test", 1), Map.of(Signal.TRACES, log)),
				Map.of(Signal.TRACES, List.of("default")),
				(destination, signal, items, reason) -> lost.merge(reason, items, Long::sum));
		try (StoredSlot slot = storage.acquire()) {
			SegmentLog traces = slot.log(Signal.TRACES).orElseThrow();
			append(traces, 20);
			this.time.jumpWallClock(Duration.ofDays(days));
			append(traces, 20);
			maintain(traces);
			assertThat(lost).isEmpty();
			assertThat(traces.ledger().of("default").pending().items()).isEqualTo(40);
			this.time.advance(Duration.ofMinutes(11));
			maintain(traces);
			this.time.advance(Duration.ofHours(24));
			maintain(traces);
			assertThat(lost).as("in its time").containsOnly(Map.entry(LossReason.RETENTION_AGE, 40L));
			LogLedger.DestinationLedger ledger = traces.ledger().of("default");
			assertThat(ledger.pending().isEmpty()).isTrue();
		}
	}

	private void maintain(SegmentLog log) throws IOException {
		this.time.advance(Duration.ofSeconds(1));
		assertThat(log.nanosUntilMaintenance()).isLessThanOrEqualTo(Duration.ofSeconds(10).toNanos());
		log.maintain();
	}

	private static void append(SegmentLog log, int count) throws IOException {
		List<Batch> rest = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			rest.add(new Batch(Signal.TRACES, Payload.of(new byte[700]), 1));
		}
		while (!rest.isEmpty()) {
			int written = log.write(rest);
			assertThat(written).isPositive();
			log.publish();
			rest = rest.subList(written, rest.size());
		}
	}

}
