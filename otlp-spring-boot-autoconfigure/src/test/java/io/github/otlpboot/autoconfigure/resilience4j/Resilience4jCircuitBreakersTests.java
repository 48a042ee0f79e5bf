package io.github.otlpboot.autoconfigure.resilience4j;

import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.resilience4j.Resilience4jSettings;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.Race;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.support.StaticListableBeanFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Resilience4jCircuitBreakers}.
 */
class Resilience4jCircuitBreakersTests {

	private static final int THREADS = 4;

	private static final int EACH = 20;

	@Test
	@DisplayName("Breakers that are created while the last beans are made are all registered")
	void everyBreakerIsRegisteredWhoeverComesFirst() throws Exception {
		try (Race race = new Race(THREADS)) {
			for (int round = 0; round < 100; round++) {
				CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
				StaticListableBeanFactory beans = new StaticListableBeanFactory();
				beans.addBean("registry", registry);
				Resilience4jCircuitBreakers breakers = new Resilience4jCircuitBreakers(
						Resilience4jSettings.consecutive(5), beans.getBeanProvider(CircuitBreakerRegistry.class));
				race.run((thread) -> {
					for (int i = 0; i < EACH; i++) {
						if (thread == 0 && i == EACH / 2) {
							breakers.afterSingletonsInstantiated();
						}
						breakers.create(thread + "-" + i, Signal.LOGS, CircuitBreakerSettings.DEFAULTS);
					}
					return null;
				});
				assertThat(registry.getAllCircuitBreakers()).hasSize(THREADS * EACH);
			}
		}
	}

}
