package io.github.otlpboot.benchmark.breaker;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.failsafe.CircuitBreaker;
import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.Permit;
import io.github.otlpboot.breaker.SingleLockCircuitBreaker;
import io.github.otlpboot.breaker.resilience4j.Resilience4jCircuitBreaker;
import io.github.otlpboot.breaker.resilience4j.Resilience4jSettings;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowSynchronizationStrategy;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;

/**
 * The circuit breakers that are compared.
 */
public enum Contestant {

	/** The shape before. */
	SEVERAL_LOCKS("several locks, the shape before", SeveralLocksBreaker::new),

	/** Ours. */
	SINGLE_LOCK("ours, single-lock",
			() -> ours(new SingleLockCircuitBreaker(Settings.OURS, Clock.systemUTC(), System::nanoTime))),

	/** Resilience4j, used as fast as its interface allows: it is told a duration of 0. */
	RESILIENCE4J("Resilience4j", () -> resilience4j(SlidingWindowSynchronizationStrategy.SYNCHRONIZED)),

	/** The same with its window without locks. */
	RESILIENCE4J_LOCK_FREE("Resilience4j, lock-free window",
			() -> resilience4j(SlidingWindowSynchronizationStrategy.LOCK_FREE)),

	/** Resilience4j behind our interface. */
	ADAPTER("Resilience4j through our adapter", () -> adapter(SlidingWindowSynchronizationStrategy.SYNCHRONIZED)),

	/** The same with its window without locks. */
	ADAPTER_LOCK_FREE("Resilience4j, lock-free window, through our adapter",
			() -> adapter(SlidingWindowSynchronizationStrategy.LOCK_FREE)),

	/** Failsafe. */
	FAILSAFE("Failsafe", Contestant::failsafe),

	/** No breaker at all, but what two acquisitions of one lock cost. */
	LOCK_TWICE("a plain lock taken twice, no breaker", LockTwice::new);

	private final String subject;

	private final Supplier<GuardedCalls> factory;

	Contestant(String subject, Supplier<GuardedCalls> factory) {
		this.subject = subject;
		this.factory = factory;
	}

	String subject() {
		return this.subject;
	}

	GuardedCalls create() {
		return this.factory.get();
	}

	private static GuardedCalls ours(io.github.otlpboot.breaker.CircuitBreaker breaker) {
		return (fails) -> {
			Permit permit = breaker.tryAcquire();
			if (permit == null) {
				return false;
			}
			if (fails) {
				permit.failure();
			}
			else {
				permit.success();
			}
			return true;
		};
	}

	private static CircuitBreakerConfig config(SlidingWindowSynchronizationStrategy strategy) {
		return CircuitBreakerConfig.custom()
			.slidingWindow(GuardedCalls.THRESHOLD, GuardedCalls.THRESHOLD, SlidingWindowType.COUNT_BASED, strategy)
			.failureRateThreshold(100)
			.waitDurationInOpenState(Settings.WAIT)
			.build();
	}

	private static GuardedCalls resilience4j(SlidingWindowSynchronizationStrategy strategy) {
		io.github.resilience4j.circuitbreaker.CircuitBreaker breaker = io.github.resilience4j.circuitbreaker.CircuitBreaker
			.of("benchmark", config(strategy));
		return (fails) -> {
			if (!breaker.tryAcquirePermission()) {
				return false;
			}
			if (fails) {
				breaker.onError(0, TimeUnit.NANOSECONDS, Settings.FAILURE);
			}
			else {
				breaker.onSuccess(0, TimeUnit.NANOSECONDS);
			}
			return true;
		};
	}

	private static GuardedCalls adapter(SlidingWindowSynchronizationStrategy strategy) {
		CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
		registry.addConfiguration("otlp", config(strategy));
		Resilience4jCircuitBreaker breaker = Resilience4jCircuitBreaker.create("benchmark", Settings.OURS,
				Resilience4jSettings.consecutive(GuardedCalls.THRESHOLD), Clock.systemUTC(), System::nanoTime);
		breaker.register(registry);
		return ours(breaker);
	}

	private static GuardedCalls failsafe() {
		CircuitBreaker<Object> breaker = CircuitBreaker.builder()
			.withFailureThreshold(GuardedCalls.THRESHOLD)
			.withDelay(Settings.WAIT)
			.build();
		return (fails) -> {
			if (!breaker.tryAcquirePermit()) {
				return false;
			}
			if (fails) {
				breaker.recordFailure();
			}
			else {
				breaker.recordSuccess();
			}
			return true;
		};
	}

	/**
	 * The same for all.
	 */
	private static final class Settings {

		private static final Duration WAIT = Duration.ofHours(1);

		private static final CircuitBreakerSettings OURS = new CircuitBreakerSettings(GuardedCalls.THRESHOLD, WAIT,
				WAIT, 1, WAIT);

		private static final Exception FAILURE = new IllegalStateException("No answer");

		private Settings() {
		}

	}

	/**
	 * Counts calls under a lock, and their outcomes under the same.
	 */
	private static final class LockTwice implements GuardedCalls {

		private final Object lock = new Object();

		private long calls;

		private long failures;

		@Override
		public boolean call(boolean fails) {
			boolean closed;
			synchronized (this.lock) {
				this.calls++;
				closed = this.failures < THRESHOLD;
			}
			if (closed) {
				synchronized (this.lock) {
					this.failures = fails ? this.failures + 1 : 0;
				}
			}
			return closed;
		}

	}

}
