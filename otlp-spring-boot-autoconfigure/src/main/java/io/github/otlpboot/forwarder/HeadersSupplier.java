package io.github.otlpboot.forwarder;

import java.util.Map;

/**
 * Supplies headers that change while the application runs, such as a token that is
 * renewed: HTTP headers or the metadata of gRPC.
 * <p>
 * It is asked once for each attempt, by several threads at once and never by the
 * forwarder's, so it may take a moment, and must return or heed its own timeout: the
 * attempt is cut off, and the thread waits on. What it throws counts as a failure that
 * may pass: the data is kept and the attempt made again. While a destination refuses the
 * credential, it is asked every second, and a changed answer ends the wait.
 */
@FunctionalInterface
public interface HeadersSupplier {

	/**
	 * Supplies none.
	 */
	HeadersSupplier NONE = Map::of;

	/**
	 * Return the headers of an attempt.
	 * @return names and values, which take the place of configured ones of the same name
	 */
	Map<String, String> headers();

}
