package io.github.otlpboot.actuate;

import java.time.Duration;
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
import io.github.otlpboot.pipeline.PipelineStatus.Target;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.pipeline.SignalLedger.RouteLedger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OtlpHealthIndicator} and {@link OtlpEndpoint}: what a status means in
 * words.
 */
class OtlpHealthIndicatorTests {

	private static final long NOW = 1_780_000_000_000L;

	private static final Losses NO_LOSSES = new Losses(0, 0, 0, List.of());

	private static final SendFailure REFUSED = new SendFailure(SendFailure.Kind.CONNECTION_REFUSED, null, null, true);

	@Test
	void whenNothingHasFailedIsUpWithoutAnExplanation() {
		Health health = health(route(RouteState.DELIVERING, NOW - 5000, null), NO_LOSSES);
		assertThat(health.getStatus()).isEqualTo(Status.UP);
		assertThat(health.getStatus().getDescription()).isEmpty();
	}

	@Test
	void whenNobodyAnswersSaysSinceWhenAndHowFullTheBufferIs() {
		Health health = health(route(RouteState.RETRYING, NOW - Duration.ofMinutes(20).toMillis(), REFUSED), NO_LOSSES);
		assertThat(health.getStatus().getCode()).isEqualTo("DEGRADED");
		assertThat(health.getStatus().getDescription())
			.isEqualTo("default unreachable for 20m; nothing lost; 25% of the memory buffer in use");
	}

	@ParameterizedTest
	@CsvSource({ "5, 5s", "61, 1m", "7300, 2h1m" })
	void whenTheDestinationFailsSaysWhatItAnswersAndForHowLong(long seconds, String text) {
		SendFailure failure = new SendFailure(SendFailure.Kind.STATUS, "503", "overloaded", true);
		Health health = health(route(RouteState.RETRYING, NOW - seconds * 1000, failure), NO_LOSSES);
		assertThat(health.getStatus().getDescription()).startsWith("default answers 503 for " + text + ";");
	}

	@Test
	void severalSignalsOfADestinationAreToldOfOnce() {
		RouteStatus traces = route(Signal.TRACES, RouteState.RETRYING, NOW - 120_000, REFUSED);
		RouteStatus logs = route(Signal.LOGS, RouteState.RETRYING, NOW - 180_000, REFUSED);
		RouteStatus metrics = route(Signal.METRICS, RouteState.IDLE, NOW - 180_000, null);
		assertThat(describe(traces, logs))
			.isEqualTo("default unreachable for 3m; nothing lost; 25% of the memory buffer in use");
		assertThat(describe(traces, logs, metrics))
			.startsWith("default unreachable for 3m (traces, logs only); nothing");
		SendFailure denied = new SendFailure(SendFailure.Kind.STATUS, "401", null, false);
		assertThat(describe(traces, route(Signal.LOGS, RouteState.PAUSED, NOW, denied))).startsWith(
				"default unreachable for 2m (traces only); default answers 401; paused, data kept (logs only);");
	}

	@Test
	@SuppressWarnings("unchecked")
	void whatWaitsForADestinationIsThatOfAllSignals() {
		PipelineStatus status = new PipelineStatus(NOW, List.of(),
				List.of(route(Signal.TRACES, RouteState.RETRYING, NOW - 1000, REFUSED),
						route(Signal.LOGS, RouteState.PAUSED, NOW, REFUSED)),
				List.of(), new BufferLimits(1000, 1000), NO_LOSSES, null);
		Health health = new OtlpHealthIndicator(() -> status, "DEGRADED", "DATA_LOSS").health();
		Map<String, Object> destinations = (Map<String, Object>) health.getDetails().get("destinations");
		assertThat((Map<String, Object>) destinations.get("default")).containsEntry("state", "PAUSED")
			.containsEntry("inFlight", 2)
			.containsEntry("pending", Map.of("items", 80L, "bytes", 500L, "oldestAgeSeconds", 12L));
	}

