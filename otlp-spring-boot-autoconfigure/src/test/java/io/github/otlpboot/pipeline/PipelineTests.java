package io.github.otlpboot.pipeline;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.otlpboot.breaker.CircuitBreaker;
import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.CircuitBreakerState;
import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.WhenFull;
import io.github.otlpboot.forwarder.BatchSettings;
import io.github.otlpboot.forwarder.RetrySettings;
import io.github.otlpboot.forwarder.RouteSettings;
import io.github.otlpboot.forwarder.RouteState;
import io.github.otlpboot.forwarder.SendRequest;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.forwarder.Transport;
import io.github.otlpboot.forwarder.http.HttpConnector;
import io.github.otlpboot.forwarder.http.HttpConnectorSettings;
import io.github.otlpboot.forwarder.http.HttpTransportSettings;
import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.BreakerKind;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestServer;
import io.github.otlpboot.testing.Race;
import io.github.otlpboot.testing.SpanBatches;
import io.github.otlpboot.testing.SpanBatches.Made;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Pipeline} over real HTTP to a real server, with either breaker.
 */
@ParameterizedClass
@EnumSource
class PipelineTests {

	private static final PipelineTime TIME = new PipelineTime(Clock.systemUTC(), System::nanoTime,
			() -> ThreadLocalRandom.current().nextDouble());

	private static final RetrySettings QUICK = new RetrySettings(Duration.ofMillis(10), Duration.ofMillis(50), 1.5,
			0.5);

	private final SpanBatches batches = new SpanBatches();

	private final OtlpTestServer server = OtlpTestServer.open();

