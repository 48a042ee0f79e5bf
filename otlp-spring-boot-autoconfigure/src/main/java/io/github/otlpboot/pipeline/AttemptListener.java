package io.github.otlpboot.pipeline;

import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.model.Signal;

/**
 * Is told of every attempt to send a request, by the forwarder's thread, which it must
 * not keep.
 */
@FunctionalInterface
public interface AttemptListener {

	/**
	 * Called after an attempt.
	 * @param destination the name of the destination
	 * @param signal the signal
	 * @param result the outcome
	 * @param nanos how long the attempt took, in nanoseconds
	 */
	void onAttempt(String destination, Signal signal, SendResult result, long nanos);

}