	private static String describe(RouteStatus... routes) {
		PipelineStatus status = new PipelineStatus(NOW, List.of(), List.of(routes), List.of(),
				new BufferLimits(1000, 1000), NO_LOSSES, null);
		return new OtlpHealthIndicator(() -> status, "DEGRADED", "DATA_LOSS").health().getStatus().getDescription();
	}

	@Test
	void whenTheRouteIsPausedSaysWhatTheDestinationAnswers() {
		SendFailure failure = new SendFailure(SendFailure.Kind.STATUS, "401", null, false);
		Health health = health(route(RouteState.PAUSED, NOW, failure), NO_LOSSES);
		assertThat(health.getStatus().getCode()).isEqualTo("DEGRADED");
		assertThat(health.getStatus().getDescription()).startsWith("default answers 401; paused, data kept;");
	}

	@Test
	void stayDegradedForAMinuteAfterTheLastFailure() {
		RouteStatus route = route(RouteState.DELIVERING, NOW, REFUSED);
		assertThat(health(route, NO_LOSSES, NOW + 59_000).getStatus().getDescription())
			.startsWith("default failed 59s ago and delivers again;");
		assertThat(health(route, NO_LOSSES, NOW + 60_000).getStatus()).isEqualTo(Status.UP);
	}

	@Test
	void whenTheBreakerIsForcedOpenSaysSo() {
		RouteStatus route = new RouteStatus("default", Signal.TRACES, RouteState.IDLE, NOW,
				new CircuitBreakerSnapshot(CircuitBreakerState.FORCED_OPEN, NOW, 0, 0, 0), Backlog.EMPTY, 0, 0, 0, 0,
				null, List.of());
		assertThat(health(route, NO_LOSSES).getStatus().getDescription())
			.startsWith("circuit breaker of default forced open;");
	}

	@ParameterizedTest
	@CsvSource({ "buffer_full, 'memory buffer full, refusing new data'",
			"overflow, 'memory buffer full, dropping oldest'", "rejected, the destination refuses the data itself",
			"partial_success, the destination refuses some of the data",
			"too_large, refusing items larger than a request may be", "closed, refusing new data while shutting down",
			"log_full, 'storage full, refusing new data'", "retention_size, 'storage full, dropping oldest'",
			"retention_age, dropping what was stored for longer than otlp.storage.max-age",
			"corrupt, stored data is damaged", "unsynced, stored data was not on disk yet when the machine stopped",
			"shutdown, memory could not be emptied before the end",
			"queue_full, 'queue of the OpenTelemetry SDK full, dropping new data'" })
	void whenItemsAreLostSaysSinceWhenAndWhy(String reason, String text) {
		Losses losses = new Losses(7, 9, NOW - 60_000, List.of(reason));
		Health health = health(route(RouteState.DELIVERING, NOW, null), losses);
		assertThat(health.getStatus().getCode()).isEqualTo("DATA_LOSS");
		assertThat(health.getStatus().getDescription()).isEqualTo("losing data since 20:25:40Z: " + text);
	}

	@Test
	void statusesAreConfigurable() {
		PipelineStatus status = status(route(RouteState.PAUSED, NOW, REFUSED), NO_LOSSES, NOW);
		OtlpHealthIndicator indicator = new OtlpHealthIndicator(() -> status, "DOWN", "OUT_OF_SERVICE");
		assertThat(indicator.health().getStatus().getCode()).isEqualTo("DOWN");
		PipelineStatus losing = status(route(RouteState.IDLE, NOW, null), new Losses(1, 1, NOW, List.of("rejected")),
				NOW);
		assertThat(new OtlpHealthIndicator(() -> losing, "DOWN", "OUT_OF_SERVICE").health().getStatus())
			.isEqualTo(Status.OUT_OF_SERVICE);
	}

