package io.github.otlpboot.breaker;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

import io.github.otlpboot.testing.FakeTime;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SingleLockCircuitBreaker}.
 */
class SingleLockCircuitBreakerTests extends CircuitBreakerContractTests {

	@Override
	protected CircuitBreaker create(CircuitBreakerSettings settings, Clock clock, LongSupplier nanos) {
		return new SingleLockCircuitBreaker(settings, clock, nanos);
	}

	@Test
	@DisplayName("M11: each operation reads the time once, under its one acquisition of the lock")
	void everyOperationTakesTheLockOnce() {
		FakeTime time = new FakeTime();
		AtomicInteger reads = new AtomicInteger();
		LongSupplier nanos = () -> {
			reads.incrementAndGet();
			return time.nanos().getAsLong();
		};
		CircuitBreaker breaker = new SingleLockCircuitBreaker(CircuitBreakerSettings.DEFAULTS, time.clock(), nanos);
		Permit permit = breaker.tryAcquire();
		assertThat(reads.getAndSet(0)).isOne();
		permit.failure();
		assertThat(reads.getAndSet(0)).isOne();
		breaker.snapshot();
		assertThat(reads.getAndSet(0)).isOne();
		breaker.nanosUntilPermitted();
		assertThat(reads.getAndSet(0)).isOne();
	}

	@Test
	void durationsBeyondTheRangeOfNanosecondsMeanForever() {
		FakeTime time = new FakeTime();
		Duration forever = Duration.ofSeconds(Long.MAX_VALUE);
		CircuitBreaker breaker = create(new CircuitBreakerSettings(1, forever, forever, 1, forever), time.clock(),
				time.nanos());
		breaker.tryAcquire().failure();
		time.advance(Duration.ofDays(365));
		assertThat(breaker.tryAcquire()).isNull();
		assertThat(breaker.nanosUntilPermitted()).isGreaterThan(Duration.ofDays(100 * 365).toNanos());
	}

	@Test
	void callsSentBeforeAResetNoLongerCount() {
		FakeTime time = new FakeTime();
		CircuitBreaker breaker = create(
				new CircuitBreakerSettings(1, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, Duration.ofSeconds(1)),
				time.clock(), time.nanos());
		Permit before = breaker.tryAcquire();
		breaker.reset();
		before.failure();
		assertThat(breaker.snapshot().state()).isEqualTo(CircuitBreakerState.CLOSED);
		assertThat(breaker.snapshot().consecutiveFailures()).isZero();
	}

}
