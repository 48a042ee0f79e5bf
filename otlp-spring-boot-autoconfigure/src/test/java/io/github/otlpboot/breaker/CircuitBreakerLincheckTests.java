package io.github.otlpboot.breaker;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

import io.github.otlpboot.testing.Linearizable;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * {@link SingleLockCircuitBreaker} under every order of a few operations of two threads,
 * with permits that are under way when they begin. Half-open states are left to
 * {@link CircuitBreakerContractTests}: probes are a hash set by identity, and Lincheck
 * answers another identity hash code within an operation than before it.
 */
class CircuitBreakerLincheckTests {

	@Test
	@DisplayName("M03, M11: every order of calls, outcomes and commands from the closed state could have been serial")
	void isLinearizableFromTheClosedState() {
		Linearizable.modelCheck(Closed.class);
	}

	/**
	 * Two failures away from opening, with four calls under way.
	 */
	@Param(name = "permit", gen = IntGen.class, conf = "0:3")
	public static final class Closed {

		private final State state = new State();

		@Operation
		public boolean tryAcquire() {
			return this.state.breaker.tryAcquire() != null;
		}

		@Operation
		public void success(@Param(name = "permit") int permit) {
			this.state.permits.get(permit).success();
		}

		@Operation
		public void failure(@Param(name = "permit") int permit) {
			this.state.permits.get(permit).failure();
		}

		@Operation
		public void ignore(@Param(name = "permit") int permit) {
			this.state.permits.get(permit).ignore();
		}

		@Operation
		public String snapshot() {
			return this.state.breaker.snapshot().toString();
		}

		@Operation
		public long nanosUntilPermitted() {
			return this.state.breaker.nanosUntilPermitted();
		}

		@Operation
		public void reset() {
			this.state.breaker.reset();
		}

		@Operation
		public void forceOpen() {
			this.state.breaker.forceOpen();
		}

	}

	private static final class State {

		private final SingleLockCircuitBreaker breaker = new SingleLockCircuitBreaker(
				new CircuitBreakerSettings(2, Duration.ofSeconds(5), Duration.ofSeconds(30), 3, Duration.ofSeconds(60)),
				Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), () -> 0);

		private final List<Permit> permits = new ArrayList<>();

		State() {
			for (int i = 0; i < 4; i++) {
				this.permits.add(acquire());
			}
		}

		private Permit acquire() {
			@Nullable Permit permit = this.breaker.tryAcquire();
			if (permit == null) {
				throw new IllegalStateException("No call is permitted");
			}
			return permit;
		}

	}

}
