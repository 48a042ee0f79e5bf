package io.github.otlpboot.autoconfigure;

import java.util.List;

/**
 * Tells what one source of configuration, other than {@code otlp.*}, says of where
 * signals go.
 */
@FunctionalInterface
public interface SignalEndpointSource {

	/**
	 * Return where signals go.
	 * @return the endpoints, empty if this source names none
	 */
	List<SignalEndpoint> endpoints();

}
