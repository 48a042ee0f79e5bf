package io.github.otlpboot.actuate;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.breaker.CircuitBreakerSnapshot;
import io.github.otlpboot.breaker.CircuitBreakerState;
import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.forwarder.FailureRecord;
import io.github.otlpboot.forwarder.RouteState;
import io.github.otlpboot.forwarder.RouteStatus;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.PipelineStatus;
import io.github.otlpboot.pipeline.PipelineStatus.Losses;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.pipeline.SignalLedger.Earlier;
import io.github.otlpboot.pipeline.SignalLedger.RouteLedger;
import io.github.otlpboot.pipeline.StorageStatus;
import io.github.otlpboot.pipeline.StorageStatus.SignalUsage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * Tests for {@link StorageOutlook}, {@link OtlpHealthIndicator} and {@link OtlpEndpoint}:
 * what storage means to an operator.
 */
class StorageHealthTests {

	private static final long NOW = 1_780_000_000_000L;

	private static final long MB = 1 << 20;

	private static final Duration LONG = Duration.ofDays(60);

	private static final Losses NO_LOSSES = new Losses(0, 0, 0, List.of());

	private static final SendFailure REFUSED = new SendFailure(SendFailure.Kind.CONNECTION_REFUSED, null, null, true);

	private static final RouteStatus FINE = route(RouteState.DELIVERING, null);

	private static final RouteStatus DEAD = route(RouteState.RETRYING, REFUSED);

	private static final RouteStatus DENIED = route(RouteState.PAUSED,
			new SendFailure(SendFailure.Kind.STATUS, "401", null, false));

	private static final String NO_DISK = "/x is read-only";

