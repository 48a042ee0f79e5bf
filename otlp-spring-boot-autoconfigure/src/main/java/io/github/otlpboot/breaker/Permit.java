package io.github.otlpboot.breaker;

/**
 * The permission to make one call, and the way to report its outcome. Only the first
 * report counts, and only while the breaker is still in the state that issued the permit.
 * Thread-safe.
 */
public interface Permit {

	/**
	 * Report that the destination answered as a healthy one does.
	 */
	void success();

	/**
	 * Report that the destination did not answer, or answered that it is failing.
	 */
	void failure();

	/**
	 * Report that the call says nothing about the destination's health, or was not made;
	 * a probe's place becomes free again.
	 */
	void ignore();

}
