package io.github.otlpboot.pipeline;

/**
 * Work that one thread does in turns.
 */
interface Worker {

	/**
	 * Do all that can be done now, without waiting.
	 */
	void doWork();

	/**
	 * Return how long there will be nothing to do unless the thread is woken.
	 * @return the wait in nanoseconds, {@link Long#MAX_VALUE} for ever
	 */
	long nanosUntilWork();

	/**
	 * Return whether going on makes sense although the thread is to stop.
	 * @param drainingSince when it was told to stop, in nanoseconds
	 * @return {@code true} to go on
	 */
	boolean isDraining(long drainingSince);

	/**
	 * Called last, on the thread itself.
	 */
	void close();

}
