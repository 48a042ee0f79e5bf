package io.github.otlpboot.pipeline;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import io.github.otlpboot.breaker.CircuitBreaker;
import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.WhenFull;
import io.github.otlpboot.forwarder.BatchSettings;
import io.github.otlpboot.forwarder.RetrySettings;
import io.github.otlpboot.forwarder.RouteSettings;
import io.github.otlpboot.forwarder.SendRequest;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.forwarder.Transport;
import io.github.otlpboot.forwarder.http.HttpConnector;
import io.github.otlpboot.forwarder.http.HttpConnectorSettings;
import io.github.otlpboot.forwarder.http.HttpTransportSettings;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.BreakerKind;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestRequest;
import io.github.otlpboot.testing.OtlpTestServer;
import io.github.otlpboot.testing.SpanBatches;
import io.github.otlpboot.testing.SpanBatches.Made;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A server that answers whatever it likes: each accepted span arrives or is counted as
 * lost, and the ledger balances at every moment. The parameters are the seed and the
 * breaker.
 */
class PipelineChaosTests {

	private static final PipelineTime TIME = new PipelineTime(Clock.systemUTC(), System::nanoTime, () -> 0.5);

	/**
	 * Long enough for whatever is answered, as a rule.
	 */
	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private final SpanBatches batches = new SpanBatches();

	private final Set<String> taken = ConcurrentHashMap.newKeySet();

	/** How many partial successes the server has answered. */
	private final AtomicInteger rejects = new AtomicInteger();

	/** How many of them have come in time. */
	private final AtomicInteger rejectsRead = new AtomicInteger();

	/** How many attempts were given up. */
	private final AtomicInteger abandoned = new AtomicInteger();

	private final AtomicInteger released = new AtomicInteger();

	private final AtomicBoolean chaos = new AtomicBoolean(true);

