package io.github.otlpboot.breaker;

import org.jspecify.annotations.Nullable;

/**
 * Guards a destination: after repeated failures no call is permitted for a while, then
 * exactly as many as configured, whose outcome decides.
 * <p>
 * Calls are asynchronous, so an outcome can arrive long after the state has changed.
 * Every {@link Permit} therefore carries the generation of the state that issued it, and
 * an outcome of an older generation changes nothing.
 * <p>
 * Implementations are thread-safe and never block.
 */
public interface CircuitBreaker {

	/**
	 * Ask to make one call.
	 * @return a permit whose outcome must be reported, or {@code null} if no call is
	 * permitted now
	 */
	@Nullable Permit tryAcquire();

	/**
	 * Return how long no call will be permitted, as far as time alone decides: the rest
	 * of the wait of an open breaker, or the time until the oldest probe is given up.
	 * @return the wait in nanoseconds; {@code 0} if a call may be permitted now;
	 * {@link Long#MAX_VALUE} if only an operator can change it
	 */
	long nanosUntilPermitted();

	/**
	 * Return the state.
	 * @return a consistent snapshot
	 */
	CircuitBreakerSnapshot snapshot();

	/**
	 * Close the breaker and forget all failures and the doubling of the wait.
	 */
	void reset();

	/**
	 * Open the breaker until {@link #reset()} is called.
	 */
	void forceOpen();

	/**
	 * Register a listener, which is told of every transition in order and outside any
	 * lock, by the thread that caused it or, where two threads cause transitions at the
	 * same moment, by the first of them.
	 * @param listener the listener; what it throws is ignored
	 */
	void addListener(CircuitBreakerListener listener);

}
