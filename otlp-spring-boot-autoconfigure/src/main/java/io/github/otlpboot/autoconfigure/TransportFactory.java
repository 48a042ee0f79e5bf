package io.github.otlpboot.autoconfigure;

import io.github.otlpboot.forwarder.Transport;

/**
 * Makes the transports of one kind.
 */
interface TransportFactory {

	/**
	 * Make a transport.
	 * @param request how requests are made
	 * @return the transport
	 * @throws InvalidOtlpPropertyException if a property has a value that cannot work
	 */
	Transport create(RequestSettings request);

	/**
	 * Return where requests go.
	 * @param request how requests are made
	 * @return the URL as far as it counts, without anything secret
	 */
	String shownUrl(RequestSettings request);

}
