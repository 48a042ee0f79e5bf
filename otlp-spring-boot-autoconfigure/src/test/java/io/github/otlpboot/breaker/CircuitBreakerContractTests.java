package io.github.otlpboot.breaker;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

import io.github.otlpboot.testing.FakeTime;
import io.github.otlpboot.testing.Race;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What every {@link CircuitBreaker} does, tested through the interface alone.
 */
public abstract class CircuitBreakerContractTests {

	private static final int THRESHOLD = 3;

	private static final Duration WAIT = Duration.ofSeconds(5);

	private static final Duration MAX_WAIT = Duration.ofSeconds(30);

	private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(60);

	private static final Duration TICK = Duration.ofNanos(1);

	private static final int THREADS = 16;

	private final FakeTime time = new FakeTime();

	protected abstract CircuitBreaker create(CircuitBreakerSettings settings, Clock clock, LongSupplier nanos);

	// Transitions

	@Test
	void startsClosedAndPermitsCalls() {
		CircuitBreaker breaker = breaker(1);
		assertThat(breaker.snapshot())
			.isEqualTo(new CircuitBreakerSnapshot(CircuitBreakerState.CLOSED, this.time.millis(), 0, 0, 0));
		assertThat(breaker.nanosUntilPermitted()).isZero();
		assertThat(breaker.tryAcquire()).isNotNull();
	}

	@Test
	@DisplayName("M02: closed to open")
	void consecutiveFailuresOpen() {
		CircuitBreaker breaker = breaker(1);
		for (int i = 1; i < THRESHOLD; i++) {
			breaker.tryAcquire().failure();
			assertThat(breaker.snapshot().consecutiveFailures()).isEqualTo(i);
			assertState(breaker, CircuitBreakerState.CLOSED);
		}
		this.time.advance(Duration.ofSeconds(7));
		breaker.tryAcquire().failure();
		assertThat(breaker.snapshot()).isEqualTo(new CircuitBreakerSnapshot(CircuitBreakerState.OPEN,
				this.time.millis(), THRESHOLD, this.time.millis(), 0));
		assertThat(breaker.tryAcquire()).isNull();
	}

	@Test
	void successForgetsEarlierFailures() {
		CircuitBreaker breaker = breaker(1);
		for (int i = 0; i < 10; i++) {
			breaker.tryAcquire().failure();
			breaker.tryAcquire().failure();
			breaker.tryAcquire().success();
			assertThat(breaker.snapshot().consecutiveFailures()).isZero();
		}
		assertState(breaker, CircuitBreakerState.CLOSED);
	}

	@Test
	void ignoredCallsAreNeitherFailuresNorSuccesses() {
		CircuitBreaker breaker = breaker(1);
		breaker.tryAcquire().failure();
		breaker.tryAcquire().ignore();
		breaker.tryAcquire().failure();
		breaker.tryAcquire().ignore();
		assertThat(breaker.snapshot().consecutiveFailures()).isEqualTo(2);
		breaker.tryAcquire().failure();
		assertState(breaker, CircuitBreakerState.OPEN);
	}