	private final HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC());

	private final CircuitBreaker breaker;

	private final AtomicInteger probes = new AtomicInteger();

	private final AtomicInteger mostProbes = new AtomicInteger();

	private Duration maxDelay = Duration.ofMillis(20);

	private Pipeline pipeline;

	PipelineTests(BreakerKind kind) {
		this.breaker = kind.create(
				new CircuitBreakerSettings(3, Duration.ofMillis(30), Duration.ofMillis(120), 1, Duration.ofSeconds(20)),
				TIME.clock(), TIME.nanos());
	}

	@AfterEach
	void tearDown() {
		if (this.pipeline != null) {
			this.pipeline.close();
		}
		this.connector.close();
		this.server.close();
		await("no thread of ours is left").atMost(Duration.ofSeconds(10)).until(() -> threads().isEmpty());
	}

	@Test
	void deliversWhatItAccepts() {
		start(new BufferLimits(1000, 1_000_000), WhenFull.REJECT, Duration.ofSeconds(5));
		Made made = this.batches.make(10);
		assertThat(accept(made.batch())).isEqualTo(AcceptResult.accepted(10));
		await().untilAsserted(() -> assertThat(this.server.spanIds()).containsExactlyInAnyOrderElementsOf(made.ids()));
		await().untilAsserted(() -> assertThat(ledger().routes().get(0).delivered()).isEqualTo(10));
		assertThat(ledger().isBalanced()).isTrue();
		assertThat(this.pipeline.status().routes().get(0).state()).isEqualTo(RouteState.IDLE);
	}

	@Test
	@DisplayName("M04, M07: 100 threads offer while the collector flaps; the ledger balances at every moment")
	void hundredThreadsAndAFlappingCollector() throws Exception {
		start(new BufferLimits(20_000, 8_000_000), WhenFull.REJECT, Duration.ofSeconds(20));
		Set<String> received = Collections.synchronizedSet(new HashSet<>());
		AtomicInteger answered = new AtomicInteger();
		this.server.answer((request) -> {
			if (answered.incrementAndGet() % 7 == 0) {
				return OtlpTestAnswer.status(503);
			}
			request.spans().forEach((span) -> received.add(HexFormat.of().formatHex(span.getSpanId().toByteArray())));
			return OtlpTestAnswer.ok();
		});
		ConcurrentLinkedQueue<String> accepted = new ConcurrentLinkedQueue<>();
		AtomicBoolean offering = new AtomicBoolean(true);
		List<SignalLedger> unbalanced = Collections.synchronizedList(new ArrayList<>());
		Thread flapper = new Thread(() -> flap(offering));
		Thread auditor = new Thread(() -> audit(offering, unbalanced));
		flapper.start();
		auditor.start();
		AtomicInteger offered = new AtomicInteger();
		AtomicInteger refused = new AtomicInteger();
		try (Race race = new Race(100)) {
			for (int round = 0; round < 20; round++) {
				race.run((thread) -> {
					Made made = this.batches.make(5);
					offered.addAndGet(5);
					if (accept(made.batch()).isAccepted()) {
						accepted.addAll(made.ids());
					}
					else {
						refused.addAndGet(5);
					}
					return null;
				});
				await().pollInterval(Duration.ofMillis(20)).until(() -> true);
			}
		}
		offering.set(false);
		flapper.join();
		auditor.join();
		await().atMost(Duration.ofSeconds(30)).until(() -> ledger().routes().get(0).pending().isEmpty());
		SignalLedger ledger = ledger();
		assertThat(unbalanced).isEmpty();
		assertThat(ledger.isBalanced()).isTrue();
		assertThat(ledger.offered()).isEqualTo(offered.get());
		assertThat(ledger.refusedItems()).isEqualTo(refused.get());
		assertThat(ledger.accepted()).isEqualTo(accepted.size());
		assertThat(ledger.routes().get(0).delivered()).isEqualTo(accepted.size());
		assertThat(received).hasSameElementsAs(accepted);
		assertThat(this.mostProbes).as("probes under way at once in half-open").hasValueLessThanOrEqualTo(1);
	}

	@Test
	@DisplayName("M05: at capacity a clear refusal, and room again after delivery")
	void fullBufferRefusesAndRecovers() {
		this.server.answer(OtlpTestAnswer.status(503));
		start(new BufferLimits(100, 1_000_000), WhenFull.REJECT, Duration.ofSeconds(5));
		assertThat(accept(this.batches.make(60).batch()).isAccepted()).isTrue();
		AtomicInteger released = new AtomicInteger();
		byte[] bytes = this.batches.make(60).batch().payload().array();
		AcceptResult refused = accept(
				new Batch(Signal.TRACES, Payload.of(bytes, 0, bytes.length, released::incrementAndGet), 60));
		assertThat(released).as("a refused payload is given back").hasValue(1);
		assertThat(refused).isEqualTo(AcceptResult.refused(60, RefusalReason.BUFFER_FULL));
		assertThat(this.pipeline.status().losses().isLosing()).isTrue();
		assertThat(this.pipeline.status().losses().reasons()).containsExactly("buffer_full");
		this.server.answer(OtlpTestAnswer.ok());
		await().until(() -> ledger().routes().get(0).pending().isEmpty());
		assertThat(accept(this.batches.make(100).batch()).isAccepted()).isTrue();
		await().until(() -> ledger().routes().get(0).delivered() == 160);
		assertThat(ledger().refused()).isEqualTo(Map.of(RefusalReason.BUFFER_FULL, 60L));
	}

	@Test
	void dropOldestMakesRoomAndCountsTheLoss() {
		this.breaker.forceOpen();
		start(new BufferLimits(100, 1_000_000), WhenFull.DROP_OLDEST, Duration.ZERO);
		Made first = this.batches.make(60);
		Made second = this.batches.make(60);
		assertThat(accept(first.batch()).isAccepted()).isTrue();
		assertThat(accept(second.batch()).isAccepted()).isTrue();
		assertThat(ledger().routes().get(0).lost()).isEqualTo(Map.of(LossReason.OVERFLOW, 60L));
		assertThat(this.pipeline.status().losses().reasons()).containsExactly("overflow");
		this.breaker.reset();
		this.pipeline.flush();
		await().until(() -> ledger().routes().get(0).delivered() == 60);
		assertThat(this.server.spanIds()).containsExactlyElementsOf(second.ids());
		assertThat(ledger().isBalanced()).isTrue();
	}

	@Test
	@DisplayName("T37: an item larger than a request is refused alone, its neighbours are delivered")
	void itemThatIsTooLargeIsRefusedAlone() {
		start(new BufferLimits(1000, 1_000_000), WhenFull.REJECT, Duration.ofSeconds(5));
		Made small = this.batches.make(3);
		Made huge = this.batches.make(1, "x".repeat(70_000));
		byte[] both = new byte[small.batch().size() + huge.batch().size()];
		System.arraycopy(small.batch().payload().array(), 0, both, 0, small.batch().size());
		System.arraycopy(huge.batch().payload().array(), 0, both, small.batch().size(), huge.batch().size());
		AcceptResult result = accept(new Batch(Signal.TRACES, Payload.of(both), 4));
		assertThat(result).isEqualTo(new AcceptResult(3, 1, RefusalReason.TOO_LARGE));
		assertThat(accept(this.batches.make(1, "x".repeat(70_000)).batch()))
			.isEqualTo(AcceptResult.refused(1, RefusalReason.TOO_LARGE));
		await().untilAsserted(() -> assertThat(this.server.spanIds()).containsExactlyInAnyOrderElementsOf(small.ids()));
		assertThat(ledger().refused()).isEqualTo(Map.of(RefusalReason.TOO_LARGE, 2L));
		assertThat(ledger().isBalanced()).isTrue();
	}

	@Test
	void batchLargerThanARequestGoesInSeveral() {
		start(new BufferLimits(10_000, 1_000_000), WhenFull.REJECT, Duration.ofSeconds(5));
		Made made = this.batches.make(2500);
		assertThat(accept(made.batch())).isEqualTo(AcceptResult.accepted(2500));
		await().untilAsserted(() -> assertThat(this.server.spanIds()).hasSize(2500));
		assertThat(this.server.spanIds()).containsExactlyInAnyOrderElementsOf(made.ids());
		assertThat(this.server.requests()).hasSizeGreaterThan(2)
			.allSatisfy((request) -> assertThat(request.spans().size()).isLessThanOrEqualTo(1000));
	}

	@Test
	void whatCannotBeReadAndIsTooLargeIsRefused() {
		start(new BufferLimits(1000, 1_000_000), WhenFull.REJECT, Duration.ofSeconds(5));
		AtomicInteger released = new AtomicInteger();
		byte[] garbage = new byte[70_000];
		Arrays.fill(garbage, (byte) 0xff);
		Batch batch = new Batch(Signal.TRACES, Payload.of(garbage, 0, garbage.length, released::incrementAndGet), 5);
		assertThat(accept(batch)).isEqualTo(AcceptResult.refused(5, RefusalReason.TOO_LARGE));
		assertThat(released).hasValue(1);
	}

	@Test
	void emptyBatchAndSignalThatLeadsNowhere() {
		start(new BufferLimits(1000, 1_000_000), WhenFull.REJECT, Duration.ofSeconds(5));
		AtomicInteger released = new AtomicInteger();
		assertThat(accept(new Batch(Signal.TRACES, Payload.of(new byte[0], 0, 0, released::incrementAndGet), 0)))
			.isEqualTo(AcceptResult.accepted(0));
		assertThat(accept(new Batch(Signal.LOGS, Payload.of(new byte[0], 0, 0, released::incrementAndGet), 3)))
			.isEqualTo(AcceptResult.refused(3, RefusalReason.CLOSED));
		assertThat(released).hasValue(2);
	}

	@Test
	@DisplayName("C44: after close everything is refused; close drains first, and may be called again")
	void closeDrainsAndThenRefuses() {
		start(new BufferLimits(10_000, 1_000_000), WhenFull.REJECT, Duration.ofSeconds(10));
		List<String> ids = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			Made made = this.batches.make(100);
			ids.addAll(made.ids());
			assertThat(accept(made.batch()).isAccepted()).isTrue();
		}
		this.pipeline.close();
		this.pipeline.close();
		assertThat(this.server.spanIds()).containsExactlyInAnyOrderElementsOf(ids);
		assertThat(accept(this.batches.make(1).batch())).isEqualTo(AcceptResult.refused(1, RefusalReason.CLOSED));
		assertThat(ledger().isBalanced()).isTrue();
	}

	@Test
	void closeDoesNotWaitForMoreToGoWithTheLast() {
		this.maxDelay = Duration.ofMinutes(1);
		start(new BufferLimits(10_000, 1_000_000), WhenFull.REJECT, Duration.ofSeconds(10));
		Made made = this.batches.make(3);
		assertThat(accept(made.batch()).isAccepted()).isTrue();
		this.pipeline.close();
		assertThat(this.server.spanIds()).containsExactlyInAnyOrderElementsOf(made.ids());
	}

	@Test
	@DisplayName("C32, T34: what was not delivered is counted, and a black-holed collector holds nobody up for longer than configured")
	void closeIsBoundedWithABlackHole() {
		this.server.answer(OtlpTestAnswer.hang());
		start(new BufferLimits(1000, 1_000_000), WhenFull.REJECT, Duration.ofSeconds(1));
		assertThat(accept(this.batches.make(10).batch()).isAccepted()).isTrue();
		await().until(() -> this.pipeline.status().routes().get(0).inFlight() > 0);
		long start = System.nanoTime();
		this.pipeline.close();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
		assertThat(ledger().routes().get(0).lost()).isEqualTo(Map.of(LossReason.SHUTDOWN, 10L));
		assertThat(ledger().isBalanced()).isTrue();
	}

	@Test
	void closeDoesNotWaitForAnOpenBreaker() {
		this.server.stop();
		start(new BufferLimits(1000, 1_000_000), WhenFull.REJECT, Duration.ofSeconds(30));
		assertThat(accept(this.batches.make(10).batch()).isAccepted()).isTrue();
		await().until(() -> this.breaker.snapshot().state() != CircuitBreakerState.CLOSED);
		long start = System.nanoTime();
		this.pipeline.close();
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
		assertThat(ledger().isBalanced()).isTrue();
	}

	@Test
	void oneSignalHasOneRoute() {
		RouteDefinition route = definition();
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new Pipeline(
					new PipelineSettings(new BufferLimits(1, 1), WhenFull.REJECT, Duration.ofSeconds(1), null),
					List.of(route, route), TIME))
			.withMessageContaining("traces");
	}

	@Test
	void shutdownTimeoutIsNotNegative() {
		assertThatIllegalArgumentException()
			.isThrownBy(
					() -> new PipelineSettings(new BufferLimits(1, 1), WhenFull.REJECT, Duration.ofSeconds(-1), null))
			.withMessageContaining("'shutdownTimeout'");
	}

	private void start(BufferLimits limits, WhenFull whenFull, Duration shutdownTimeout) {
		this.pipeline = new Pipeline(new PipelineSettings(limits, whenFull, shutdownTimeout, null),
				List.of(definition()), TIME);
		this.pipeline.start();
	}

	private RouteDefinition definition() {
		Transport transport = this.connector.transport(HttpTransportSettings.of(this.server.endpoint(Signal.TRACES)));
		RouteSettings settings = new RouteSettings(new BatchSettings(1000, 64 * 1024, this.maxDelay), QUICK,
				Duration.ofSeconds(10), 2, LossReason.SHUTDOWN);
		return new RouteDefinition("default", Signal.TRACES, this.server.endpoint(Signal.TRACES).toString(), "test",
				new ProbeCounter(transport), this.breaker, settings);
	}

	private AcceptResult accept(Batch batch) {
		return this.pipeline.accept(batch).join();
	}

	private SignalLedger ledger() {
		return this.pipeline.ledgers().get(0);
	}

	private void flap(AtomicBoolean offering) {
		while (offering.get()) {
			this.server.stop();
			await().pollDelay(Duration.ofMillis(120)).until(() -> true);
			this.server.start();
			await().pollDelay(Duration.ofMillis(150)).until(() -> true);
		}
	}

	private void audit(AtomicBoolean offering, List<SignalLedger> unbalanced) {
		while (offering.get()) {
			SignalLedger ledger = ledger();
			if (!ledger.isBalanced()) {
				unbalanced.add(ledger);
			}
		}
	}

	private static List<String> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter(Thread::isAlive)
			.map(Thread::getName)
			.filter((name) -> name.startsWith("otlp-") && !name.startsWith("otlp-test"))
			.toList();
	}

	/**
	 * Counts how many requests are under way at once while the breaker probes.
	 */
	private final class ProbeCounter implements Transport {

		private final Transport delegate;

		ProbeCounter(Transport delegate) {
			this.delegate = delegate;
		}

		@Override
		public CompletableFuture<SendResult> send(SendRequest request) {
			CompletableFuture<SendResult> result = this.delegate.send(request);
			if (PipelineTests.this.breaker.snapshot().state() == CircuitBreakerState.HALF_OPEN) {
				int now = PipelineTests.this.probes.incrementAndGet();
				PipelineTests.this.mostProbes.accumulateAndGet(now, Math::max);
				result.whenComplete((answer, ex) -> PipelineTests.this.probes.decrementAndGet());
			}
			return result;
		}

		@Override
		public void close() {
			this.delegate.close();
		}

	}

}