	@ParameterizedTest
	@CsvSource({ "1, SINGLE_LOCK", "2, SINGLE_LOCK", "3, SINGLE_LOCK", "1, RESILIENCE4J", "4, RESILIENCE4J" })
	@DisplayName("M07: whatever the server answers, every accepted span is accounted for")
	void everySpanIsAccountedFor(long seed, BreakerKind kind) throws Exception {
		Random random = new Random(seed);
		ConcurrentLinkedQueue<String> accepted = new ConcurrentLinkedQueue<>();
		int acceptedBatches = 0;
		try (OtlpTestServer server = OtlpTestServer.open();
				HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC());
				Pipeline pipeline = pipeline(server, connector, kind)) {
			server.answer((request) -> answer(request, random));
			pipeline.start();
			List<SignalLedger> unbalanced = new ArrayList<>();
			for (int i = 0; i < 400; i++) {
				Made made = this.batches.make(1 + i % 7);
				if (pipeline.accept(counted(made.batch())).join().isAccepted()) {
					accepted.addAll(made.ids());
					acceptedBatches++;
				}
				SignalLedger ledger = pipeline.ledgers().get(0);
				if (!ledger.isBalanced()) {
					unbalanced.add(ledger);
				}
				await().pollDelay(Duration.ofMillis(5)).until(() -> true);
			}
			this.chaos.set(false);
			await().until(() -> pipeline.ledgers().get(0).routes().get(0).pending().isEmpty());
			SignalLedger ledger = pipeline.ledgers().get(0);
			SignalLedger.RouteLedger route = ledger.routes().get(0);
			assertThat(unbalanced).isEmpty();
			assertThat(ledger.isBalanced()).isTrue();
			assertThat(ledger.accepted()).isEqualTo(accepted.size());
			assertThat(accepted).as("no unknown span").containsAll(this.taken);
			long neverTaken = accepted.stream().filter((id) -> !this.taken.contains(id)).count();
			assertThat(neverTaken).as("nothing is missing that is not counted as lost")
				.isLessThanOrEqualTo(route.lostItems());
			long rejected = route.lost().getOrDefault(LossReason.PARTIAL_SUCCESS, 0L);
			await().untilAsserted(() -> assertThat(this.rejectsRead).hasValue((int) rejected));
			assertThat(this.rejects.get() - rejected).as("answers that came too late")
				.isBetween(0L, (long) this.abandoned.get());
			// Right after it has been counted
			int expected = acceptedBatches;
			await()
				.untilAsserted(() -> assertThat(this.released).as("each payload is released once").hasValue(expected));
			Made fresh = this.batches.make(1);
			pipeline.accept(fresh.batch());
			await().until(() -> this.taken.containsAll(fresh.ids()));
		}
	}

	private OtlpTestAnswer answer(OtlpTestRequest request, Random random) {
		int dice;
		synchronized (random) {
			dice = this.chaos.get() ? random.nextInt(12) : 11;
		}
		return switch (dice) {
			case 0 -> OtlpTestAnswer.status(503);
			case 1 -> OtlpTestAnswer.status(429).header("Retry-After", "0");
			case 2 -> OtlpTestAnswer.status(413);
			case 3 -> OtlpTestAnswer.status(400);
			case 4 -> OtlpTestAnswer.reset();
			case 5 -> OtlpTestAnswer.close();
			case 6 -> OtlpTestAnswer.hang();
			case 7 -> OtlpTestAnswer.status(401);
			case 8 -> partial(request);
			default -> take(request);
		};
	}

	private OtlpTestAnswer take(OtlpTestRequest request) {
		this.taken.addAll(ids(request));
		return OtlpTestAnswer.ok();
	}

	private OtlpTestAnswer partial(OtlpTestRequest request) {
		List<String> ids = new ArrayList<>(ids(request));
		ids.remove(0);
		this.taken.addAll(ids);
		this.rejects.incrementAndGet();
		return OtlpTestAnswer.ok()
			.message(ExportTraceServiceResponse.newBuilder()
				.setPartialSuccess(ExportTracePartialSuccess.newBuilder().setRejectedSpans(1).setErrorMessage("one"))
				.build());
	}

	private static Collection<String> ids(OtlpTestRequest request) {
		return request.spans()
			.stream()
			.map((span) -> HexFormat.of().formatHex(span.getSpanId().toByteArray()))
			.toList();
	}

	private Batch counted(Batch batch) {
		byte[] bytes = batch.payload().array();
		return new Batch(Signal.TRACES, Payload.of(bytes, 0, bytes.length, this.released::incrementAndGet),
				batch.items());
	}

	private Pipeline pipeline(OtlpTestServer server, HttpConnector connector, BreakerKind kind) {
		RetrySettings retry = new RetrySettings(Duration.ofMillis(5), Duration.ofMillis(20), 1.5, 0.5);
		RouteSettings settings = new RouteSettings(new BatchSettings(1000, 64 * 1024, Duration.ofMillis(20)), retry,
				TIMEOUT, 2, LossReason.SHUTDOWN);
		CircuitBreaker breaker = kind.create(
				new CircuitBreakerSettings(5, Duration.ofMillis(20), Duration.ofMillis(50), 1, Duration.ofSeconds(1)),
				TIME.clock(), TIME.nanos());
		RouteDefinition route = new RouteDefinition("default", Signal.TRACES, "test", "test",
				new Observed(connector.transport(HttpTransportSettings.of(server.endpoint(Signal.TRACES)))), breaker,
				settings);
		return new Pipeline(new PipelineSettings(new BufferLimits(100_000, 8_000_000), WhenFull.REJECT,
				Duration.ofSeconds(5), null), List.of(route), TIME);
	}

	/**
	 * Sees of each attempt what the route sees: an answer, or that it was given up.
	 */
	private final class Observed implements Transport {

		private final Transport transport;

		Observed(Transport transport) {
			this.transport = transport;
		}

		@Override
		public CompletableFuture<SendResult> send(SendRequest request) {
			CompletableFuture<SendResult> result = this.transport.send(request);
			CompletableFuture<?> unused = result.whenComplete((value, ex) -> {
				if (value instanceof SendResult.Partial) {
					PipelineChaosTests.this.rejectsRead.incrementAndGet();
				}
				else if (ex != null) {
					PipelineChaosTests.this.abandoned.incrementAndGet();
				}
			});
			return result;
		}

		@Override
		public void close() {
			this.transport.close();
		}

	}

}
