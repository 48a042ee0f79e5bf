package io.github.otlpboot.breaker;

/**
 * A consistent view of a breaker.
 *
 * @param state the state; an open breaker whose wait is over stays {@code OPEN} until a
 * call asks for a permit
 * @param since when the state was entered, in milliseconds since the epoch
 * @param consecutiveFailures the number of failures since the last success
 * @param lastFailureAt when the last failure was reported, in milliseconds since the
 * epoch; {@code 0} if there was none
 * @param probes the number of calls under way in the half-open state
 */
public record CircuitBreakerSnapshot(CircuitBreakerState state, long since, long consecutiveFailures,
		long lastFailureAt, int probes) {

}
