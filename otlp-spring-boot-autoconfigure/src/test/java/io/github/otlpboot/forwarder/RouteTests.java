package io.github.otlpboot.forwarder;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.CircuitBreakerState;
import io.github.otlpboot.breaker.SingleLockCircuitBreaker;
import io.github.otlpboot.buffer.BatchBuffer;
import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.MemoryBatchSource;
import io.github.otlpboot.buffer.MemoryLedger;
import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.BatchSource;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Settlement;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.SourcedBatch;
import io.github.otlpboot.testing.FakeTime;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Route}: what becomes of a request, outcome by outcome.
 */
class RouteTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static final Duration MAX_DELAY = Duration.ofMillis(200);

	private final FakeTime time = new FakeTime();

	private final AtomicInteger wakes = new AtomicInteger();

	private final AtomicInteger released = new AtomicInteger();

	private final List<String> events = new ArrayList<>();

	/** Which reads of the source fail, counted from 1. */
	private final Set<Integer> failingReads = new HashSet<>();

	private ScriptedTransport transport;

	private BatchBuffer buffer;

	private MemoryBatchSource source;

	private SingleLockCircuitBreaker breaker;

	private Route route;

	@BeforeEach
	void setUp() {
		create(2, 100);
	}

	private void create(int maxInFlight, int maxItems) {
		this.transport = new ScriptedTransport();
		this.buffer = new BatchBuffer(Signal.TRACES, new BufferLimits(1000, 1_000_000), this.time.clock(),
				this.wakes::incrementAndGet);
		this.source = new MemoryBatchSource(this.buffer);
		this.breaker = new SingleLockCircuitBreaker(CircuitBreakerSettings.DEFAULTS, this.time.clock(),
				this.time.nanos());
		RouteSettings settings = new RouteSettings(new BatchSettings(maxItems, 10_000, MAX_DELAY),
				RetrySettings.DEFAULTS, TIMEOUT, maxInFlight, LossReason.SHUTDOWN);
		ForwarderContext context = new ForwarderContext(this.time.clock(), this.time.nanos(), () -> 0.5,
				this.wakes::incrementAndGet);
		this.route = new Route("default", new FailingSource(), this.transport, this.breaker, settings, new Recorder(),
				context);
	}

	@Test
	void whenNothingWaitsSleepsUntilWoken() {
		assertThat(this.route.doWork()).isZero();
		assertThat(this.route.nanosUntilWork()).isEqualTo(Long.MAX_VALUE);
		assertThat(this.route.status().state()).isEqualTo(RouteState.IDLE);
	}

	@Test
	void waitsForCompanyNoLongerThanMaxDelayAndMergesInOrder() {
		offer("a", 1);
		assertThat(this.route.doWork()).isZero();
		assertThat(this.route.nanosUntilWork()).isEqualTo(MAX_DELAY.toNanos());
		this.time.advance(MAX_DELAY.minusMillis(1));
		offer("b", 2);
		assertThat(this.route.doWork()).isZero();
		this.time.advance(Duration.ofMillis(1));
		assertThat(this.route.doWork()).isOne();
		assertThat(sent()).containsExactly("ab");
		assertThat(this.transport.last().items()).isEqualTo(3);
	}

	@Test
	void whenRequestIsFullSendsAtOnce() {
		offer("a", 60);
		offer("b", 60);
		this.route.doWork();
		assertThat(sent()).as("two batches do not fit into one request of 100 items").containsExactly("a");
		this.time.advance(MAX_DELAY);
		this.route.doWork();
		this.time.advance(MAX_DELAY);
		this.route.doWork();
		assertThat(sent()).containsExactly("a", "b");
	}

	@Test
	void arrivalsWakeWhileTheyMayBeDueSooner() {
		assertThat(this.route.nanosUntilWork()).isEqualTo(Long.MAX_VALUE);
		assertWakes(true);
		offer("a", 1);
		assertThat(this.route.nanosUntilWork()).isEqualTo(MAX_DELAY.toNanos());
		assertWakes(true);
	}

	@Test
	void arrivalsDoNotWakeWhileTheDestinationHasAllItMayHave() {
		create(1, 100);
		sendOne("a", 1);
		offer("b", 1);
		this.route.nanosUntilWork();
		assertWakes(false);
		this.transport.answerLast(new SendResult.Accepted());
		this.route.doWork();
		assertThat(sent()).containsExactly("a", "b");
		this.transport.answerLast(new SendResult.Accepted());
		this.route.doWork();
		this.route.nanosUntilWork();
		assertWakes(true);
	}

	@Test
	void arrivalsDoNotWakeDuringAPauseThatOutlastsThem() {
		sendOne("a", 1);
		this.transport.answerLast(new SendResult.Retryable(failure("503", false), null));
		this.route.doWork();
		assertThat(this.route.nanosUntilWork()).isEqualTo(Duration.ofSeconds(1).toNanos());
		assertWakes(false);
		this.time.advance(Duration.ofSeconds(1));
		this.route.doWork();
		this.transport.answerLast(new SendResult.Accepted());
		this.route.doWork();
		this.route.nanosUntilWork();
		assertWakes(true);
	}

	private void assertWakes(boolean expected) {
		int before = this.wakes.get();
		this.route.arrived();
		assertThat(this.wakes.get() > before).isEqualTo(expected);
	}

	@Test
	void flushSendsWithoutWaitingForCompany() {
		offer("a", 1);
		this.route.flush();
		assertThat(this.route.doWork()).isOne();
		assertThat(sent()).containsExactly("a");
	}

	@Test
	void acceptedRequestIsSettledAndReleased() {
		sendOne("a", 3);
		this.transport.answerLast(new SendResult.Accepted());
		this.route.doWork();
		MemoryLedger ledger = this.source.ledger();
		assertThat(ledger.delivered()).isEqualTo(3);
		assertThat(ledger.pending().isEmpty()).isTrue();
		assertThat(this.released).hasValue(1);
		assertThat(this.route.status().state()).isEqualTo(RouteState.IDLE);
		assertThat(this.route.status().lastSuccess()).isEqualTo(this.time.clock().millis());
	}

	@Test
	@DisplayName("C29: requests go at the same time, as many as configured and no more")
	void noMoreRequestsAreUnderWayThanPermitted() {
		for (String name : List.of("a", "b", "c")) {
			offer(name, 100);
		}
		this.route.doWork();
		assertThat(sent()).containsExactly("a", "b");
		assertThat(this.route.status().inFlight()).isEqualTo(2);
		this.transport.answer(0).complete(new SendResult.Accepted());
		this.route.doWork();
		assertThat(sent()).containsExactly("a", "b", "c");
	}

	@Test
	@DisplayName("C16: a partial success is never sent again, its rejects are counted")
	void partialSuccessCountsRejects() {
		sendOne("a", 5);
		this.transport.answerLast(new SendResult.Partial(2, "two are bad"));
		this.route.doWork();
		this.time.advance(Duration.ofMinutes(1));
		this.route.doWork();
		assertThat(sent()).containsExactly("a");
		assertThat(this.source.ledger().delivered()).isEqualTo(3);
		assertThat(this.source.ledger().lost()).isEqualTo(Map.of(LossReason.PARTIAL_SUCCESS, 2L));
	}

	@Test
	void partialSuccessThatClaimsTheImpossibleIsBounded() {
		sendOne("a", 5);
		this.transport.answerLast(new SendResult.Partial(Long.MAX_VALUE, ""));
		this.route.doWork();
		assertThat(this.source.ledger().lost()).isEqualTo(Map.of(LossReason.PARTIAL_SUCCESS, 5L));
		sendOne("b", 5);
		this.transport.answerLast(new SendResult.Partial(-7, ""));
		this.route.doWork();
		assertThat(this.source.ledger().delivered()).isEqualTo(5);
	}

	@Test
	@DisplayName("C23: a failed request is sent again after a growing wait")
	void retryableIsSentAgainAfterBackoff() {
		sendOne("a", 1);
		long[] expected = { 1000, 1500, 2250 };
		for (long wait : expected) {
			this.transport.answerLast(new SendResult.Retryable(failure("503", false), null));
			this.route.doWork();
			assertThat(this.route.status().state()).isEqualTo(RouteState.RETRYING);
			int before = sent().size();
			this.time.advance(Duration.ofMillis(wait - 1));
			this.route.doWork();
			assertThat(sent()).hasSize(before);
			this.time.advance(Duration.ofMillis(1));
			this.route.doWork();
			assertThat(sent()).hasSize(before + 1).containsOnly("a");
		}
		assertThat(this.route.status().consecutiveFailures()).isEqualTo(3);
		this.transport.answerLast(new SendResult.Accepted());
		this.route.doWork();
		assertThat(this.source.ledger().delivered()).isOne();
		assertThat(this.route.status().consecutiveFailures()).isZero();
		assertThat(this.events).containsExactly("IDLE->RETRYING", "RETRYING->DELIVERING");
	}

	@Test
	@DisplayName("C20, T25: never earlier than the destination asks")
	void retryAfterIsHonoured() {
		sendOne("a", 1);
		this.transport.answerLast(new SendResult.Retryable(failure("429", false), Duration.ofSeconds(7)));
		this.route.doWork();
		this.time.advance(Duration.ofMillis(6999));
		this.route.doWork();
		assertThat(sent()).hasSize(1);
		assertThat(this.route.nanosUntilWork()).isEqualTo(Duration.ofMillis(1).toNanos());
		this.time.advance(Duration.ofMillis(1));
		this.route.doWork();
		assertThat(sent()).hasSize(2);
		assertThat(this.breaker.snapshot().state()).isEqualTo(CircuitBreakerState.CLOSED);
	}

	@Test
	@DisplayName("T25: what a request sent before makes of it, the next attempt never comes before the wait is over")
	void retryAfterHoldsWhateverBecomesOfARequestSentBefore() {
		for (SendResult other : List.of(new SendResult.Accepted(),
				new SendResult.Retryable(failure("lost", true), null),
				new SendResult.Rejected(failure("400", false), false), new SendResult.Held(failure("401", false)))) {
			create(2, 100);
			offer("a", 100);
			offer("b", 100);
			this.route.doWork();
			int before = sent().size();
			this.transport.answer(before - 2)
				.complete(new SendResult.Retryable(failure("429", false), Duration.ofMinutes(5)));
			this.route.doWork();
			this.transport.answer(before - 1).complete(other);
			offer("c", 100);
			this.route.doWork();
			this.time.advance(Duration.ofMinutes(5).minusMillis(1));
			this.route.doWork();
			assertThat(sent()).as("%s", other).hasSize(before);
			this.time.advance(Duration.ofMillis(1));
			this.route.doWork();
			assertThat(sent()).as("%s", other).hasSizeGreaterThan(before);
		}
	}

	@Test
	void whileInTroubleOneRequestAtATimeIsUnderWay() {
		offer("a", 100);
		offer("b", 100);
		this.route.doWork();
		this.transport.answer(0).complete(new SendResult.Retryable(failure("503", true), null));
		this.transport.answer(1).complete(new SendResult.Retryable(failure("503", true), null));
		this.route.doWork();
		this.time.advance(Duration.ofSeconds(30));
		this.route.doWork();
		assertThat(this.transport.open()).isOne();
		assertThat(sent()).as("oldest first").containsExactly("a", "b", "a");
		this.transport.answerLast(new SendResult.Accepted());
		this.route.doWork();
		assertThat(sent()).containsExactly("a", "b", "a", "b");
	}

	@Test
	@DisplayName("C18: held data is kept, and probed once every max-interval or when told")
	void heldRoutePausesAndKeepsData() {
		sendOne("a", 4);
		this.transport.answerLast(new SendResult.Held(failure("401", false)));
		this.route.doWork();
		assertThat(this.route.status().state()).isEqualTo(RouteState.PAUSED);
		this.time.advance(Duration.ofMillis(29_999));
		this.route.doWork();
		assertThat(sent()).hasSize(1);
		this.time.advance(Duration.ofMillis(1));
		this.route.doWork();
		assertThat(sent()).hasSize(2);
		this.transport.answerLast(new SendResult.Held(failure("401", false)));
		this.route.doWork();
		this.route.retryNow();
		assertThat(this.route.nanosUntilWork()).isZero();
		this.route.doWork();
		assertThat(sent()).hasSize(3);
		assertThat(this.breaker.snapshot().state()).isEqualTo(CircuitBreakerState.CLOSED);
		this.transport.answerLast(new SendResult.Accepted());
		this.route.doWork();
		assertThat(this.source.ledger().delivered()).isEqualTo(4);
	}

	@Test
	void retryNowEndsTheWaitOfAnOpenBreaker() {
		sendOne("a", 1);
		failUntilOpen();
		this.route.retryNow();
		this.route.doWork();
		assertThat(this.transport.open()).isOne();
		this.transport.answerLast(new SendResult.Accepted());
		this.route.doWork();
		assertThat(this.source.ledger().delivered()).isEqualTo(1);
	}

	@Test
	void retryNowLeavesABreakerAloneThatAnOperatorHasOpened() {
		sendOne("a", 1);
		this.breaker.forceOpen();
		this.transport.answerLast(new SendResult.Held(failure("401", false)));
		this.route.doWork();
		this.route.retryNow();
		this.route.doWork();
		assertThat(this.transport.open()).isZero();
		assertThat(this.breaker.snapshot().state()).isEqualTo(CircuitBreakerState.FORCED_OPEN);
	}

	@Test
	@DisplayName("T33: an attempt that was under way with the old credential does not delay the new one")
	void failureOfASupersededAttemptDoesNotWait() {
		sendOne("a", 1);
		this.route.retryNow();
		this.route.doWork();
		this.transport.answerLast(new SendResult.Held(failure("401", false)));
		this.route.doWork();
		assertThat(sent()).as("at once, and only once").hasSize(2);
		this.transport.answerLast(new SendResult.Held(failure("401", false)));
		this.route.doWork();
		assertThat(sent()).hasSize(2);
		assertThat(this.route.status().state()).isEqualTo(RouteState.PAUSED);
	}

	@Test
	@DisplayName("T25: whoever asks to wait is waited for, whatever has changed meanwhile")
	void supersededAttemptIsNotRepeatedBeforeTheServerAllows() {
		sendOne("a", 1);
		this.route.retryNow();
		this.route.doWork();
		this.transport.answerLast(new SendResult.Retryable(failure("429", false), Duration.ofSeconds(5)));
		this.route.doWork();
		assertThat(sent()).hasSize(1);
		this.time.advance(Duration.ofSeconds(5));
		this.route.doWork();
		assertThat(sent()).hasSize(2);
	}

	private void failUntilOpen() {
		while (this.breaker.snapshot().state() != CircuitBreakerState.OPEN) {
			this.transport.answerLast(new SendResult.Retryable(failure(null, true), null));
			this.route.doWork();
			if (this.transport.open() == 0) {
				this.time.advance(Duration.ofMillis(100));
				this.route.doWork();
			}
		}
	}

	@Test
	@DisplayName("C19, T26: a refused merged request is taken apart once; the poison alone is lost")
	void rejectedMergedRequestIsTakenApart() {
		offer("a", 1);
		offer("P", 2);
		offer("c", 3);
		this.time.advance(MAX_DELAY);
		this.route.doWork();
		this.time.advance(MAX_DELAY);
		this.route.doWork();
		assertThat(sent()).containsExactly("aPc");
		this.transport.answerLast(new SendResult.Rejected(failure("400", false), true));
		answerAll(10, (request) -> request.contains("P") ? new SendResult.Rejected(failure("400", false), true)
				: new SendResult.Accepted());
		assertThat(sent()).containsExactly("aPc", "a", "P", "c");
		assertThat(this.source.ledger().delivered()).isEqualTo(4);
		assertThat(this.source.ledger().lost()).isEqualTo(Map.of(LossReason.REJECTED, 2L));
		assertThat(this.events).contains("lost 2 REJECTED");
		assertThat(this.source.ledger().isBalanced()).isTrue();
		assertThat(this.released).hasValue(3);
	}

	@Test
	@DisplayName("C11: an answer that must not be retried is not taken apart either")
	void indivisibleRejectionLosesTheRequest() {
		offer("a", 1);
		offer("b", 2);
		this.time.advance(MAX_DELAY);
		this.route.doWork();
		this.time.advance(MAX_DELAY);
		this.route.doWork();
		this.transport.answerLast(new SendResult.Rejected(failure("200", false), false));
		this.route.doWork();
		assertThat(sent()).containsExactly("ab");
		assertThat(this.source.ledger().lost()).isEqualTo(Map.of(LossReason.REJECTED, 3L));
	}

	@Test
	@DisplayName("T27: a request that is too large is split down to the item that does not fit")
	void tooLargeRequestIsSplitDownToSingleItems() throws Exception {
		List<String> names = new ArrayList<>();
		for (int i = 0; i < 7; i++) {
			names.add((i == 4) ? "HUGE" : "span-" + i);
		}
		byte[] bytes = request(names);
		this.buffer.offer(new Batch(Signal.TRACES, payload(bytes), 7));
		this.time.advance(MAX_DELAY);
		this.route.doWork();
		this.time.advance(MAX_DELAY);
		this.route.doWork();
		List<String> delivered = new ArrayList<>();
		for (int i = 0; i < 30 && this.transport.open() > 0; i++) {
			for (int j = 0; j < this.transport.requests().size(); j++) {
				if (!this.transport.answer(j).isDone()) {
					List<String> inRequest = spans(ScriptedTransport.bytes(this.transport.requests().get(j)));
					boolean tooLarge = inRequest.size() > 2 || inRequest.contains("HUGE");
					if (!tooLarge) {
						delivered.addAll(inRequest);
					}
					this.transport.answer(j)
						.complete(
								tooLarge ? new SendResult.TooLarge(failure("413", false)) : new SendResult.Accepted());
				}
			}
			this.route.doWork();
		}
		names.remove("HUGE");
		assertThat(delivered).containsExactlyInAnyOrderElementsOf(names);
		assertThat(this.source.ledger().delivered()).isEqualTo(6);
		assertThat(this.source.ledger().lost()).isEqualTo(Map.of(LossReason.REJECTED, 1L));
		assertThat(this.released).hasValue(1);
	}

	@Test
	@DisplayName("C10, T27: what exceeds 64 MiB is never sent, but split; an item that does is lost and on record")
	void requestOverTheLimitIsNotSent() throws Exception {
		createUnlimited();
		byte[] bytes = request(List.of("a", "b", "x".repeat((int) Route.MAX_REQUEST_SIZE), "d"));
		assertThat(this.buffer.offer(new Batch(Signal.TRACES, payload(bytes), 4))).isNull();
		this.route.flush();
		answerAll(10, (name) -> new SendResult.Accepted());
		List<String> sent = new ArrayList<>();
		for (SendRequest request : this.transport.requests()) {
			assertThat(request.size()).isLessThan(100);
			sent.addAll(spans(ScriptedTransport.bytes(request)));
		}
		assertThat(sent).containsExactly("a", "b", "d");
		assertThat(this.source.ledger().delivered()).isEqualTo(3);
		assertThat(this.source.ledger().lost()).isEqualTo(Map.of(LossReason.REJECTED, 1L));
		assertThat(this.route.status().failures())
			.anyMatch((failure) -> failure.failure().kind() == SendFailure.Kind.REQUEST_TOO_LARGE);
		assertThat(this.events).contains("lost 1 REJECTED");
		assertThat(this.breaker.snapshot().state()).isEqualTo(CircuitBreakerState.CLOSED);
		assertThat(this.released).hasValue(1);
	}

	@Test
	@DisplayName("C10: nor is a merged request over the limit, whose batches go singly")
	void mergedRequestOverTheLimitGoesSingly() {
		createUnlimited();
		byte[] half = new byte[(int) Route.MAX_REQUEST_SIZE / 2];
		for (int i = 0; i < 3; i++) {
			assertThat(this.buffer.offer(new Batch(Signal.TRACES, payload(half), 1))).isNull();
		}
		this.route.flush();
		for (int i = 0; i < 6; i++) {
			this.route.doWork();
			for (int j = 0; j < this.transport.requests().size(); j++) {
				this.transport.answer(j).complete(new SendResult.Accepted());
			}
		}
		assertThat(this.transport.requests()).hasSize(3).allMatch((request) -> request.size() == half.length);
		assertThat(this.source.ledger().delivered()).isEqualTo(3);
	}

	private void createUnlimited() {
		this.buffer = new BatchBuffer(Signal.TRACES, new BufferLimits(1000, Integer.MAX_VALUE), this.time.clock(),
				this.wakes::incrementAndGet);
		this.source = new MemoryBatchSource(this.buffer);
		RouteSettings settings = new RouteSettings(new BatchSettings(100, Integer.MAX_VALUE, MAX_DELAY),
				RetrySettings.DEFAULTS, TIMEOUT, 2, LossReason.SHUTDOWN);
		this.route = new Route("default", this.source, this.transport, this.breaker, settings, new Recorder(),
				new ForwarderContext(this.time.clock(), this.time.nanos(), () -> 0.5, this.wakes::incrementAndGet));
	}

	@Test
	@DisplayName("T22: an attempt ends within its timeout, and is made again")
	void overdueAttemptIsAborted() {
		sendOne("a", 1);
		assertThat(this.route.nanosUntilWork()).isEqualTo(TIMEOUT.toNanos());
		this.time.advance(TIMEOUT);
		this.route.doWork();
		assertThat(this.transport.answer(0)).isCancelled();
		RouteStatus status = this.route.status();
		assertThat(status.state()).isEqualTo(RouteState.RETRYING);
		assertThat(status.lastFailure().failure().kind()).isEqualTo(SendFailure.Kind.TIMEOUT);
		assertThat(status.breaker().consecutiveFailures()).isOne();
		this.time.advance(Duration.ofSeconds(1));
		this.route.doWork();
		assertThat(sent()).containsExactly("a", "a");
	}

	@Test
	void transportThatThrowsIsARetryableFailure() {
		this.transport.throwOnSend(new IllegalStateException("broken"));
		sendingFails();
	}

	@Test
	void transportThatHasNoThreadLeftIsARetryableFailure() {
		this.transport.throwOnSend(new InternalError("there is no thread left"));
		sendingFails();
		this.transport.recover();
		this.time.advance(Duration.ofSeconds(1));
		this.route.doWork();
		this.transport.answer(0).complete(new SendResult.Accepted());
		this.route.doWork();
		assertThat(sent()).containsExactly("a");
		assertThat(this.source.ledger().pending().items()).isZero();
	}

	private void sendingFails() {
		offer("a", 1);
		this.route.flush();
		this.route.doWork();
		this.route.doWork();
		assertThat(this.route.status().lastFailure().failure().kind()).isEqualTo(SendFailure.Kind.OTHER);
		assertThat(this.source.ledger().pending().items()).isOne();
	}

	@Test
	void whatWasReadBeforeMemoryRanOutIsSentAllTheSame() {
		create(2, 100);
		offer("a", 1);
		offer("b", 1);
		offer("c", 1);
		this.route.flush();
		this.failingReads.add(2);
		assertThatExceptionOfType(InternalError.class).isThrownBy(() -> this.route.doWork());
		assertThat(sent()).isEmpty();
		assertThat(this.route.isDraining(this.time.nanos().getAsLong())).isTrue();
		this.route.doWork();
		// By itself: the next one may be what there is no memory for
		assertThat(sent()).containsExactly("a", "bc");
		this.transport.answer(0).complete(new SendResult.Accepted());
		this.transport.answer(1).complete(new SendResult.Accepted());
		this.route.doWork();
		assertThat(this.source.ledger().pending().items()).isZero();
		assertThat(this.released).hasValue(3);
	}

	@Test
	void aProbeThatFindsNoMemoryGivesItsPermitBack() {
		create(1, 100);
		while (this.breaker.snapshot().state() == CircuitBreakerState.CLOSED) {
			this.breaker.tryAcquire().failure();
		}
		offer("a", 1);
		this.route.flush();
		this.time.advance(Duration.ofSeconds(30));
		this.failingReads.add(1);
		assertThatExceptionOfType(InternalError.class).isThrownBy(() -> this.route.doWork());
		this.route.doWork();
		assertThat(sent()).containsExactly("a");
	}

	@Test
	void aRouteThatHasNoMemoryHoldsUpNoOther() {
		create(1, 100);
		Route failing = this.route;
		create(1, 100);
		offer("a", 1);
		Forwarder forwarder = new Forwarder(List.of(failing, this.route));
		forwarder.flush();
		this.failingReads.add(1);
		assertThatExceptionOfType(InternalError.class).isThrownBy(forwarder::doWork);
		assertThat(sent()).containsExactly("a");
	}

	@Test
	@DisplayName("M07: an open breaker pauses the route, never the intake; then the backlog goes first in, first out")
	void openBreakerPausesTheRoute() {
		create(1, 100);
		sendOne("a", 1);
		while (this.breaker.snapshot().state() == CircuitBreakerState.CLOSED) {
			this.transport.answerLast(new SendResult.Retryable(failure(null, true), null));
			this.route.doWork();
			this.time.advance(Duration.ofSeconds(4));
			this.route.doWork();
		}
		int attempts = sent().size();
		assertThat(attempts).isEqualTo(5);
		offer("b", 100);
		assertThat(this.route.doWork()).isZero();
		assertThat(this.route.nanosUntilWork()).isPositive();
		this.time.advance(Duration.ofSeconds(30));
		this.route.doWork();
		assertThat(sent()).hasSize(attempts + 1).containsOnly("a");
		assertThat(this.breaker.snapshot().state()).isEqualTo(CircuitBreakerState.HALF_OPEN);
		this.transport.answerLast(new SendResult.Accepted());
		this.route.doWork();
		assertThat(this.breaker.snapshot().state()).isEqualTo(CircuitBreakerState.CLOSED);
		assertThat(sent()).endsWith("a", "b");
	}

	@Test
	@DisplayName("T29: a 4xx never opens the breaker, however often it comes")
	void refusalsAreNoFailureOfTheDestination() {
		for (int i = 0; i < 10; i++) {
			sendOne("a", 1);
			this.transport.answerLast(new SendResult.Rejected(failure("400", false), true));
			this.route.doWork();
		}
		assertThat(this.breaker.snapshot().state()).isEqualTo(CircuitBreakerState.CLOSED);
		assertThat(this.breaker.snapshot().consecutiveFailures()).isZero();
		assertThat(this.source.ledger().lost()).isEqualTo(Map.of(LossReason.REJECTED, 10L));
	}

	@Test
	void closeAccountsForEverythingTaken() {
		offer("a", 100);
		offer("b", 100);
		this.route.doWork();
		this.transport.answer(0).complete(new SendResult.Accepted());
		this.route.close();
		assertThat(this.transport.answer(1)).isCancelled();
		MemoryLedger ledger = this.source.ledger();
		assertThat(ledger.delivered()).isEqualTo(100);
		assertThat(ledger.lost()).isEqualTo(Map.of(LossReason.SHUTDOWN, 100L));
		assertThat(ledger.isBalanced()).isTrue();
		assertThat(this.released).hasValue(2);
		this.route.doWork();
		assertThat(ledger.isBalanced()).isTrue();
	}

	@Test
	void drainsOnlyWhileThatMakesProgress() {
		long since = this.time.nanos().getAsLong();
		assertThat(this.route.isDraining(since)).as("nothing left").isFalse();
		sendOne("a", 1);
		since = this.time.nanos().getAsLong();
		assertThat(this.route.isDraining(since)).as("under way").isTrue();
		this.time.advance(Duration.ofMillis(1999));
		assertThat(this.route.isDraining(since)).isTrue();
		this.time.advance(Duration.ofMillis(1));
		assertThat(this.route.isDraining(since)).as("no answer for two seconds").isFalse();
	}

	@Test
	void doesNotDrainIntoAnOpenBreakerOrAPause() {
		sendOne("a", 1);
		this.breaker.forceOpen();
		assertThat(this.route.isDraining(this.time.nanos().getAsLong())).isFalse();
		this.breaker.reset();
		this.transport.answerLast(new SendResult.Held(failure("403", false)));
		this.route.doWork();
		assertThat(this.route.isDraining(this.time.nanos().getAsLong())).isFalse();
	}

	@Test
	void remembersTheLastTenFailures() {
		sendOne("a", 1);
		for (int i = 0; i < 12; i++) {
			this.transport.answerLast(new SendResult.Retryable(failure("429", false), null));
			this.route.doWork();
			this.time.advance(Duration.ofSeconds(60));
			this.route.doWork();
		}
		RouteStatus status = this.route.status();
		assertThat(status.failures()).hasSize(10);
		assertThat(status.lastFailure().consecutive()).isEqualTo(12);
		assertThat(status.failures().get(9).consecutive()).isEqualTo(3);
	}

	private void sendOne(String name, int items) {
		offer(name, items);
		this.route.flush();
		this.route.doWork();
		assertThat(sent()).endsWith(name);
	}

	private void offer(String name, int items) {
		byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
		assertThat(this.buffer.offer(new Batch(Signal.TRACES, payload(bytes), items))).isNull();
	}

	private Payload payload(byte[] bytes) {
		return Payload.of(bytes, 0, bytes.length, this.released::incrementAndGet);
	}

	private List<String> sent() {
		return this.transport.requests()
			.stream()
			.map((request) -> new String(ScriptedTransport.bytes(request), StandardCharsets.UTF_8))
			.toList();
	}

	private void answerAll(int rounds, Function<String, SendResult> answers) {
		for (int i = 0; i < rounds; i++) {
			this.route.doWork();
			for (int j = 0; j < this.transport.requests().size(); j++) {
				this.transport.answer(j).complete(answers.apply(sent().get(j)));
			}
		}
	}

	private static SendFailure failure(String status, boolean unhealthy) {
		return new SendFailure((status != null) ? SendFailure.Kind.STATUS : SendFailure.Kind.CONNECTION_REFUSED, status,
				null, unhealthy);
	}

	private static byte[] request(List<String> names) {
		ScopeSpans.Builder scope = ScopeSpans.newBuilder();
		names.forEach((name) -> scope.addSpans(Span.newBuilder().setName(name)));
		return ExportTraceServiceRequest.newBuilder()
			.addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
			.build()
			.toByteArray();
	}

	private static List<String> spans(byte[] bytes) throws InvalidProtocolBufferException {
		return ExportTraceServiceRequest.parseFrom(bytes)
			.getResourceSpansList()
			.stream()
			.flatMap((resource) -> resource.getScopeSpansList().stream())
			.flatMap((scope) -> scope.getSpansList().stream())
			.map(Span::getName)
			.toList();
	}

	private final class Recorder implements RouteListener {

		@Override
		public void onStateChange(Route route, RouteState from, RouteState to) {
			RouteTests.this.events.add(from + "->" + to);
		}

		@Override
		public void onLoss(Route route, int items, LossReason reason) {
			RouteTests.this.events.add("lost " + items + " " + reason);
		}

	}

	/**
	 * Runs out of memory where a test wants it to.
	 */
	private final class FailingSource implements BatchSource {

		private int reads;

		@Override
		public Signal signal() {
			return RouteTests.this.source.signal();
		}

		@Override
		public SourcedBatch next(long maxItems, long maxBytes) {
			this.reads++;
			if (RouteTests.this.failingReads.remove(this.reads)) {
				throw new InternalError("there is no memory left");
			}
			return RouteTests.this.source.next(maxItems, maxBytes);
		}

		@Override
		public void settle(SourcedBatch batch, Settlement settlement) {
			RouteTests.this.source.settle(batch, settlement);
		}

		@Override
		public Backlog unread() {
			return RouteTests.this.source.unread();
		}

		@Override
		public Backlog backlog() {
			return RouteTests.this.source.backlog();
		}

	}

}
