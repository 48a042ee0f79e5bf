package io.github.otlpboot.forwarder;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.SingleLockCircuitBreaker;
import io.github.otlpboot.buffer.BatchBuffer;
import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.MemoryBatchSource;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A route in real time, whose thread is that of the test.
 */
final class RouteDriver {

	static final CircuitBreakerSettings QUICK_BREAKER = new CircuitBreakerSettings(5, Duration.ofMillis(20),
			Duration.ofMillis(50), 1, Duration.ofSeconds(10));

	final MemoryBatchSource source;

	final Route route;

	/** How long the attempts took that have ended. */
	final List<Duration> attempts = new ArrayList<>();

	private final BatchBuffer buffer;

	private Duration longestPause = Duration.ZERO;

	RouteDriver(Transport transport, Duration timeout) {
		this(transport, timeout, 1, CircuitBreakerSettings.DEFAULTS);
	}

	RouteDriver(Transport transport, Duration timeout, int maxInFlight, CircuitBreakerSettings breaker) {
		Clock clock = Clock.systemUTC();
		this.buffer = new BatchBuffer(Signal.TRACES, new BufferLimits(100_000, Integer.MAX_VALUE), clock, () -> {
		});
		this.source = new MemoryBatchSource(this.buffer);
		RetrySettings retry = new RetrySettings(Duration.ofMillis(10), Duration.ofMillis(50), 1.5, 0.5);
		RouteSettings settings = new RouteSettings(new BatchSettings(1000, Integer.MAX_VALUE, Duration.ZERO), retry,
				timeout, maxInFlight, LossReason.SHUTDOWN);
		this.route = new Route("default", this.source, transport,
				new SingleLockCircuitBreaker(breaker, clock, System::nanoTime), settings, new RouteListener() {

					@Override
					public void onAttempt(Route route, SendResult result, long nanos) {
						RouteDriver.this.attempts.add(Duration.ofNanos(nanos));
					}

				}, new ForwarderContext(clock, System::nanoTime, () -> 0.5, () -> {
				}));
	}

	void offer(Batch batch) {
		assertThat(this.buffer.offer(batch)).isNull();
	}

	/**
	 * Serve the route until nothing is left.
	 */
	void run() {
		runUntil(() -> this.source.ledger().pending().items() == 0);
		assertThat(this.source.ledger().isBalanced()).isTrue();
	}

	/**
	 * Serve the route until something is the case.
	 * @param condition what is waited for
	 */
	void runUntil(BooleanSupplier condition) {
		AtomicLong idleSince = new AtomicLong(System.nanoTime());
		await().pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1)).atMost(Duration.ofSeconds(20)).until(() -> {
			if (condition.getAsBoolean()) {
				return true;
			}
			Duration pause = Duration.ofNanos(System.nanoTime() - idleSince.get());
			this.longestPause = (pause.compareTo(this.longestPause) > 0) ? pause : this.longestPause;
			this.route.doWork();
			idleSince.set(System.nanoTime());
			return condition.getAsBoolean();
		});
	}

	/**
	 * Return for how long the machine has kept the route from its work at most. An
	 * attempt cannot end before the route looks at it.
	 * @return the longest time from one turn to the next
	 */
	Duration longestPause() {
		return this.longestPause;
	}

}
