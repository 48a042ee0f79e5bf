package io.github.otlpboot.autoconfigure;

import java.time.Duration;

import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.forwarder.BatchSettings;
import io.github.otlpboot.forwarder.RetrySettings;
import io.github.otlpboot.forwarder.RouteSettings;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

import org.springframework.util.unit.DataSize;

/**
 * Turns properties into settings of a destination, and says which property is wrong where
 * one is.
 */
final class ForwarderSettingsMapper {

	private final OtlpProperties.Forwarder properties;

	private final @Nullable LossReason undeliveredAtClose;

	/**
	 * Create a mapper.
	 * @param properties the properties
	 * @param stored whether what is not delivered at the end is delivered later
	 */
	ForwarderSettingsMapper(OtlpProperties.Forwarder properties, boolean stored) {
		this.properties = properties;
		this.undeliveredAtClose = stored ? null : LossReason.SHUTDOWN;
	}

	/**
	 * Return how a signal is sent.
	 * @param signal the signal
	 * @param timeout how long one attempt may take
	 * @return the settings
	 */
	RouteSettings route(Signal signal, Duration timeout) {
		int maxInFlight = PropertyCheck.positive("forwarder.max-in-flight", this.properties.maxInFlight());
		return new RouteSettings(batch(this.properties.batch()), retry(this.properties.retry()), timeout,
				(signal == Signal.METRICS) ? 1 : maxInFlight, this.undeliveredAtClose,
				replayLimit(this.properties.replayLimit()));
	}

	private static long replayLimit(@Nullable DataSize limit) {
		return (limit != null) ? PropertyCheck.positive("forwarder.replay-limit", limit, "1MB") : 0;
	}

	private static BatchSettings batch(OtlpProperties.Batch batch) {
		return new BatchSettings(PropertyCheck.positive("forwarder.batch.max-items", batch.maxItems()),
				PropertyCheck.positive("forwarder.batch.max-size", batch.maxSize(), "3MB"),
				PropertyCheck.notNegative("forwarder.batch.max-delay", batch.maxDelay()));
	}

	private static RetrySettings retry(OtlpProperties.Retry retry) {
		String initial = "forwarder.retry.initial-interval";
		Duration initialInterval = PropertyCheck.positive(initial, retry.initialInterval());
		return new RetrySettings(initialInterval,
				PropertyCheck.notLess("forwarder.retry.max-interval", retry.maxInterval(), initial, initialInterval),
				PropertyCheck.range("forwarder.retry.multiplier", retry.multiplier(), 1, Double.MAX_VALUE),
				PropertyCheck.range("forwarder.retry.jitter", retry.jitter(), 0, 1));
	}

	/**
	 * Return when a breaker opens.
	 * @param timeout how long one attempt may take
	 * @return the settings
	 */
	CircuitBreakerSettings breaker(Duration timeout) {
		OtlpProperties.CircuitBreaker breaker = this.properties.circuitBreaker();
		String prefix = "forwarder.circuit-breaker.";
		String wait = prefix + "wait-duration-in-open-state";
		Duration waitDuration = PropertyCheck.positive(wait, breaker.waitDurationInOpenState());
		return new CircuitBreakerSettings(
				PropertyCheck.positive(prefix + "failure-threshold", breaker.failureThreshold()), waitDuration,
				PropertyCheck.notLess(prefix + "max-wait-duration-in-open-state", breaker.maxWaitDurationInOpenState(),
						wait, waitDuration),
				PropertyCheck.positive(prefix + "permitted-number-of-calls-in-half-open-state",
						breaker.permittedNumberOfCallsInHalfOpenState()),
				// Every attempt reports within its timeout; a probe that does not is a
				// defect.
				timeout.multipliedBy(2));
	}

}