	@Test
	void whenAllIsDeliveredAndStoredIsUp() {
		Health health = health(FINE, disk(8, 60), NO_LOSSES);
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getStatus().getDescription()).isEmpty();
	}

	@Test
	void whenNobodyAnswersSaysThatEverythingIsStoredAndForHowLong() {
		assertThat(describe(DEAD, disk(8, 13_266)))
			.isEqualTo("default unreachable for 20m; everything stored; storage full in about 3h41m");
	}

	@ParameterizedTest
	@CsvSource({ "0, 0s", "59, 59s", "1140, 19m", "86399, 23h59m", "172800, 2d0h", "2500000, 28d22h" })
	void timeUntilFullIsRounded(long seconds, String text) {
		assertThat(describe(DEAD, disk(8, seconds))).endsWith("; storage full in about " + text);
	}

	@ParameterizedTest
	@CsvSource({ "-1", "2592000" })
	void whatIsFarOffIsToldAsAPart(long seconds) {
		assertThat(describe(DEAD, disk(8, seconds)))
			.isEqualTo("default unreachable for 20m; everything stored; storage 8% full");
	}

	@ParameterizedTest
	@CsvSource({ "-1, 20m, 19m", "3600, 60m, 59m", "1, 10s, 0s", "2592000, 24h, 23h59m" })
	void whatExpiresBeforeStorageIsFullIsTold(long fullInSeconds, String maxAge, String text) {
		StorageStatus storage = storage(null, true, 8, fullInSeconds, 8 << 10, DurationStyle.SIMPLE.parse(maxAge));
		assertThat(describe(DEAD, storage))
			.isEqualTo("default unreachable for 20m; everything stored; storage 8% full; "
					+ "oldest data expires in about " + text);
		assertThat(describe(DEAD, storage(null, true, 92, fullInSeconds, 8 << 10, DurationStyle.SIMPLE.parse(maxAge))))
			.isEqualTo("default unreachable for 20m; storage 92% full; oldest data expires in about " + text
					+ "; nothing lost yet");
	}

	@Test
	void whatIsBeingDeliveredDoesNotExpire() {
		assertThat(describe(FINE, storage(null, true, 92, StorageStatus.NEVER, 8 << 10, Duration.ofHours(1))))
			.isEqualTo("storage 92% full; nothing lost yet");
		RouteStatus recovered = route(RouteState.DELIVERING, REFUSED);
		assertThat(describe(recovered, storage(null, true, 8, StorageStatus.NEVER, 8 << 10, Duration.ofHours(1))))
			.endsWith("everything stored; storage 8% full");
	}

	@Test
	void whatIsFullBeforeAnythingExpiresIsTold() {
		assertThat(describe(DEAD, storage(null, true, 8, 3540, 8 << 10, Duration.ofHours(1))))
			.endsWith("everything stored; storage full in about 59m");
	}

	@Test
	void pausedRouteHasItsDataKept() {
		assertThat(describe(DENIED, disk(8, 14_040)))
			.isEqualTo("default answers 401; paused, data kept; storage full in about 3h54m");
	}

	@Test
	void whenNearlyFullSaysWhatHappensNext() {
		assertThat(describe(FINE, disk(92, 1140)))
			.isEqualTo("storage 92% full; oldest data drops in about 19m; nothing lost yet");
		assertThat(describe(FINE, storage(null, false, 92, 1140, 8 << 10)))
			.isEqualTo("storage 92% full; new data is refused in about 19m; nothing lost yet");
		assertThat(describe(FINE, disk(80, StorageStatus.NEVER))).isEqualTo("storage 80% full; nothing lost yet");
		assertThat(describe(DEAD, disk(92, 1140))).isEqualTo(
				"default unreachable for 20m; storage 92% full; oldest data drops in about 19m; nothing lost yet");
		assertThat(health(FINE, disk(79, 1140), NO_LOSSES).getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void fullestAndFirstSignalCount() {
		StorageStatus storage = new StorageStatus(null, "/x/slot-0", "slot-0", true, 8 << 20, 0,
				List.of(new SignalUsage(Signal.TRACES, 50, 100, 100, 10, 0, 7200, LONG),
						new SignalUsage(Signal.METRICS, 90, 100, 100, 85, 0, StorageStatus.NEVER, LONG),
						new SignalUsage(Signal.LOGS, 0, 100, 100, 0, 0, 3600, LONG)));
		assertThat(describe(FINE, storage))
			.isEqualTo("storage 85% full; oldest data drops in about 1h0m; nothing lost yet");
		assertThat(storage.used()).isEqualTo(140);
		assertThat(storage.limit()).isEqualTo(300);
	}

	@Test
	void whatIsLostIsTold() {
		Losses losses = new Losses(7, 0, NOW - 60_000, List.of("retention_size"));
		Health health = health(DEAD, disk(100, 0), losses);
		assertThat(health.getStatus().getCode()).isEqualTo("DATA_LOSS");
		assertThat(health.getStatus().getDescription())
			.isEqualTo("losing data since 20:25:40Z: storage full, dropping oldest");
		Losses refused = new Losses(0, 7, NOW - 60_000, List.of("log_full"));
		assertThat(health(DEAD, disk(100, 0), refused).getStatus().getDescription())
			.isEqualTo("losing data since 20:25:40Z: storage full, refusing new data");
	}

	@Test
	void whatWasLostLatelyIsNotDenied() {
		Losses over = new Losses(7, 2, 0, List.of());
		assertThat(health(DEAD, disk(8, 3600), over).getStatus().getDescription()).isEqualTo(
				"default unreachable for 20m; 9 items lost or refused in the last 5m; storage full in about 1h0m");
		assertThat(health(DENIED, disk(8, 3600), over).getStatus().getDescription()).contains("; 9 items lost");
		assertThat(health(FINE, disk(92, 3600), over).getStatus().getDescription()).endsWith("in the last 5m");
	}

	@Test
	void memoryOnlyIsDegradedAndSaysWhy() {
		Health health = health(FINE, storage(NO_DISK, true, 0, StorageStatus.NEVER, 8 << 10), NO_LOSSES);
		assertThat(health.getStatus().getCode()).isEqualTo("DEGRADED");
		assertThat(health.getStatus().getDescription()).isEqualTo("stored in memory only: /x is read-only");
		assertThat(describe(DEAD, storage(NO_DISK, true, 0, StorageStatus.NEVER, 8 << 10)))
			.isEqualTo("default unreachable for 20m; stored in memory only: /x is read-only; nothing lost; "
					+ "25% of the memory buffer in use");
	}

	@Test
	void fullVolumeIsDegraded() {
		assertThat(describe(FINE, storage(null, true, 8, StorageStatus.NEVER, 12)))
			.isEqualTo("only 12MB free on the volume; storage does not grow; everything stored; storage 8% full");
		assertThat(health(FINE, storage(null, true, 8, 3600, -1), NO_LOSSES).getStatus()).isEqualTo(Status.UP);
	}

	@Test
	@SuppressWarnings("unchecked")
	void detailsTellWhereAndHowMuch() {
		assertThat((Map<String, Object>) health(DEAD, disk(8, 13_266), NO_LOSSES).getDetails().get("storage"))
			.containsExactly(entry("mode", "DISK"), entry("path", "/x/slot-0"), entry("used", 10 * MB),
					entry("limit", 100 * MB), entry("free", 8192 * MB), entry("threshold", 64 * MB),
					entry("fullInSeconds", 13_266L), entry("expiresInSeconds", LONG.toSeconds() - 12));
		StorageStatus memory = storage(NO_DISK, true, 0, StorageStatus.NEVER, -1);
		assertThat((Map<String, Object>) health(FINE, memory, NO_LOSSES).getDetails().get("storage"))
			.containsEntry("mode", "MEMORY")
			.containsEntry("reason", NO_DISK)
			.doesNotContainKeys("free", "fullInSeconds", "expiresInSeconds");
	}

	@Test
	@SuppressWarnings("unchecked")
	void endpointTellsTheSlotTheLedgerAndWhatEarlierProcessesDid() {
		PipelineStatus status = status(DEAD, disk(8, 13_266), NO_LOSSES);
		Map<String, Object> document = new OtlpEndpoint(() -> status, List.of(), Map.of()).otlp();
		assertThat(document).containsEntry("slot", "slot-0");
		assertThat((Map<String, Object>) document.get("storage")).containsEntry("mode", "DISK");
		Map<String, Object> traces = (Map<String, Object>) ((Map<String, Object>) document.get("signals"))
			.get("traces");
		assertThat(traces).containsEntry("offered", 110L)
			.containsEntry("accepted", 100L)
			.containsEntry("acceptedEarlier", 60L);
		assertThat((Map<String, Object>) traces.get("storage")).containsExactly(entry("used", 10 * MB),
				entry("limit", 100 * MB), entry("undelivered", 8 * MB), entry("fullInSeconds", 13_266L));
		Map<String, Object> route = (Map<String, Object>) ((Map<String, Object>) traces.get("destinations"))
			.get("default");
		assertThat(route).containsEntry("delivered", 57L)
			.containsEntry("deliveredEarlier", 40L)
			.containsEntry("lost", Map.of("rejected", 3L))
			.containsEntry("lostEarlier", Map.of("rejected", 2L));
	}

	@Test
	void endpointHasNoSlotWhereThereIsNone() {
		StorageStatus none = new StorageStatus(NO_DISK, "/x", null, true, -1, 64 * MB, List.of());
		PipelineStatus status = status(FINE, none, NO_LOSSES);
		assertThat(new OtlpEndpoint(() -> status, List.of(), Map.of()).otlp()).doesNotContainKey("slot");
		assertThat(none.percentFull()).isZero();
	}

	private static String describe(RouteStatus route, StorageStatus storage) {
		Health health = health(route, storage, NO_LOSSES);
		assertThat(health.getStatus().getCode()).isEqualTo("DEGRADED");
		return health.getStatus().getDescription();
	}

	private static Health health(RouteStatus route, StorageStatus storage, Losses losses) {
		PipelineStatus status = status(route, storage, losses);
		return new OtlpHealthIndicator(() -> status, "DEGRADED", "DATA_LOSS").health();
	}

	private static StorageStatus disk(long percentFull, long fullInSeconds) {
		return storage(null, true, percentFull, fullInSeconds, 8 << 10);
	}

	private static StorageStatus storage(String reason, boolean dropsOldest, long percentFull, long fullInSeconds,
			long freeMegabytes) {
		return storage(reason, dropsOldest, percentFull, fullInSeconds, freeMegabytes, LONG);
	}

	private static StorageStatus storage(String reason, boolean dropsOldest, long percentFull, long fullInSeconds,
			long freeMegabytes, Duration maxAge) {
		SignalUsage usage = new SignalUsage(Signal.TRACES, 10 * MB, 100 * MB, 100 * MB, percentFull * MB, 250,
				fullInSeconds, maxAge);
		return new StorageStatus(reason, "/x/slot-0", "slot-0", dropsOldest,
				(freeMegabytes < 0) ? -1 : freeMegabytes * MB, 64 * MB, List.of(usage));
	}

	private static RouteStatus route(RouteState state, SendFailure failure) {
		FailureRecord last = (failure != null) ? new FailureRecord(NOW, failure, 41) : null;
		return new RouteStatus("default", Signal.TRACES, state, NOW - Duration.ofMinutes(20).toMillis(),
				new CircuitBreakerSnapshot(CircuitBreakerState.CLOSED, NOW, 41, NOW, 0),
				new Backlog(2, 40, 250, NOW - 12_000), 1, NOW - 90_000, NOW + 5000, 41, last,
				(last != null) ? List.of(last) : List.of());
	}

	private static PipelineStatus status(RouteStatus route, StorageStatus storage, Losses losses) {
		Map<LossReason, Long> lost = new EnumMap<>(LossReason.class);
		lost.put(LossReason.REJECTED, 3L);
		SignalLedger ledger = new SignalLedger(Signal.TRACES, 110, 100, 60, Map.of(RefusalReason.BUFFER_FULL, 10L),
				List.of(new RouteLedger("default", 57, new Backlog(2, 40, 250, NOW - 12_000), lost,
						new Earlier(40, Map.of(LossReason.REJECTED, 2L)))));
		return new PipelineStatus(NOW, List.of(ledger), List.of(route), List.of(), new BufferLimits(1000, 1000), losses,
				storage);
	}

}