	@Test
	@SuppressWarnings("unchecked")
	void detailsTellStateBreakerPendingAndLost() {
		Health health = health(route(RouteState.RETRYING, NOW - 1000, REFUSED), NO_LOSSES);
		Map<String, Object> destinations = (Map<String, Object>) health.getDetails().get("destinations");
		Map<String, Object> destination = (Map<String, Object>) destinations.get("default");
		assertThat(destination).containsEntry("state", "RETRYING")
			.containsEntry("breaker", "OPEN")
			.containsEntry("inFlight", 1)
			.containsEntry("pending", Map.of("items", 40L, "bytes", 250L, "oldestAgeSeconds", 12L))
			.containsEntry("lost", Map.of("last5m", 0L, "total", 3L, "byReason", Map.of("rejected", 3L)))
			.containsKeys("since", "nextAttempt", "lastSuccess", "routes");
		assertThat((Map<String, Object>) destination.get("lastFailure")).containsEntry("kind", "CONNECTION_REFUSED")
			.containsEntry("consecutive", 41L)
			.doesNotContainKeys("status", "message");
		assertThat((Map<String, Object>) health.getDetails().get("storage"))
			.isEqualTo(Map.of("mode", "MEMORY", "used", 250L, "limit", 1000L));
	}

	@Test
	@SuppressWarnings("unchecked")
	void endpointTellsTheLedgerAndTheLastFailures() {
		PipelineStatus status = status(route(RouteState.RETRYING, NOW, REFUSED), NO_LOSSES, NOW);
		Map<String, Object> document = new OtlpEndpoint(() -> status, List.of(), Map.of("samplingProbability", "0.1"))
			.otlp();
		assertThat(document).containsEntry("status", "DEGRADED").containsKeys("description", "destinations", "storage");
		Map<String, Object> traces = (Map<String, Object>) ((Map<String, Object>) document.get("signals"))
			.get("traces");
		assertThat(traces).containsEntry("offered", 110L)
			.containsEntry("accepted", 100L)
			.containsEntry("refused", Map.of("buffer_full", 10L));
		Map<String, Object> route = (Map<String, Object>) ((Map<String, Object>) traces.get("destinations"))
			.get("default");
		assertThat(route).containsEntry("delivered", 57L)
			.containsEntry("url", "http://localhost:4318/v1/traces")
			.containsEntry("lost", Map.of("rejected", 3L));
		assertThat((List<Map<String, Object>>) document.get("lastFailures")).singleElement()
			.satisfies((failure) -> assertThat(failure).containsEntry("signal", "traces")
				.containsEntry("kind", "CONNECTION_REFUSED"));
	}

	private static Health health(RouteStatus route, Losses losses) {
		return health(route, losses, NOW);
	}

	private static Health health(RouteStatus route, Losses losses, long now) {
		return new OtlpHealthIndicator(() -> status(route, losses, now), "DEGRADED", "DATA_LOSS").health();
	}

	private static RouteStatus route(RouteState state, long since, SendFailure failure) {
		return route(Signal.TRACES, state, since, failure);
	}

	private static RouteStatus route(Signal signal, RouteState state, long since, SendFailure failure) {
		FailureRecord last = (failure != null) ? new FailureRecord(NOW, failure, 41) : null;
		CircuitBreakerState breaker = (state == RouteState.RETRYING) ? CircuitBreakerState.OPEN
				: CircuitBreakerState.CLOSED;
		return new RouteStatus("default", signal, state, since, new CircuitBreakerSnapshot(breaker, NOW, 41, NOW, 0),
				new Backlog(2, 40, 250, NOW - 12_000), 1, NOW - 90_000, NOW + 5000, 41, last,
				(last != null) ? List.of(last) : List.of());
	}

	private static PipelineStatus status(RouteStatus route, Losses losses, long now) {
		SignalLedger ledger = new SignalLedger(Signal.TRACES, 110, 100, Map.of(RefusalReason.BUFFER_FULL, 10L),
				List.of(new RouteLedger("default", 57, new Backlog(2, 40, 250, NOW - 12_000),
						Map.of(LossReason.REJECTED, 3L))));
		return new PipelineStatus(now, List.of(ledger), List.of(route),
				List.of(new Target("default", Signal.TRACES, "http://localhost:4318/v1/traces", "test", null)),
				new BufferLimits(1000, 1000), losses, null);
	}

}
