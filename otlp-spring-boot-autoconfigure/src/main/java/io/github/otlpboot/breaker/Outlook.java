package io.github.otlpboot.breaker;

import java.util.function.LongSupplier;

import io.github.otlpboot.breaker.IssuedPermit.Outcome;

/**
 * What decides most calls of the {@link SingleLockCircuitBreaker}, all at one moment.
 *
 * @param state the state
 * @param generation the generation of the permits that count
 * @param failing whether there are failures that a success would forget
 * @param openedAtNanos when the breaker was opened, if it is open
 * @param waitNanos how long it stays open, if it is
 */
record Outlook(CircuitBreakerState state, long generation, boolean failing, long openedAtNanos, long waitNanos) {

	/**
	 * Return whether no call is permitted.
	 * @param nanos the source of elapsed time
	 * @return {@code false} if the breaker has to look closer
	 */
	boolean refuses(LongSupplier nanos) {
		return switch (this.state) {
			case CLOSED, HALF_OPEN -> false;
			case OPEN -> SingleLockCircuitBreaker.remaining(this.openedAtNanos, this.waitNanos, nanos.getAsLong()) > 0;
			case FORCED_OPEN -> true;
		};
	}

	/**
	 * Return whether an outcome changes nothing, whichever generation it is of.
	 * @param outcome the outcome
	 * @return {@code false} if the breaker has to look closer
	 */
	boolean isUnchangedBy(Outcome outcome) {
		return switch (this.state) {
			case CLOSED -> outcome == Outcome.IGNORED || (outcome == Outcome.SUCCESS && !this.failing);
			// It may be a probe's, and others may be overdue
			case HALF_OPEN -> false;
			// No permit is issued in these states, so it is of an older one
			case OPEN, FORCED_OPEN -> true;
		};
	}

}
