package io.github.otlpboot.forwarder;

import java.util.List;

import io.github.otlpboot.breaker.CircuitBreakerSnapshot;
import io.github.otlpboot.model.Backlog;
import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

/**
 * How a route is doing. Times are in milliseconds since the epoch, {@code 0} for never.
 *
 * @param destination the name of the destination
 * @param signal the signal
 * @param state the state
 * @param since when the state was entered
 * @param breaker the state of the circuit breaker
 * @param backlog what has been accepted and not settled
 * @param inFlight the number of requests under way
 * @param lastSuccess when the destination last took a request
 * @param nextAttempt when the next attempt is due, {@code 0} unless one is being waited
 * for
 * @param consecutiveFailures the number of attempts that have failed since the last
 * success
 * @param lastFailure the last failure, {@code null} if there was none
 * @param failures the last failures, the newest first
 */
public record RouteStatus(String destination, Signal signal, RouteState state, long since,
		CircuitBreakerSnapshot breaker, Backlog backlog, int inFlight, long lastSuccess, long nextAttempt,
		long consecutiveFailures, @Nullable FailureRecord lastFailure, List<FailureRecord> failures) {

}
