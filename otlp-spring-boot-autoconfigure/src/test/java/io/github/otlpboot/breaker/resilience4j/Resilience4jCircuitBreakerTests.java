package io.github.otlpboot.breaker.resilience4j;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

import io.github.otlpboot.breaker.CircuitBreaker;
import io.github.otlpboot.breaker.CircuitBreakerContractTests;
import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.CircuitBreakerState;
import io.github.otlpboot.breaker.Permit;
import io.github.otlpboot.testing.FakeTime;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Resilience4jCircuitBreaker}: M02, M03 and M11 through the same suite
 * as the other breaker.
 */
class Resilience4jCircuitBreakerTests extends CircuitBreakerContractTests {

	private static final String NAME = "otlp-default-traces";

	private final FakeTime fake = new FakeTime();

	@Override
	protected CircuitBreaker create(CircuitBreakerSettings settings, Clock clock, LongSupplier nanos) {
		return Resilience4jCircuitBreaker.create(NAME, settings,
				Resilience4jSettings.consecutive(settings.failureThreshold()), clock, nanos);
	}

	@Test
	void showsItsStateInTheRegistry() {
		CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
		CircuitBreaker breaker = create(registry);
		io.github.resilience4j.circuitbreaker.CircuitBreaker shown = registry.circuitBreaker(NAME);
		fail(breaker, 3);
		assertThat(shown.getState()).isEqualTo(State.OPEN);
		this.fake.advance(Duration.ofSeconds(5));
		breaker.tryAcquire().success();
		assertThat(shown.getState()).isEqualTo(State.CLOSED);
		assertThat(registry.getAllCircuitBreakers()).hasSize(1);
	}

	@Test
	void takesThePlaceOfOneOfTheSameName() {
		CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
		create(registry);
		CircuitBreaker second = create(registry);
		fail(second, 3);
		assertThat(registry.circuitBreaker(NAME).getState()).isEqualTo(State.OPEN);
	}

	@Test
	void configurationOfTheRegistryWins() {
		CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
		registry.addConfiguration("otlp",
				CircuitBreakerConfig.custom()
					.slidingWindowSize(4)
					.minimumNumberOfCalls(4)
					.failureRateThreshold(50)
					.waitDurationInOpenState(Duration.ofSeconds(40))
					.permittedNumberOfCallsInHalfOpenState(2)
					.automaticTransitionFromOpenToHalfOpenEnabled(true)
					.build());
		CircuitBreaker breaker = create(registry);
		breaker.tryAcquire().success();
		breaker.tryAcquire().success();
		fail(breaker, 1);
		assertThat(breaker.snapshot().state()).isEqualTo(CircuitBreakerState.CLOSED);
		fail(breaker, 1);
		assertThat(breaker.snapshot().state()).isEqualTo(CircuitBreakerState.OPEN);
		assertThat(breaker.nanosUntilPermitted()).isEqualTo(Duration.ofSeconds(40).toNanos());
		this.fake.advance(Duration.ofSeconds(40));
		Permit first = breaker.tryAcquire();
		assertThat(breaker.tryAcquire()).isNotNull();
		assertThat(breaker.tryAcquire()).isNull();
		// A probe of its own configuration is given up and filtered as any other.
		this.fake.advance(Duration.ofSeconds(60));
		assertThat(breaker.snapshot().state()).isEqualTo(CircuitBreakerState.OPEN);
		first.success();
		assertThat(breaker.snapshot().state()).isEqualTo(CircuitBreakerState.OPEN);
	}

	@Test
	void outcomeOfAnOlderStateIsFilteredEvenWhereResilience4jWouldCountIt() {
		CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
		CircuitBreaker breaker = create(registry);
		Permit old = breaker.tryAcquire();
		fail(breaker, 3);
		this.fake.advance(Duration.ofSeconds(5));
		assertThat(breaker.tryAcquire()).isNotNull();
		old.success();
		assertThat(registry.circuitBreaker(NAME).getState()).isEqualTo(State.HALF_OPEN);
	}

	@Test
	void followsWhatOthersDoThroughTheRegistry() {
		CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
		CircuitBreaker breaker = create(registry);
		io.github.resilience4j.circuitbreaker.CircuitBreaker shown = registry.circuitBreaker(NAME);
		List<CircuitBreakerState> told = new ArrayList<>();
		breaker.addListener((from, to) -> told.add(to));
		Permit old = breaker.tryAcquire();
		shown.transitionToForcedOpenState();
		assertThat(told).containsExactly(CircuitBreakerState.FORCED_OPEN);
		assertThat(breaker.tryAcquire()).isNull();
		assertThat(breaker.nanosUntilPermitted()).isEqualTo(Long.MAX_VALUE);
		shown.transitionToDisabledState();
		assertThat(breaker.snapshot().state()).isEqualTo(CircuitBreakerState.CLOSED);
		fail(breaker, 10);
		assertThat(breaker.tryAcquire()).isNotNull();
		shown.transitionToMetricsOnlyState();
		fail(breaker, 10);
		assertThat(breaker.tryAcquire()).isNotNull();
		shown.transitionToClosedState();
		shown.transitionToOpenStateFor(Duration.ofHours(1));
		assertThat(breaker.tryAcquire()).isNull();
		shown.reset();
		old.failure();
		assertThat(breaker.snapshot().state()).isEqualTo(CircuitBreakerState.CLOSED);
		assertThat(told).containsExactly(CircuitBreakerState.FORCED_OPEN, CircuitBreakerState.CLOSED,
				CircuitBreakerState.OPEN, CircuitBreakerState.CLOSED);
	}

