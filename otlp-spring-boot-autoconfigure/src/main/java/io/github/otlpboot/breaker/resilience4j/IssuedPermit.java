package io.github.otlpboot.breaker.resilience4j;

import java.util.function.BiConsumer;

import io.github.otlpboot.breaker.Permit;

/**
 * A permit that knows when, and in which generation of the breaker's state, it was
 * issued. Compared by identity. The breaker's lock guards {@code reported}.
 */
final class IssuedPermit implements Permit {

	private final long generation;

	private final long issuedAtNanos;

	private final BiConsumer<IssuedPermit, Outcome> breaker;

	private boolean reported;

	/**
	 * Create a permit.
	 * @param generation the generation of the breaker's state
	 * @param issuedAtNanos the time in nanoseconds
	 * @param breaker is told of every outcome, also of a second one
	 */
	IssuedPermit(long generation, long issuedAtNanos, BiConsumer<IssuedPermit, Outcome> breaker) {
		this.generation = generation;
		this.issuedAtNanos = issuedAtNanos;
		this.breaker = breaker;
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
		boolean first = !this.reported;
		this.reported = true;
		return first;
	}

	@Override
	public void success() {
		this.breaker.accept(this, Outcome.SUCCESS);
	}

	@Override
	public void failure() {
		this.breaker.accept(this, Outcome.FAILURE);
	}

	@Override
	public void ignore() {
		this.breaker.accept(this, Outcome.IGNORED);
	}

	/**
	 * What became of a call.
	 */
	enum Outcome {

		SUCCESS, FAILURE, IGNORED

	}

}
