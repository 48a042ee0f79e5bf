package io.github.otlpboot.breaker;

import java.util.concurrent.atomic.AtomicInteger;

import io.github.otlpboot.testing.Race;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TransitionPublisher}.
 */
class TransitionPublisherTests {

	private final TransitionPublisher publisher = new TransitionPublisher();

	@Test
	void nothingIsForgottenWhenThreadsPublishAtTheSameMoment() throws Exception {
		int threads = 4;
		AtomicInteger told = new AtomicInteger();
		this.publisher.addListener((from, to) -> told.incrementAndGet());
		try (Race race = new Race(threads)) {
			// Many short rounds: only what is added last can be forgotten for good
			for (int round = 1; round <= 10_000; round++) {
				race.run((thread) -> {
					this.publisher.add(CircuitBreakerState.CLOSED, CircuitBreakerState.OPEN);
					this.publisher.publish();
					return null;
				});
				assertThat(told.get()).as("round %d", round).isEqualTo(round * threads);
			}
		}
	}

	@Test
	void onlyOneThreadTellsAtATime() throws Exception {
		int threads = 8;
		AtomicInteger telling = new AtomicInteger();
		AtomicInteger most = new AtomicInteger();
		this.publisher.addListener((from, to) -> {
			most.accumulateAndGet(telling.incrementAndGet(), Math::max);
			telling.decrementAndGet();
		});
		try (Race race = new Race(threads)) {
			race.run((thread) -> {
				for (int i = 0; i < 10_000; i++) {
					this.publisher.add(CircuitBreakerState.CLOSED, CircuitBreakerState.OPEN);
					this.publisher.publish();
				}
				return null;
			});
		}
		assertThat(most).hasValue(1);
	}

}
