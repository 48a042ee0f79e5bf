package io.github.otlpboot.breaker.resilience4j;

import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import io.github.otlpboot.breaker.CircuitBreakerState;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.IntervalFunction;
import org.jspecify.annotations.Nullable;

/**
 * Resilience4j's circuit breaker, as far as the adapter needs it and in our words.
 * Thread-safe as Resilience4j is.
 */
final class StateMachine {

	private final CircuitBreaker delegate;

	private final IntervalFunction waits;

	/** The wait that Resilience4j has asked for, on any thread; 0 if it has not. */
	private volatile long askedWait;

	/**
	 * Create a closed one.
	 * @param name its name
	 * @param base its configuration, of which the adapter takes over time and waiting
	 * @param registry where to register it in place of one of the same name, {@code null}
	 * for nowhere
	 * @param clock the wall clock
	 * @param nanos the source of elapsed time in nanoseconds
	 */
	StateMachine(String name, CircuitBreakerConfig base, @Nullable CircuitBreakerRegistry registry, Clock clock,
			LongSupplier nanos) {
		this.waits = base.getWaitIntervalFunctionInOpenState();
		CircuitBreakerConfig config = Resilience4jConfig.adapted(base, clock, nanos, this::nextWait);
		if (registry != null) {
			registry.remove(name);
			this.delegate = registry.circuitBreaker(name, config);
		}
		else {
			this.delegate = CircuitBreaker.of(name, config);
		}
	}

	private long nextWait(int attempt) {
		long millis = this.waits.apply(attempt);
		this.askedWait = TimeUnit.MILLISECONDS.toNanos(millis);
		return millis;
	}

	/**
	 * Have somebody told of every transition, by the thread that makes it.
	 * @param listener is told
	 */
	void onTransition(Runnable listener) {
		this.delegate.getEventPublisher().onStateTransition((event) -> listener.run());
	}

	CircuitBreakerState state() {
		return switch (this.delegate.getState()) {
			case CLOSED, DISABLED, METRICS_ONLY -> CircuitBreakerState.CLOSED;
			case OPEN -> CircuitBreakerState.OPEN;
			case HALF_OPEN -> CircuitBreakerState.HALF_OPEN;
			case FORCED_OPEN -> CircuitBreakerState.FORCED_OPEN;
		};
	}

	/**
	 * Return how long to wait since it has opened.
	 * @return what it has asked for, in nanoseconds, or the first wait where somebody has
	 * opened it for a time that it does not tell
	 */
	long waitAfterOpening() {
		long asked = this.askedWait;
		this.askedWait = 0;
		return (asked > 0) ? asked : TimeUnit.MILLISECONDS.toNanos(this.waits.apply(1));
	}

	int permittedProbes() {
		return this.delegate.getCircuitBreakerConfig().getPermittedNumberOfCallsInHalfOpenState();
	}

	// Only called when it is not open, where it would wait for a lock.
	boolean tryAcquire() {
		return this.delegate.tryAcquirePermission();
	}

	void release() {
		this.delegate.releasePermission();
	}

	void success(long durationNanos) {
		this.delegate.onSuccess(durationNanos, TimeUnit.NANOSECONDS);
	}

	void failure(long durationNanos) {
		this.delegate.onError(durationNanos, TimeUnit.NANOSECONDS, new FailedCallException());
	}

	void close() {
		this.delegate.transitionToClosedState();
	}

	void open() {
		this.delegate.transitionToOpenState();
	}

	void halfOpen() {
		this.delegate.transitionToHalfOpenState();
	}

	void forceOpen() {
		if (this.delegate.getState() != State.FORCED_OPEN) {
			this.delegate.transitionToForcedOpenState();
		}
	}

	void reset() {
		this.delegate.reset();
	}

	/**
	 * What Resilience4j is told: it knows failures as exceptions only.
	 */
	private static final class FailedCallException extends Exception {

		private static final long serialVersionUID = 1L;

		FailedCallException() {
			super("No answer, or the answer of a server that fails", null, false, false);
		}

	}

}
