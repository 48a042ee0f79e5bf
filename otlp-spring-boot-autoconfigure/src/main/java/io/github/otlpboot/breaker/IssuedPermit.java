package io.github.otlpboot.breaker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A permit of the {@link SingleLockCircuitBreaker}, which knows when, and in which
 * generation of its state, it was issued. Compared by identity. Thread-safe.
 */
final class IssuedPermit implements Permit {

	// Not an object of its own: there is a permit for each call
	private static final VarHandle REPORTED;

	static {
		try {
			REPORTED = MethodHandles.lookup().findVarHandle(IssuedPermit.class, "reported", boolean.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final SingleLockCircuitBreaker breaker;

	private final long generation;

	private final long issuedAtNanos;

	@SuppressWarnings("unused") // read and written as REPORTED
	private volatile boolean reported;

	/**
	 * Create a permit.
	 * @param breaker is told of every outcome, also of a second one
	 * @param generation the generation of the breaker's state
	 * @param issuedAtNanos the time in nanoseconds, which only matters for probes
	 */
	IssuedPermit(SingleLockCircuitBreaker breaker, long generation, long issuedAtNanos) {
		this.breaker = breaker;
		this.generation = generation;
		this.issuedAtNanos = issuedAtNanos;
	}

	long generation() {
		return this.generation;
	}

	long issuedAtNanos() {
		return this.issuedAtNanos;
	}

	/**
	 * Let an outcome count.
	 * @return {@code false} if there was one before
	 */
	boolean markReported() {
		return REPORTED.compareAndSet(this, false, true);
	}

	@Override
	public void success() {
		this.breaker.report(this, Outcome.SUCCESS);
	}

	@Override
	public void failure() {
		this.breaker.report(this, Outcome.FAILURE);
	}

	@Override
	public void ignore() {
		this.breaker.report(this, Outcome.IGNORED);
	}

	/**
	 * What became of a call.
	 */
	enum Outcome {

		SUCCESS, FAILURE, IGNORED

	}

}
