package io.github.otlpboot;

import java.time.Duration;

import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.testing.EcosystemTest;
import io.github.otlpboot.testing.OtlpTestServer;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Resilience4j's own starter for Spring Boot 4 beside ours.
 */
@EcosystemTest
class Resilience4jStarterEndToEndTests {

	private static final String[] OF_THE_APPLICATION = {
			"resilience4j.circuitbreaker.instances.payments.sliding-window-size=7",
			"otlp.forwarder.retry.initial-interval=50ms", "otlp.forwarder.retry.max-interval=200ms" };

	private final OtlpTestServer server = OtlpTestServer.open();

	private ConfigurableApplicationContext context;

	@AfterEach
	void tearDown() {
		if (this.context != null) {
			this.context.close();
		}
		this.server.close();
	}

	@Test
	@DisplayName("its presence changes nothing: our breaker is used, and its registry holds the application's alone")
	void presenceChangesNothing() {
		this.context = HelloApplication.start(WebApplicationType.NONE, this.server, OF_THE_APPLICATION);
		assertThat(registry().getAllCircuitBreakers()).extracting(CircuitBreaker::getName).containsExactly("payments");
		assertThat(registry().circuitBreaker("payments").getCircuitBreakerConfig().getSlidingWindowSize()).isEqualTo(7);
		makeSpan();
		await().until(() -> this.server.spans().size() == 1);
	}

	@Test
	@DisplayName("where the property asks for it, our breakers are in its registry, with its configuration and meters")
	void breakersAreInItsRegistry() {
		this.context = HelloApplication.start(WebApplicationType.NONE, this.server, OF_THE_APPLICATION[0],
				OF_THE_APPLICATION[1], OF_THE_APPLICATION[2], "otlp.forwarder.circuit-breaker.type=resilience4j",
				"resilience4j.circuitbreaker.configs.otlp.sliding-window-type=COUNT_BASED",
				"resilience4j.circuitbreaker.configs.otlp.sliding-window-size=3",
				"resilience4j.circuitbreaker.configs.otlp.minimum-number-of-calls=3",
				"resilience4j.circuitbreaker.configs.otlp.failure-rate-threshold=100",
				"resilience4j.circuitbreaker.configs.otlp.wait-duration-in-open-state=300ms",
				"resilience4j.circuitbreaker.configs.otlp.permitted-number-of-calls-in-half-open-state=1");
		assertThat(registry().getAllCircuitBreakers()).extracting(CircuitBreaker::getName)
			.containsExactlyInAnyOrder("payments", "otlp-default-traces", "otlp-default-metrics", "otlp-default-logs");
		CircuitBreaker traces = registry().circuitBreaker("otlp-default-traces");
		assertThat(traces.getCircuitBreakerConfig().getSlidingWindowSize()).isEqualTo(3);
		this.server.stop();
		makeSpan();
		await().until(() -> traces.getState() == State.OPEN);
		assertThat(registry().circuitBreaker("payments").getState()).isEqualTo(State.CLOSED);
		// It is half open now and then
		await().until(() -> this.context.getBean(MeterRegistry.class)
			.get("resilience4j.circuitbreaker.state")
			.tags("name", "otlp-default-traces", "state", "open")
			.gauge()
			.value() == 1);
		this.server.start();
		await().atMost(Duration.ofSeconds(20)).until(() -> this.server.spans().size() == 1);
		await().until(() -> traces.getState() == State.CLOSED);
		await().until(() -> ledger().routes().get(0).delivered() == 1);
		assertThat(ledger().refusedItems()).isZero();
		assertThat(ledger().routes().get(0).lostItems()).isZero();
	}

	private SignalLedger ledger() {
		return this.context.getBean(Pipeline.class).ledgers().get(0);
	}

	private CircuitBreakerRegistry registry() {
		return this.context.getBean(CircuitBreakerRegistry.class);
	}

	private void makeSpan() {
		this.context.getBean(OpenTelemetry.class).getTracer("test").spanBuilder("work").startSpan().end();
	}

}
