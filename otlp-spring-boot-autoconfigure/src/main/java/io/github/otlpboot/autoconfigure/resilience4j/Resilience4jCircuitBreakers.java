package io.github.otlpboot.autoconfigure.resilience4j;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

import io.github.otlpboot.autoconfigure.CircuitBreakerFactory;
import io.github.otlpboot.breaker.CircuitBreaker;
import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.resilience4j.Resilience4jCircuitBreaker;
import io.github.otlpboot.breaker.resilience4j.Resilience4jSettings;
import io.github.otlpboot.model.Signal;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Creates circuit breakers, and registers them once all beans are there. Not before: the
 * registry of Resilience4j's own starter needs the meter registries, one of which needs
 * the pipeline, which needs its circuit breakers.
 * <p>
 * Thread-safe. One private lock guards what waits and whether it has to; neither are
 * beans looked up nor the registry told under it.
 */
final class Resilience4jCircuitBreakers implements CircuitBreakerFactory, SmartInitializingSingleton {

	private final Resilience4jSettings settings;

	private final ObjectProvider<CircuitBreakerRegistry> registry;

	private final Object lock = new Object();

	private final List<Resilience4jCircuitBreaker> early = new ArrayList<>();

	private boolean ready;

	Resilience4jCircuitBreakers(Resilience4jSettings settings, ObjectProvider<CircuitBreakerRegistry> registry) {
		this.settings = settings;
		this.registry = registry;
	}

	@Override
	public CircuitBreaker create(String destination, Signal signal, CircuitBreakerSettings settings) {
		Resilience4jCircuitBreaker breaker = Resilience4jCircuitBreaker.create(
				"otlp-" + destination + "-" + signal.id(), settings, this.settings, Clock.systemUTC(),
				System::nanoTime);
		if (!isEarly(breaker)) {
			this.registry.ifUnique(breaker::register);
		}
		return breaker;
	}

	private boolean isEarly(Resilience4jCircuitBreaker breaker) {
		synchronized (this.lock) {
			return !this.ready && this.early.add(breaker);
		}
	}

	@Override
	public void afterSingletonsInstantiated() {
		List<Resilience4jCircuitBreaker> waiting;
		synchronized (this.lock) {
			this.ready = true;
			waiting = List.copyOf(this.early);
			this.early.clear();
		}
		this.registry.ifUnique((found) -> waiting.forEach((breaker) -> breaker.register(found)));
	}

}
