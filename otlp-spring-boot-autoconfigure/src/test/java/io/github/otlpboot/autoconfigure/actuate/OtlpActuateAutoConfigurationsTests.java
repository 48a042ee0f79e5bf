package io.github.otlpboot.autoconfigure.actuate;

import java.util.Map;

import io.github.otlpboot.actuate.OtlpEndpoint;
import io.github.otlpboot.actuate.OtlpHealthIndicator;
import io.github.otlpboot.actuate.OtlpMeters;
import io.github.otlpboot.autoconfigure.OtlpPipelineAutoConfiguration;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OtlpHealthAutoConfiguration} and
 * {@link OtlpEndpointAutoConfiguration}.
 */
class OtlpActuateAutoConfigurationsTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(OtlpPipelineAutoConfiguration.class, OtlpHealthAutoConfiguration.class,
				OtlpEndpointAutoConfiguration.class, OtlpMetersAutoConfiguration.class))
		.withPropertyValues("otlp.forwarder.endpoint=http://localhost:1",
				"management.endpoints.web.exposure.include=otlp");

	@Test
	void providesHealthAndEndpoint() {
		this.runner.withPropertyValues("management.tracing.sampling.probability=0.25").run((context) -> {
			Health health = context.getBean(OtlpHealthIndicator.class).health();
			assertThat(health.getStatus()).isEqualTo(Status.UP);
			assertThat(context.getBean(OtlpEndpoint.class).otlp()).containsEntry("status", "UP")
				.containsEntry("samplingProbability", "0.25");
		});
	}

	@Test
	void whenThePipelineIsOffProvidesNothing() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(OtlpPipelineAutoConfiguration.class,
					OtlpHealthAutoConfiguration.class, OtlpEndpointAutoConfiguration.class))
			.run((context) -> assertThat(context).doesNotHaveBean(OtlpHealthIndicator.class)
				.doesNotHaveBean(OtlpEndpoint.class));
	}

	@Test
	void whenHealthIsDisabledProvidesNone() {
		this.runner.withPropertyValues("management.health.otlp.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(OtlpHealthIndicator.class)
				.hasSingleBean(OtlpEndpoint.class));
	}

	@Test
	void whenTheEndpointIsNotExposedProvidesNone() {
		this.runner.withPropertyValues("management.endpoints.web.exposure.include=health")
			.run((context) -> assertThat(context).doesNotHaveBean(OtlpEndpoint.class)
				.hasSingleBean(OtlpHealthIndicator.class));
	}

	@Test
	void whenHealthIsNotOnTheClassPathStillStarts() {
		this.runner.withClassLoader(new FilteredClassLoader(HealthIndicator.class))
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(OtlpEndpoint.class));
	}

	@Test
	void whenActuatorIsNotOnTheClassPathStillStarts() {
		this.runner.withClassLoader(new FilteredClassLoader(ConditionalOnAvailableEndpoint.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("otlpEndpoint"));
	}

	@Test
	void providesMetersForEveryRegistry() {
		this.runner.run((context) -> {
			OtlpMeters meters = context.getBean(OtlpMeters.class);
			SimpleMeterRegistry first = new SimpleMeterRegistry();
			SimpleMeterRegistry second = new SimpleMeterRegistry();
			meters.bindTo(first);
			meters.bindTo(second);
			meters.onAttempt("default", Signal.TRACES, new SendResult.Accepted(), 1000);
			assertThat(first.get("otlp.requests").tags("outcome", "SUCCESS", "status", "200").timer().count()).isOne();
			assertThat(second.get("otlp.requests").timer().count()).isOne();
			assertThat(second.get("otlp.pending.age").tag("signal", "logs").timeGauge().value()).isZero();
		});
	}

	@Test
	void metersOfAUserTakePrecedence() {
		this.runner.withUserConfiguration(UserMetersConfiguration.class)
			.run((context) -> assertThat(context).hasSingleBean(OtlpMeters.class).hasBean("userMeters"));
	}

	@Test
	void whenMicrometerIsNotOnTheClassPathStillStarts() {
		this.runner.withClassLoader(new FilteredClassLoader(MeterBinder.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("otlpMeters"));
	}

	@Test
	void whenThePipelineIsOffThereAreNoMeters() {
		this.runner.withPropertyValues("otlp.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean("otlpMeters"));
	}

	@Test
	void healthIndicatorOfAUserTakesPrecedence() {
		this.runner.withUserConfiguration(UserHealthConfiguration.class)
			.run((context) -> assertThat(context).doesNotHaveBean(OtlpHealthIndicator.class)
				.hasSingleBean(HealthIndicator.class));
	}

	@Test
	void endpointShowsWhereSignalsGo() {
		this.runner.run((context) -> {
			Map<String, Object> document = context.getBean(OtlpEndpoint.class).otlp();
			assertThat(document.get("signals").toString()).contains("http://localhost:1/v1/traces")
				.contains("otlp.forwarder.endpoint");
		});
	}

	@Configuration(proxyBeanMethods = false)
	static class UserMetersConfiguration {

		@Bean
		OtlpMeters userMeters(Pipeline pipeline) {
			return new OtlpMeters(pipeline);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class UserHealthConfiguration {

		@Bean
		HealthIndicator otlpHealthIndicator() {
			return () -> Health.up().build();
		}

	}

}
