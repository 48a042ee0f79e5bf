package io.github.otlpboot.benchmark.export;

import java.io.IOException;

/**
 * Takes serialized requests.
 */
interface RequestTarget {

	/** How many bytes in front of a request the target may use. */
	int RESERVED = 8;

	/**
	 * Take a request.
	 * @param array holds the request from {@link #RESERVED} on
	 * @param end where the request ends
	 * @throws IOException if it cannot be taken
	 */
	void take(byte[] array, int end) throws IOException;

	/**
	 * Close what is open.
	 * @throws IOException if that fails
	 */
	default void close() throws IOException {
	}

}
