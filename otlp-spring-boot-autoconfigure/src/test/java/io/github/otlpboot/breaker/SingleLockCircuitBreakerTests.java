package io.github.otlpboot.breaker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

import io.github.otlpboot.testing.FakeTime;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SingleLockCircuitBreaker}.
 */
class SingleLockCircuitBreakerTests extends CircuitBreakerContractTests {

	private static final Duration WAIT = Duration.ofSeconds(5);

	private static final CircuitBreakerSettings SETTINGS = new CircuitBreakerSettings(2, WAIT, WAIT, 1, WAIT);

	private final FakeTime fake = new FakeTime();

	@Override
	protected CircuitBreaker create(CircuitBreakerSettings settings, Clock clock, LongSupplier nanos) {
		return new SingleLockCircuitBreaker(settings, clock, nanos);
	}

	@Test
	@DisplayName("M11: an operation that changes the state reads the time at most once, under its one acquisition of the lock")
	void everyChangeTakesTheLockOnce() {
		AtomicInteger reads = new AtomicInteger();
		CircuitBreaker breaker = create(SETTINGS, this.fake.clock(), () -> {
			reads.incrementAndGet();
			return this.fake.nanos().getAsLong();
		});
		breaker.tryAcquire().failure();
		assertThat(reads.getAndSet(0)).isZero();
		breaker.snapshot();
		assertThat(reads.getAndSet(0)).isOne();
		breaker.tryAcquire().success();
		assertThat(reads.getAndSet(0)).isZero();
		breaker.tryAcquire().failure();
		breaker.tryAcquire().failure();
		// When it opened
		assertThat(reads.getAndSet(0)).isOne();
		breaker.nanosUntilPermitted();
		assertThat(reads.getAndSet(0)).isOne();
		this.fake.advance(WAIT);
		Permit probe = breaker.tryAcquire();
		// Once before the lock, to see that the wait is over
		assertThat(reads.getAndSet(0)).isEqualTo(2);
		breaker.nanosUntilPermitted();
		assertThat(reads.getAndSet(0)).isOne();
		probe.success();
		assertThat(reads.getAndSet(0)).isOne();
	}

	@Test
	@DisplayName("M12: a call that changes nothing does not wait for the lock")
	void callsThatChangeNothingTakeNoLock() {
		AtomicReference<Runnable> underLock = new AtomicReference<>();
		CircuitBreaker breaker = create(SETTINGS, this.fake.clock(), () -> {
			Runnable elsewhere = underLock.getAndSet(null);
			if (elsewhere != null) {
				CompletableFuture.runAsync(elsewhere).orTimeout(10, TimeUnit.SECONDS).join();
			}
			return this.fake.nanos().getAsLong();
		});
		List<String> done = new ArrayList<>();
		underLock.set(() -> {
			breaker.tryAcquire().success();
			breaker.tryAcquire().ignore();
			assertThat(breaker.nanosUntilPermitted()).isZero();
			done.add("closed");
		});
		breaker.snapshot();
		List<Permit> permits = List.of(breaker.tryAcquire(), breaker.tryAcquire(), breaker.tryAcquire(),
				breaker.tryAcquire());
		permits.get(0).failure();
		permits.get(1).failure();
		underLock.set(() -> {
			assertThat(breaker.tryAcquire()).isNull();
			permits.get(2).success();
			permits.get(3).failure();
			done.add("open");
		});
		breaker.snapshot();
		breaker.forceOpen();
		underLock.set(() -> {
			assertThat(breaker.tryAcquire()).isNull();
			done.add("forced open");
		});
		breaker.snapshot();
		assertThat(done).containsExactly("closed", "open", "forced open");
	}

	@Test
	@DisplayName("M11: a second report of a permit returns once the first has taken effect")
	void secondReportReturnsAfterTheFirstHasTakenEffect() throws Exception {
		AtomicReference<Thread> elsewhere = new AtomicReference<>();
		CircuitBreaker breaker = create(new CircuitBreakerSettings(1, WAIT, WAIT, 1, WAIT), new BlockedBy(elsewhere),
				this.fake.nanos());
		Permit permit = breaker.tryAcquire();
		List<Permit> acquired = new ArrayList<>();
		Thread second = new Thread(() -> {
			permit.success();
			acquired.add(breaker.tryAcquire());
		});
		elsewhere.set(second);
		permit.failure();
		second.join();
		assertThat(acquired).containsOnlyNulls().hasSize(1);
		assertThat(breaker.snapshot().state()).isEqualTo(CircuitBreakerState.OPEN);
	}

	@Test
	void durationsBeyondTheRangeOfNanosecondsMeanForever() {
		Duration forever = Duration.ofSeconds(Long.MAX_VALUE);
		CircuitBreaker breaker = create(new CircuitBreakerSettings(1, forever, forever, 1, forever), this.fake.clock(),
				this.fake.nanos());
		breaker.tryAcquire().failure();
		this.fake.advance(Duration.ofDays(365));
		assertThat(breaker.tryAcquire()).isNull();
		assertThat(breaker.nanosUntilPermitted()).isGreaterThan(Duration.ofDays(100 * 365).toNanos());
	}

	@Test
	void callsSentBeforeAResetNoLongerCount() {
		CircuitBreaker breaker = create(
				new CircuitBreakerSettings(1, Duration.ofSeconds(1), Duration.ofSeconds(1), 1, Duration.ofSeconds(1)),
				this.fake.clock(), this.fake.nanos());
		Permit before = breaker.tryAcquire();
		breaker.reset();
		before.failure();
		assertThat(breaker.snapshot().state()).isEqualTo(CircuitBreakerState.CLOSED);
		assertThat(breaker.snapshot().consecutiveFailures()).isZero();
	}

	/**
	 * A clock that is read under the lock, and then has another thread run until that
	 * waits for the lock or ends.
	 */
	private static final class BlockedBy extends Clock {

		private final AtomicReference<Thread> elsewhere;

		private BlockedBy(AtomicReference<Thread> elsewhere) {
			this.elsewhere = elsewhere;
		}

		@Override
		public Instant instant() {
			Thread thread = this.elsewhere.getAndSet(null);
			if (thread != null) {
				thread.start();
				await().until(() -> Set.of(Thread.State.BLOCKED, Thread.State.TERMINATED).contains(thread.getState()));
			}
			return FakeTime.START;
		}

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

	}

}
