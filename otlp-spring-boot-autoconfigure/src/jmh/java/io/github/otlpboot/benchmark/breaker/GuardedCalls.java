package io.github.otlpboot.benchmark.breaker;

/**
 * Calls under the guard of one breaker. Every one opens after a hundred failures in a row
 * and then permits nothing for an hour.
 */
public interface GuardedCalls {

	/**
	 * The failures in a row that open it: so many that no run of the benchmark with one
	 * failure in ten has them.
	 */
	int THRESHOLD = 100;

	/**
	 * Ask for permission, and if it is given, report the outcome of a call that takes no
	 * time.
	 * @param fails whether the call fails
	 * @return whether it was permitted
	 */
	boolean call(boolean fails);

}
