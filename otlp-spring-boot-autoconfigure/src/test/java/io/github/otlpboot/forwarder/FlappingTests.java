package io.github.otlpboot.forwarder;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.github.otlpboot.autoconfigure.TransportType;
import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.CircuitBreakerState;
import io.github.otlpboot.forwarder.TestDestination.Options;
import io.github.otlpboot.testing.OtlpTestRequest;
import io.github.otlpboot.testing.SpanBatches;
import io.github.otlpboot.testing.TcpFaultProxy;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.convert.DurationStyle;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A network that comes and goes. {@code -Dflap.interval=1s -Dflap.times=10} makes it
 * longer.
 */
class FlappingTests {

	private static final Duration INTERVAL = DurationStyle.detectAndParse(System.getProperty("flap.interval", "300ms"));

	private static final int TIMES = Integer.getInteger("flap.times", 4);

	private static final CircuitBreakerSettings BREAKER = new CircuitBreakerSettings(2, Duration.ofMillis(30),
			Duration.ofMillis(100), 1, Duration.ofSeconds(10));

	private final SpanBatches batches = new SpanBatches();

	private final Set<String> offered = new TreeSet<>();

	@ParameterizedTest
	@EnumSource
	@DisplayName("T29: flapping: one probe at a time while the breaker is half-open, progress whenever it is up, all arrives")
	void progressIsMonotonicAndProbesAreSingle(TransportType type) {
		try (TestDestination destination = (type == TransportType.GRPC) ? new GrpcDestination() : new HttpDestination();
				TcpFaultProxy proxy = TcpFaultProxy.open(destination.url())) {
			Probes probes = new Probes(destination.transport(proxy.url(), Options.DEFAULT));
			RouteDriver driver = new RouteDriver(probes, Duration.ofSeconds(1), 2, BREAKER);
			probes.state = () -> driver.route.breaker().snapshot().state();
			// Requests overlap, unless something keeps them from it
			proxy.set(TcpFaultProxy.Fault.latency(Duration.ofMillis(5)));
			for (int i = 0; i < TIMES; i++) {
				long before = driver.source.ledger().delivered();
				serve(driver, () -> driver.source.ledger().delivered() > before);
				proxy.down();
				serve(driver, () -> probes.state.get() != CircuitBreakerState.CLOSED);
				proxy.up();
			}
			driver.run();
			assertThat(driver.source.ledger().delivered()).isEqualTo(this.offered.size());
			List<String> arrived = new ArrayList<>();
			destination.received()
				.stream()
				.map(OtlpTestRequest::spans)
				.flatMap(List::stream)
				.forEach((span) -> arrived.add(HexFormat.of().formatHex(span.getSpanId().toByteArray())));
			assertThat(new TreeSet<>(arrived)).as("L = 0").isEqualTo(this.offered);
			assertThat(probes.halfOpen).as("probes, how many were under way").isNotEmpty().containsOnly(1);
			assertThat(probes.most).as("requests under way").isEqualTo(2);
		}
	}

	/**
	 * Offer and serve for the interval, or longer until something is the case.
	 */
	private void serve(RouteDriver driver, BooleanSupplier condition) {
		AtomicLong delivered = new AtomicLong(driver.source.ledger().delivered());
		long start = System.nanoTime();
		driver.runUntil(() -> {
			SpanBatches.Made made = this.batches.make(3);
			this.offered.addAll(made.ids());
			driver.offer(made.batch());
			long now = driver.source.ledger().delivered();
			assertThat(now).as("delivered").isGreaterThanOrEqualTo(delivered.getAndSet(now));
			assertThat(driver.source.ledger().isBalanced()).isTrue();
			return System.nanoTime() - start > INTERVAL.toNanos() && condition.getAsBoolean();
		});
	}

	/**
	 * Counts what is under way on another transport. The answers come on other threads,
	 * everything else belongs to the thread of the test.
	 */
	private static final class Probes implements Transport {

		private final Transport transport;

		private final AtomicInteger underWay = new AtomicInteger();

		/** How many were under way whenever one began while the breaker was half-open. */
		private final List<Integer> halfOpen = new ArrayList<>();

		private int most;

		private Supplier<CircuitBreakerState> state = () -> CircuitBreakerState.CLOSED;

		Probes(Transport transport) {
			this.transport = transport;
		}

		@Override
		public CompletableFuture<SendResult> send(SendRequest request) {
			int count = this.underWay.incrementAndGet();
			this.most = Math.max(this.most, count);
			if (this.state.get() == CircuitBreakerState.HALF_OPEN) {
				this.halfOpen.add(count);
			}
			CompletableFuture<SendResult> sent = this.transport.send(request);
			// What the route is told of comes after it has been counted
			CompletableFuture<SendResult> counted = sent.whenComplete((result, ex) -> this.underWay.decrementAndGet());
			CompletableFuture<?> unused = counted.whenComplete((result, ex) -> sent.cancel(true));
			return counted;
		}

		@Override
		public void close() {
			this.transport.close();
		}

	}

}