	@Test
	@DisplayName("M02: open to half-open, not a nanosecond early")
	void openRefusesUntilTheWaitIsOver() {
		CircuitBreaker breaker = opened(1);
		assertThat(breaker.nanosUntilPermitted()).isEqualTo(WAIT.toNanos());
		this.time.advance(WAIT.minus(TICK));
		assertThat(breaker.tryAcquire()).isNull();
		assertThat(breaker.nanosUntilPermitted()).isEqualTo(1);
		this.time.advance(TICK);
		assertThat(breaker.nanosUntilPermitted()).isZero();
		assertState(breaker, CircuitBreakerState.OPEN);
		assertThat(breaker.tryAcquire()).isNotNull();
		assertState(breaker, CircuitBreakerState.HALF_OPEN);
		assertThat(breaker.snapshot().since()).isEqualTo(this.time.millis());
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	@DisplayName("M02: half-open to closed")
	void asManySuccessesAsProbesClose(int probes) {
		CircuitBreaker breaker = opened(probes);
		List<Permit> permits = probe(breaker, probes);
		for (int i = 0; i < probes; i++) {
			assertState(breaker, CircuitBreakerState.HALF_OPEN);
			assertThat(breaker.snapshot().probes()).isEqualTo(probes - i);
			permits.get(i).success();
		}
		CircuitBreakerSnapshot snapshot = breaker.snapshot();
		assertThat(snapshot.state()).isEqualTo(CircuitBreakerState.CLOSED);
		assertThat(snapshot.consecutiveFailures()).isZero();
		assertThat(snapshot.probes()).isZero();
		assertThat(breaker.tryAcquire()).isNotNull();
	}

	@Test
	@DisplayName("M02: half-open to open")
	void oneFailedProbeReopens() {
		CircuitBreaker breaker = opened(3);
		List<Permit> permits = probe(breaker, 3);
		permits.get(0).success();
		permits.get(1).failure();
		CircuitBreakerSnapshot snapshot = breaker.snapshot();
		assertThat(snapshot.state()).isEqualTo(CircuitBreakerState.OPEN);
		assertThat(snapshot.probes()).isZero();
		assertThat(snapshot.lastFailureAt()).isEqualTo(this.time.millis());
		assertThat(breaker.tryAcquire()).isNull();
		permits.get(2).success();
		assertState(breaker, CircuitBreakerState.OPEN);
	}

	// Probes

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	void halfOpenPermitsExactlyTheConfiguredProbes(int probes) {
		CircuitBreaker breaker = opened(probes);
		List<Permit> permits = probe(breaker, probes);
		assertThat(breaker.tryAcquire()).isNull();
		assertThat(breaker.nanosUntilPermitted()).isPositive();
		for (int i = 0; i < probes - 1; i++) {
			permits.get(i).success();
			// A success keeps its place: no more calls than those that decide
			assertThat(breaker.tryAcquire()).isNull();
		}
	}

	@Test
	void ignoredProbeFreesItsPlaceOnce() {
		CircuitBreaker breaker = opened(2);
		List<Permit> permits = probe(breaker, 2);
		permits.get(0).ignore();
		permits.get(0).ignore();
		assertThat(breaker.snapshot().probes()).isOne();
		assertThat(breaker.nanosUntilPermitted()).isZero();
		Permit third = breaker.tryAcquire();
		assertThat(third).isNotNull();
		assertThat(breaker.tryAcquire()).isNull();
		permits.get(1).success();
		assertState(breaker, CircuitBreakerState.HALF_OPEN);
		third.success();
		assertState(breaker, CircuitBreakerState.CLOSED);
	}

	@Test
	void onlyTheFirstReportOfAPermitCounts() {
		CircuitBreaker breaker = breaker(2);
		Permit permit = breaker.tryAcquire();
		for (int i = 0; i < 10; i++) {
			permit.failure();
		}
		assertThat(breaker.snapshot().consecutiveFailures()).isOne();
		permit.success();
		assertThat(breaker.snapshot().consecutiveFailures()).isOne();
		Permit ignored = breaker.tryAcquire();
		ignored.ignore();
		ignored.failure();
		assertThat(breaker.snapshot().consecutiveFailures()).isOne();

		breaker = opened(2);
		Permit probe = probe(breaker, 2).get(0);
		probe.success();
		probe.success();
		assertState(breaker, CircuitBreakerState.HALF_OPEN);
		probe.failure();
		assertState(breaker, CircuitBreakerState.HALF_OPEN);
	}

	@ParameterizedTest
	@ValueSource(ints = { 1, 3 })
	@DisplayName("M03: exactly the permitted probes at the transition, under many threads")
	void racingThreadsGetExactlyThePermittedProbes(int probes) throws Exception {
		try (Race race = new Race(THREADS)) {
			CircuitBreaker breaker = opened(probes);
			for (int round = 0; round < 500; round++) {
				this.time.advance(MAX_WAIT);
				List<Permit> permits = new ArrayList<>(race.run((thread) -> breaker.tryAcquire()));
				permits.removeIf((permit) -> permit == null);
				assertThat(permits).as("round %d", round).hasSize(probes);
				assertThat(breaker.snapshot().probes()).isEqualTo(probes);
				// The way back to open, with everyone asking while it happens
				List<Permit> late = race.run((thread) -> {
					if (thread == 0) {
						permits.get(0).failure();
					}
					return breaker.tryAcquire();
				});
				assertThat(late).as("round %d", round).containsOnlyNulls();
				assertState(breaker, CircuitBreakerState.OPEN);
			}
		}
	}

	@Test
	@DisplayName("M03: never more than the permitted probes at once, while places are freed and taken")
	void placesFreedUnderLoadAreNeverTakenTwice() throws Exception {
		int probes = 3;
		try (Race race = new Race(THREADS)) {
			CircuitBreaker breaker = opened(probes);
			this.time.advance(WAIT);
			AtomicInteger underWay = new AtomicInteger();
			AtomicInteger most = new AtomicInteger();
			List<Integer> acquired = race.run((thread) -> {
				int count = 0;
				for (int i = 0; i < 5_000; i++) {
					Permit permit = breaker.tryAcquire();
					if (permit != null) {
						count++;
						most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
						underWay.decrementAndGet();
						permit.ignore();
					}
				}
				return count;
			});
			assertThat(most.get()).isBetween(1, probes);
			assertThat(acquired.stream().mapToInt(Integer::intValue).sum()).isPositive();
			assertThat(breaker.snapshot().probes()).isZero();
			assertState(breaker, CircuitBreakerState.HALF_OPEN);
		}
	}

	@Test
	@DisplayName("M03: racing successes close once, and a racing failure wins or comes too late")
	void racingOutcomesLeaveOneOfTheTwoStates() throws Exception {
		try (Race race = new Race(THREADS)) {
			for (int round = 0; round < 200; round++) {
				CircuitBreaker breaker = opened(THREADS);
				List<CircuitBreakerState> entered = Collections.synchronizedList(new ArrayList<>());
				breaker.addListener((from, to) -> entered.add(to));
				List<Permit> permits = probe(breaker, THREADS);
				boolean fail = (round % 2) == 0;
				race.run((thread) -> {
					if (fail && thread == 5) {
						permits.get(thread).failure();
					}
					else {
						permits.get(thread).success();
					}
					return null;
				});
				assertThat(entered).containsExactly(CircuitBreakerState.HALF_OPEN,
						fail ? CircuitBreakerState.OPEN : CircuitBreakerState.CLOSED);
			}
		}
	}

	// Stale outcomes

	@Test
	void successSentBeforeOpeningDoesNotClose() {
		CircuitBreaker breaker = breaker(1);
		Permit old = breaker.tryAcquire();
		open(breaker);
		old.success();
		assertState(breaker, CircuitBreakerState.OPEN);
		assertThat(breaker.snapshot().consecutiveFailures()).isEqualTo(THRESHOLD);
		assertThat(breaker.tryAcquire()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "success", "failure", "ignore" })
	void outcomeOfTheClosedStateChangesNothingInHalfOpen(String outcome) {
		CircuitBreaker breaker = breaker(1);
		Permit old = breaker.tryAcquire();
		open(breaker);
		Permit probe = probe(breaker, 1).get(0);
		assertUnchangedBy(breaker, () -> report(old, outcome));
		assertThat(breaker.tryAcquire()).isNull();
		probe.success();
		assertState(breaker, CircuitBreakerState.CLOSED);
	}

	@ParameterizedTest
	@ValueSource(strings = { "success", "failure", "ignore" })
	void outcomeOfAnEarlierHalfOpenChangesNothingInALaterOne(String outcome) {
		CircuitBreaker breaker = opened(2);
		List<Permit> first = probe(breaker, 2);
		first.get(0).failure();
		this.time.advance(MAX_WAIT);
		assertThat(breaker.tryAcquire()).isNotNull();
		assertUnchangedBy(breaker, () -> report(first.get(1), outcome));
		assertThat(breaker.tryAcquire()).isNotNull();
		assertThat(breaker.tryAcquire()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "success", "failure", "ignore" })
	void outcomeOfAnEarlierClosedStateChangesNothingInALaterOne(String outcome) {
		CircuitBreaker breaker = breaker(1);
		List<Permit> old = new ArrayList<>();
		for (int i = 0; i < 2 * THRESHOLD; i++) {
			old.add(breaker.tryAcquire());
		}
		open(breaker);
		probe(breaker, 1).get(0).success();
		breaker.tryAcquire().failure();
		assertUnchangedBy(breaker, () -> old.forEach((permit) -> report(permit, outcome)));
		assertThat(breaker.snapshot().consecutiveFailures()).isOne();
	}

	@ParameterizedTest
	@ValueSource(strings = { "success", "failure", "ignore" })
	void outcomeChangesNothingWhileForcedOpen(String outcome) {
		CircuitBreaker breaker = opened(1);
		Permit probe = probe(breaker, 1).get(0);
		breaker.forceOpen();
		assertUnchangedBy(breaker, () -> report(probe, outcome));
		breaker.reset();
		assertState(breaker, CircuitBreakerState.CLOSED);
	}

	// Permits that never report

	@Test
	void probeThatNeverReportsIsGivenUpAsAFailure() {
		CircuitBreaker breaker = opened(1);
		Permit lost = probe(breaker, 1).get(0);
		this.time.advance(PROBE_TIMEOUT.minus(TICK));
		assertThat(breaker.tryAcquire()).isNull();
		assertState(breaker, CircuitBreakerState.HALF_OPEN);
		this.time.advance(TICK);
		assertThat(breaker.tryAcquire()).isNull();
		assertState(breaker, CircuitBreakerState.OPEN);
		assertThat(breaker.snapshot().lastFailureAt()).isEqualTo(this.time.millis());
		assertThat(breaker.snapshot().consecutiveFailures()).isEqualTo(THRESHOLD + 1);
		assertThat(breaker.nanosUntilPermitted()).isEqualTo(WAIT.multipliedBy(2).toNanos());
		assertUnchangedBy(breaker, lost::success);
		this.time.advance(WAIT.multipliedBy(2));
		Permit next = breaker.tryAcquire();
		assertUnchangedBy(breaker, lost::failure);
		next.success();
		assertState(breaker, CircuitBreakerState.CLOSED);
	}

	@Test
	void lostProbeIsGivenUpEvenIfOthersHaveReported() {
		CircuitBreaker breaker = opened(2);
		List<Permit> permits = probe(breaker, 2);
		permits.get(1).success();
		this.time.advance(PROBE_TIMEOUT);
		assertThat(breaker.tryAcquire()).isNull();
		assertState(breaker, CircuitBreakerState.OPEN);
	}

	@Test
	void lostProbeIsNoticedByWhoeverLooks() {
		CircuitBreaker breaker = opened(1);
		probe(breaker, 1);
		this.time.advance(PROBE_TIMEOUT);
		assertState(breaker, CircuitBreakerState.OPEN);
		this.time.advance(MAX_WAIT);
		assertThat(breaker.tryAcquire()).isNotNull();
		this.time.advance(PROBE_TIMEOUT);
		assertThat(breaker.nanosUntilPermitted()).isEqualTo(WAIT.multipliedBy(4).toNanos());
	}

	@Test
	void whoeverNoticesALostProbeTellsOfIt() {
		List<Consumer<CircuitBreaker>> looks = List.of(CircuitBreaker::tryAcquire, CircuitBreaker::nanosUntilPermitted,
				CircuitBreaker::snapshot);
		for (Consumer<CircuitBreaker> look : looks) {
			CircuitBreaker breaker = opened(1);
			probe(breaker, 1);
			List<CircuitBreakerState> told = new ArrayList<>();
			breaker.addListener((from, to) -> told.add(to));
			this.time.advance(PROBE_TIMEOUT);
			look.accept(breaker);
			assertThat(told).containsExactly(CircuitBreakerState.OPEN);
		}
	}

	@Test
	void theWaitAfterALostProbeBeginsWhenItIsNoticed() {
		CircuitBreaker breaker = opened(1);
		probe(breaker, 1);
		this.time.advance(PROBE_TIMEOUT);
		assertThat(breaker.tryAcquire()).isNull();
		this.time.advance(WAIT.multipliedBy(2));
		assertThat(breaker.tryAcquire()).isNotNull();
	}

	@Test
	void lateSuccessOfAProbeIsAFailureEvenIfNobodyLooked() {
		CircuitBreaker breaker = opened(1);
		Permit probe = probe(breaker, 1).get(0);
		this.time.advance(PROBE_TIMEOUT);
		probe.success();
		assertState(breaker, CircuitBreakerState.OPEN);
	}

	@Test
	void probeThatReportsJustInTimeCounts() {
		CircuitBreaker breaker = opened(1);
		Permit probe = probe(breaker, 1).get(0);
		this.time.advance(PROBE_TIMEOUT.minus(TICK));
		probe.success();
		assertState(breaker, CircuitBreakerState.CLOSED);
	}

	@Test
	void callerThatWaitsAsToldIsPermittedAgainAfterALostProbe() {
		CircuitBreaker breaker = opened(1);
		probe(breaker, 1);
		Permit permit = null;
		for (int i = 0; permit == null && i < 5; i++) {
			long nanos = breaker.nanosUntilPermitted();
			assertThat(nanos).isLessThanOrEqualTo(PROBE_TIMEOUT.plus(MAX_WAIT).toNanos());
			this.time.advance(Duration.ofNanos(nanos));
			permit = breaker.tryAcquire();
		}
		assertThat(permit).isNotNull();
	}

	@Test
	void callsThatNeverReportWhileClosedHarmNothing() {
		CircuitBreaker breaker = breaker(1);
		for (int i = 0; i < 10_000; i++) {
			assertThat(breaker.tryAcquire()).isNotNull();
		}
		this.time.advance(PROBE_TIMEOUT.multipliedBy(2));
		assertThat(breaker.tryAcquire()).isNotNull();
		assertThat(breaker.snapshot().probes()).isZero();
		assertThat(breaker.snapshot().consecutiveFailures()).isZero();
	}

	// Time

	@Test
	void waitDoublesUpToTheLongest() {
		CircuitBreaker breaker = opened(1);
		for (int seconds : new int[] { 5, 10, 20, 30, 30 }) {
			assertWaits(breaker, Duration.ofSeconds(seconds));
			breaker.tryAcquire().failure();
		}
	}

	@Test
	void recoveryForgetsTheDoubling() {
		CircuitBreaker breaker = opened(1);
		this.time.advance(WAIT);
		breaker.tryAcquire().failure();
		this.time.advance(WAIT.multipliedBy(2));
		breaker.tryAcquire().success();
		open(breaker);
		assertWaits(breaker, WAIT);
	}

	@Test
	void resetForgetsTheDoubling() {
		CircuitBreaker breaker = opened(1);
		this.time.advance(WAIT);
		breaker.tryAcquire().failure();
		breaker.reset();
		open(breaker);
		assertWaits(breaker, WAIT);
	}

	@ParameterizedTest
	@ValueSource(longs = { -1_000_000, -1, 1, 1_000_000 })
	void jumpsOfTheWallClockDoNotMatter(long seconds) {
		CircuitBreaker breaker = opened(1);
		this.time.jumpWallClock(Duration.ofSeconds(seconds));
		assertWaits(breaker, WAIT);
		Permit probe = breaker.tryAcquire();
		this.time.jumpWallClock(Duration.ofSeconds(seconds));
		assertState(breaker, CircuitBreakerState.HALF_OPEN);
		probe.success();
		assertState(breaker, CircuitBreakerState.CLOSED);
	}

	@Test
	void lastFailureIsRememberedAfterRecovery() {
		CircuitBreaker breaker = opened(1);
		long failedAt = this.time.millis();
		probe(breaker, 1).get(0).success();
		assertThat(breaker.snapshot().lastFailureAt()).isEqualTo(failedAt);
		assertThat(breaker.snapshot().since()).isEqualTo(this.time.millis());
	}

	// Operators

	@Test
	void forcedOpenRefusesUntilReset() {
		CircuitBreaker breaker = breaker(1);
		breaker.forceOpen();
		assertState(breaker, CircuitBreakerState.FORCED_OPEN);
		this.time.advance(Duration.ofDays(365));
		assertThat(breaker.tryAcquire()).isNull();
		assertThat(breaker.nanosUntilPermitted()).isEqualTo(Long.MAX_VALUE);
		breaker.reset();
		assertState(breaker, CircuitBreakerState.CLOSED);
		assertThat(breaker.nanosUntilPermitted()).isZero();
		assertThat(breaker.tryAcquire()).isNotNull();
	}

	@Test
	void resetForgetsAllFailures() {
		CircuitBreaker breaker = breaker(1);
		fail(breaker, THRESHOLD - 1);
		breaker.reset();
		assertThat(breaker.snapshot().consecutiveFailures()).isZero();
		assertThat(breaker.snapshot().lastFailureAt()).isZero();
		fail(breaker, THRESHOLD - 1);
		assertState(breaker, CircuitBreakerState.CLOSED);
		fail(breaker, 1);
		assertState(breaker, CircuitBreakerState.OPEN);
		breaker.reset();
		assertState(breaker, CircuitBreakerState.CLOSED);
	}

	@Test
	void resetInHalfOpenMakesOutstandingProbesStale() {
		CircuitBreaker breaker = opened(1);
		Permit probe = probe(breaker, 1).get(0);
		breaker.reset();
		assertThat(breaker.snapshot().probes()).isZero();
		assertUnchangedBy(breaker, probe::failure);
		this.time.advance(PROBE_TIMEOUT);
		assertState(breaker, CircuitBreakerState.CLOSED);
	}

	// Listeners

	@Test
	void listenersAreToldOfEveryTransitionInOrder() {
		CircuitBreaker breaker = breaker(1);
		List<String> told = new ArrayList<>();
		breaker.addListener((from, to) -> told.add(from + ">" + to));
		open(breaker);
		probe(breaker, 1).get(0).failure();
		this.time.advance(MAX_WAIT);
		breaker.tryAcquire().success();
		breaker.reset();
		breaker.forceOpen();
		breaker.forceOpen();
		breaker.reset();
		assertThat(told).containsExactly("CLOSED>OPEN", "OPEN>HALF_OPEN", "HALF_OPEN>OPEN", "OPEN>HALF_OPEN",
				"HALF_OPEN>CLOSED", "CLOSED>FORCED_OPEN", "FORCED_OPEN>CLOSED");
	}

	@Test
	void listenersAreToldByTheThreadThatCausedTheTransition() {
		CircuitBreaker breaker = breaker(1);
		AtomicReference<Thread> teller = new AtomicReference<>();
		breaker.addListener((from, to) -> teller.set(Thread.currentThread()));
		breaker.forceOpen();
		assertThat(teller).hasValue(Thread.currentThread());
	}

	@Test
	void listenerThatThrowsHarmsNobody() {
		CircuitBreaker breaker = breaker(1);
		List<CircuitBreakerState> told = new ArrayList<>();
		breaker.addListener((from, to) -> {
			throw new IllegalStateException("a listener's own trouble");
		});
		breaker.addListener((from, to) -> {
			throw new AssertionError("a listener's own trouble");
		});
		breaker.addListener((from, to) -> told.add(to));
		open(breaker);
		breaker.reset();
		assertThat(told).containsExactly(CircuitBreakerState.OPEN, CircuitBreakerState.CLOSED);
	}

	@Test
	void listenersAreToldOutsideTheLock() {
		CircuitBreaker breaker = breaker(1);
		List<CircuitBreakerState> seen = new ArrayList<>();
		breaker.addListener((from, to) -> seen.add(fromAnotherThread(breaker).state()));
		open(breaker);
		probe(breaker, 1).get(0).success();
		assertThat(seen).containsExactly(CircuitBreakerState.OPEN, CircuitBreakerState.HALF_OPEN,
				CircuitBreakerState.CLOSED);
	}

	@Test
	void listenerThatWaitsForATransitionOfAnotherThreadDoesNotDeadlock() {
		CircuitBreaker breaker = breaker(1);
		List<CircuitBreakerState> told = Collections.synchronizedList(new ArrayList<>());
		breaker.addListener((from, to) -> {
			if (to == CircuitBreakerState.OPEN) {
				await(CompletableFuture.runAsync(breaker::forceOpen));
			}
			told.add(to);
		});
		fail(breaker, THRESHOLD);
		assertThat(told).containsExactly(CircuitBreakerState.OPEN, CircuitBreakerState.FORCED_OPEN);
	}

	@Test
	void transitionCausedByAListenerIsToldAfterTheOneThatCausedIt() {
		CircuitBreaker breaker = breaker(1);
		List<CircuitBreakerState> told = new ArrayList<>();
		breaker.addListener((from, to) -> {
			if (to == CircuitBreakerState.OPEN) {
				breaker.forceOpen();
			}
		});
		breaker.addListener((from, to) -> told.add(to));
		fail(breaker, THRESHOLD);
		assertThat(told).containsExactly(CircuitBreakerState.OPEN, CircuitBreakerState.FORCED_OPEN);
	}

	// Everything at once

	@Test
	@Tag("stress")
	@DisplayName("M11: every snapshot is consistent and every transition is told once and in order, under load")
	void stateStaysConsistentUnderLoad() throws Exception {
		long seed = System.nanoTime();
		int probes = 2;
		CircuitBreaker breaker = breaker(probes);
		List<CircuitBreakerState> chain = Collections.synchronizedList(new ArrayList<>());
		chain.add(CircuitBreakerState.CLOSED);
		List<String> broken = Collections.synchronizedList(new ArrayList<>());
		breaker.addListener((from, to) -> {
			if (chain.get(chain.size() - 1) != from) {
				broken.add(from + " told after " + chain.get(chain.size() - 1));
			}
			chain.add(to);
		});
		try (Race race = new Race(THREADS)) {
			race.run((thread) -> {
				Random random = new Random(seed + thread);
				for (int i = 0; i < 5_000; i++) {
					act(breaker, random);
					CircuitBreakerSnapshot snapshot = breaker.snapshot();
					if (!isConsistent(snapshot, probes)) {
						broken.add(snapshot.toString());
					}
				}
				return null;
			});
		}
		assertThat(broken).as("seed %d", seed).isEmpty();
		assertThat(chain.size()).as("seed %d", seed).isGreaterThan(100);
		assertThat(chain.get(chain.size() - 1)).as("seed %d", seed).isEqualTo(breaker.snapshot().state());
	}

	@Test
	@Tag("stress")
	@DisplayName("M11: no snapshot shows half of a state change")
	void snapshotsNeverShowHalfOfAChange() throws Exception {
		CircuitBreaker breaker = breaker(1);
		AtomicBoolean done = new AtomicBoolean();
		List<CircuitBreakerSnapshot> broken = Collections.synchronizedList(new ArrayList<>());
		try (Race race = new Race(3)) {
			race.run((thread) -> {
				if (thread == 0) {
					for (int i = 0; i < 100_000; i++) {
						fail(breaker, THRESHOLD);
						breaker.reset();
					}
					done.set(true);
				}
				while (!done.get() && !Thread.interrupted()) {
					CircuitBreakerSnapshot snapshot = breaker.snapshot();
					boolean open = snapshot.state() == CircuitBreakerState.OPEN;
					if (open != (snapshot.consecutiveFailures() == THRESHOLD)
							|| (snapshot.consecutiveFailures() > 0) != (snapshot.lastFailureAt() > 0)) {
						broken.add(snapshot);
					}
				}
				return null;
			});
		}
		assertThat(broken).isEmpty();
	}

	private void act(CircuitBreaker breaker, Random random) {
		Permit permit = breaker.tryAcquire();
		int choice = random.nextInt(100);
		if (permit != null) {
			if (choice < 50) {
				permit.failure();
			}
			else if (choice < 90) {
				permit.success();
			}
			else if (choice < 95) {
				permit.ignore();
			}
		}
		if (choice == 98) {
			breaker.forceOpen();
		}
		else if (choice == 99) {
			breaker.reset();
		}
		else if (choice % 5 == 0) {
			this.time.advance(WAIT);
		}
	}

	private static boolean isConsistent(CircuitBreakerSnapshot snapshot, int probes) {
		return switch (snapshot.state()) {
			case CLOSED -> snapshot.probes() == 0 && snapshot.consecutiveFailures() < THRESHOLD;
			case HALF_OPEN -> snapshot.probes() <= probes;
			case OPEN -> snapshot.probes() == 0 && snapshot.lastFailureAt() > 0 && snapshot.consecutiveFailures() > 0;
			case FORCED_OPEN -> snapshot.probes() == 0;
		};
	}

	private CircuitBreaker breaker(int probes) {
		return create(new CircuitBreakerSettings(THRESHOLD, WAIT, MAX_WAIT, probes, PROBE_TIMEOUT), this.time.clock(),
				this.time.nanos());
	}

	private CircuitBreaker opened(int probes) {
		CircuitBreaker breaker = breaker(probes);
		open(breaker);
		return breaker;
	}

	private static void open(CircuitBreaker breaker) {
		fail(breaker, THRESHOLD);
		assertState(breaker, CircuitBreakerState.OPEN);
	}

	private static void fail(CircuitBreaker breaker, int times) {
		for (int i = 0; i < times; i++) {
			breaker.tryAcquire().failure();
		}
	}

	private List<Permit> probe(CircuitBreaker breaker, int probes) {
		this.time.advance(WAIT);
		List<Permit> permits = new ArrayList<>();
		for (int i = 0; i < probes; i++) {
			Permit permit = breaker.tryAcquire();
			assertThat(permit).isNotNull();
			permits.add(permit);
		}
		return permits;
	}

	private void assertWaits(CircuitBreaker breaker, Duration wait) {
		assertThat(breaker.nanosUntilPermitted()).isEqualTo(wait.toNanos());
		this.time.advance(wait.minus(TICK));
		assertThat(breaker.tryAcquire()).isNull();
		this.time.advance(TICK);
		assertThat(breaker.nanosUntilPermitted()).isZero();
	}

	private static void assertState(CircuitBreaker breaker, CircuitBreakerState state) {
		assertThat(breaker.snapshot().state()).isEqualTo(state);
	}

	private static void assertUnchangedBy(CircuitBreaker breaker, Runnable action) {
		CircuitBreakerSnapshot before = breaker.snapshot();
		long nanosBefore = breaker.nanosUntilPermitted();
		action.run();
		assertThat(breaker.snapshot()).isEqualTo(before);
		assertThat(breaker.nanosUntilPermitted()).isEqualTo(nanosBefore);
	}

	private static void report(Permit permit, String outcome) {
		Consumer<Permit> report = switch (outcome) {
			case "success" -> Permit::success;
			case "failure" -> Permit::failure;
			default -> Permit::ignore;
		};
		report.accept(permit);
	}

	private static CircuitBreakerSnapshot fromAnotherThread(CircuitBreaker breaker) {
		return await(CompletableFuture.supplyAsync(() -> {
			breaker.nanosUntilPermitted();
			return breaker.snapshot();
		}));
	}

	private static <T> T await(CompletableFuture<T> future) {
		return future.orTimeout(10, TimeUnit.SECONDS).join();
	}

}
