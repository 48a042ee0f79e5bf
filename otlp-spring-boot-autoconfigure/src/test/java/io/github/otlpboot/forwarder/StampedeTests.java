package io.github.otlpboot.forwarder;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.SingleLockCircuitBreaker;
import io.github.otlpboot.buffer.BatchBuffer;
import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.MemoryBatchSource;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.FakeTime;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a server that has come back sees of many routes that wait for it.
 */
class StampedeTests {

	private static final Duration STEP = Duration.ofMillis(50);

	private final FakeTime time = new FakeTime();

	private final List<Route> routes = new ArrayList<>();

	private final List<BatchBuffer> buffers = new ArrayList<>();

	/** When each request arrived, in steps, since the list was last cleared. */
	private final List<Integer> arrivals = new ArrayList<>();

	private boolean down;

	private long received;

	private int step;

	@Test
	@DisplayName("T30: 100 routes that failed at one moment come back spread over time")
	void jitterSpreadsTheFirstAttemptsAfterAnOutage() {
		create(100, RetrySettings.DEFAULTS, 0, 3_000_000);
		this.down = true;
		this.buffers.forEach((buffer) -> offer(buffer, 10));
		run(Duration.ofMinutes(10));
		this.arrivals.clear();
		this.down = false;
		this.step = 0;
		run(RetrySettings.DEFAULTS.maxInterval().multipliedBy(2));
		assertThat(this.arrivals).hasSize(100);
		assertThat(mostWithin(Duration.ofSeconds(1))).as("attempts within one second").isLessThanOrEqualTo(12);
		int spread = Collections.max(this.arrivals) - Collections.min(this.arrivals);
		assertThat(STEP.multipliedBy(spread)).isGreaterThan(RetrySettings.DEFAULTS.maxInterval().dividedBy(2));
	}

	@Test
	@DisplayName("T30: the replay limit is kept within 10% while a backlog drains")
	void replayLimitIsKept() {
		create(1, RetrySettings.DEFAULTS, 20_000, 5_000);
		for (int i = 0; i < 4_000; i++) {
			offer(this.buffers.get(0), 1_000);
		}
		run(Duration.ofSeconds(10));
		long before = this.received;
		run(Duration.ofSeconds(60));
		assertThat(this.received - before).isBetween(1_080_000L, 1_320_000L);
		assertThat(before).as("from the first moment on").isLessThanOrEqualTo(220_000L);
		run(Duration.ofSeconds(150));
		assertThat(this.received).as("all of it").isEqualTo(4_000_000L);
		assertThat(this.routes.get(0).status().backlog().isEmpty()).isTrue();
	}

	@Test
	void replayLimitDoesNotDelayFreshBatches() {
		create(1, RetrySettings.DEFAULTS, 20_000, 5_000);
		for (int i = 0; i < 50; i++) {
			offer(this.buffers.get(0), 1_000);
			run(Duration.ofMillis(250));
			assertThat(this.received).isEqualTo((i + 1) * 1_000L);
		}
	}

	@Test
	void waitingForTheReplayLimitIsProgress() {
		create(1, RetrySettings.DEFAULTS, 1_000, 5_000);
		offer(this.buffers.get(0), 5_000);
		offer(this.buffers.get(0), 5_000);
		run(Duration.ofMillis(500));
		assertThat(this.received).isEqualTo(5_000);
		long since = this.time.nanos().getAsLong();
		this.time.advance(Duration.ofSeconds(3));
		Route route = this.routes.get(0);
		assertThat(route.nanosUntilWork()).isBetween(Duration.ofSeconds(1).toNanos(), Duration.ofSeconds(2).toNanos());
		assertThat(route.isDraining(since)).isTrue();
		run(Duration.ofSeconds(2));
		assertThat(this.received).isEqualTo(10_000);
	}

	private int mostWithin(Duration window) {
		int most = 0;
		for (int from : this.arrivals) {
			int within = (int) this.arrivals.stream()
				.filter((arrival) -> arrival >= from && arrival < from + window.toMillis() / STEP.toMillis())
				.count();
			most = Math.max(most, within);
		}
		return most;
	}

	private void run(Duration duration) {
		for (long i = 0; i < duration.toMillis() / STEP.toMillis(); i++) {
			this.routes.forEach(Route::doWork);
			this.time.advance(STEP);
			this.step++;
		}
	}

	private void offer(BatchBuffer buffer, int bytes) {
		assertThat(buffer.offer(new Batch(Signal.TRACES, Payload.of(new byte[bytes]), 1))).isNull();
	}

	private void create(int count, RetrySettings retry, long replayLimit, int maxBytes) {
		for (int i = 0; i < count; i++) {
			Random random = new Random(i);
			BatchBuffer buffer = new BatchBuffer(Signal.TRACES, new BufferLimits(10_000, 100_000_000),
					this.time.clock(), () -> {
					});
			RouteSettings settings = new RouteSettings(new BatchSettings(8192, maxBytes, Duration.ofMillis(200)), retry,
					Duration.ofSeconds(10), 2, LossReason.SHUTDOWN, replayLimit);
			ForwarderContext context = new ForwarderContext(this.time.clock(), this.time.nanos(), random::nextDouble,
					() -> {
					});
			this.buffers.add(buffer);
			this.routes.add(new Route("default", new MemoryBatchSource(buffer), new Destination(),
					new SingleLockCircuitBreaker(CircuitBreakerSettings.DEFAULTS, this.time.clock(), this.time.nanos()),
					settings, new RouteListener() {
					}, context));
		}
	}

	/**
	 * Answers at once.
	 */
	private final class Destination implements Transport {

		@Override
		public CompletableFuture<SendResult> send(SendRequest request) {
			StampedeTests.this.arrivals.add(StampedeTests.this.step);
			if (StampedeTests.this.down) {
				return CompletableFuture.completedFuture(new SendResult.Retryable(
						new SendFailure(SendFailure.Kind.CONNECTION_REFUSED, null, null, true), null));
			}
			StampedeTests.this.received += request.size();
			return CompletableFuture.completedFuture(new SendResult.Accepted());
		}

		@Override
		public void close() {
		}

	}

}