	@Test
	void placesThatOthersTookAreAskedForAgainOnlyAfterAWhile() {
		CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
		CircuitBreaker breaker = create(registry);
		io.github.resilience4j.circuitbreaker.CircuitBreaker shown = registry.circuitBreaker(NAME);
		shown.transitionToOpenState();
		shown.transitionToHalfOpenState();
		assertThat(shown.tryAcquirePermission()).isTrue();
		assertThat(breaker.nanosUntilPermitted()).isZero();
		assertThat(breaker.tryAcquire()).isNull();
		assertThat(breaker.nanosUntilPermitted()).isEqualTo(Duration.ofSeconds(1).toNanos());
		shown.releasePermission();
		this.fake.advance(Duration.ofSeconds(1));
		assertThat(breaker.nanosUntilPermitted()).isZero();
		assertThat(breaker.tryAcquire()).isNotNull();
	}

	@Test
	void rateOpensWhereItIsConfigured() {
		CircuitBreaker breaker = Resilience4jCircuitBreaker.create(NAME, settings(),
				new Resilience4jSettings(50, 10, 4), this.fake.clock(), this.fake.nanos());
		for (int i = 0; i < 2; i++) {
			breaker.tryAcquire().success();
			breaker.tryAcquire().failure();
		}
		assertThat(breaker.snapshot().state()).isEqualTo(CircuitBreakerState.OPEN);
	}

	@Test
	void longestWaitsMeanForEver() {
		Duration forever = Duration.ofSeconds(Long.MAX_VALUE);
		CircuitBreaker breaker = create(new CircuitBreakerSettings(1, forever, forever, 1, Duration.ofSeconds(1)),
				this.fake.clock(), this.fake.nanos());
		breaker.tryAcquire().failure();
		this.fake.advance(Duration.ofDays(365));
		assertThat(breaker.tryAcquire()).isNull();
		assertThat(breaker.nanosUntilPermitted()).isPositive();
	}

	@Test
	void settingsAreChecked() {
		assertThatIllegalArgumentException().isThrownBy(() -> new Resilience4jSettings(0, 1, 1))
			.withMessageContaining("failureRateThreshold");
		assertThatIllegalArgumentException().isThrownBy(() -> new Resilience4jSettings(101, 1, 1))
			.withMessageContaining("failureRateThreshold");
		assertThatIllegalArgumentException().isThrownBy(() -> new Resilience4jSettings(50, 0, 1))
			.withMessageContaining("slidingWindowSize");
		assertThatIllegalArgumentException().isThrownBy(() -> new Resilience4jSettings(50, 1, 0))
			.withMessageContaining("minimumNumberOfCalls");
	}

	@ParameterizedTest
	@EnumSource
	void stateOutlivesTheRegistration(CircuitBreakerState state) {
		Resilience4jCircuitBreaker breaker = create();
		List<CircuitBreakerState> told = new ArrayList<>();
		List<Permit> stale = List.of(breaker.tryAcquire(), breaker.tryAcquire(), breaker.tryAcquire());
		switch (state) {
			case CLOSED -> fail(breaker, 2);
			case OPEN -> fail(breaker, 3);
			case HALF_OPEN -> {
				fail(breaker, 3);
				this.fake.advance(Duration.ofSeconds(5));
				assertThat(breaker.tryAcquire()).isNotNull();
			}
			case FORCED_OPEN -> breaker.forceOpen();
		}
		assertThat(breaker.snapshot().state()).isEqualTo(state);
		breaker.addListener((from, to) -> told.add(to));
		CircuitBreakerRegistry registry = CircuitBreakerRegistry.ofDefaults();
		breaker.register(registry);
		// The probe under way does not count any more, so there has to be another one.
		CircuitBreakerState expected = (state == CircuitBreakerState.HALF_OPEN) ? CircuitBreakerState.OPEN : state;
		assertThat(breaker.snapshot().state()).isEqualTo(expected);
		assertThat(registry.circuitBreaker(NAME).getState()).hasToString(expected.name());
		stale.forEach(Permit::failure);
		assertThat(breaker.snapshot().state()).isEqualTo(expected);
		registry.circuitBreaker(NAME).transitionToForcedOpenState();
		breaker.reset();
		assertThat(told).endsWith(CircuitBreakerState.CLOSED);
		fail(breaker, 3);
		assertThat(told).endsWith(CircuitBreakerState.OPEN);
		this.fake.advance(Duration.ofSeconds(5));
		breaker.tryAcquire().success();
		assertThat(registry.circuitBreaker(NAME).getState()).isEqualTo(State.CLOSED);
	}

	private CircuitBreaker create(CircuitBreakerRegistry registry) {
		Resilience4jCircuitBreaker breaker = create();
		breaker.register(registry);
		return breaker;
	}

	private Resilience4jCircuitBreaker create() {
		return Resilience4jCircuitBreaker.create(NAME, settings(), Resilience4jSettings.consecutive(3),
				this.fake.clock(), this.fake.nanos());
	}

	private static CircuitBreakerSettings settings() {
		return new CircuitBreakerSettings(3, Duration.ofSeconds(5), Duration.ofSeconds(30), 1, Duration.ofSeconds(60));
	}

	private static void fail(CircuitBreaker breaker, int times) {
		for (int i = 0; i < times; i++) {
			breaker.tryAcquire().failure();
		}
	}

}
