package io.github.otlpboot.forwarder;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.Permit;
import io.github.otlpboot.breaker.SingleLockCircuitBreaker;
import io.github.otlpboot.forwarder.SendResult.Accepted;
import io.github.otlpboot.testing.FakeTime;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Attempts} where memory runs out.
 */
class AttemptsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private final FakeTime time = new FakeTime();

	private final Attempts attempts = new Attempts(TIMEOUT, () -> {
	});

	@Test
	void anAnswerThatCouldNotBeNotedIsFoundWhenItIsOverdue() {
		Outcome outcome = new Outcome(false);
		this.attempts.start(new Request(List.of()), permit(), 0, () -> outcome);
		outcome.complete(new Accepted());
		assertThat(this.attempts.poll()).isNull();
		this.attempts.abortOverdue(TIMEOUT.toNanos() - 1);
		assertThat(this.attempts.poll()).isNull();
		this.attempts.abortOverdue(TIMEOUT.toNanos());
		assertThat(this.attempts.poll()).extracting(Attempts.Completion::result).isEqualTo(new Accepted());
		assertThat(this.attempts.isEmpty()).isTrue();
	}

	@Test
	void anAttemptThatCannotBeAccountedForIsNotMade() {
		Outcome outcome = new Outcome(true);
		assertThatExceptionOfType(InternalError.class)
			.isThrownBy(() -> this.attempts.start(new Request(List.of()), permit(), 0, () -> outcome));
		assertThat(outcome).isCancelled();
		assertThat(this.attempts.isEmpty()).isTrue();
	}

	private Permit permit() {
		return new SingleLockCircuitBreaker(CircuitBreakerSettings.DEFAULTS, this.time.clock(), this.time.nanos())
			.tryAcquire();
	}

	/**
	 * An outcome whose first callback comes to nothing.
	 */
	private static final class Outcome extends CompletableFuture<SendResult> {

		private final boolean throwing;

		private boolean asked;

		private Outcome(boolean throwing) {
			this.throwing = throwing;
		}

		@Override
		public CompletableFuture<SendResult> whenComplete(BiConsumer<? super SendResult, ? super Throwable> callback) {
			if (this.asked) {
				return super.whenComplete(callback);
			}
			this.asked = true;
			if (this.throwing) {
				throw new InternalError("there is no memory left");
			}
			return this;
		}

	}

}
