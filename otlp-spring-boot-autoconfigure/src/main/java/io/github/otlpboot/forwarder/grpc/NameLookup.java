package io.github.otlpboot.forwarder.grpc;

import java.net.InetAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Looks up the name of a server before the library does, which would log each failure
 * with a stack trace. Immutable.
 */
final class NameLookup {

	private final URI server;

	private final String host;

	/**
	 * Create a look-up.
	 * @param authority host and port
	 */
	NameLookup(String authority) {
		// As the library asks for proxies
		this.server = URI.create("https://" + authority);
		this.host = this.server.getHost();
	}

	/**
	 * Fail if the name cannot be resolved, and nobody else does that for us. Blocks; the
	 * JDK remembers the answer for a while.
	 * @throws UnknownHostException if nobody knows the name
	 */
	void check() throws UnknownHostException {
		if (!isProxied()) {
			InetAddress.getAllByName(this.host);
		}
	}

	private boolean isProxied() {
		ProxySelector selector = ProxySelector.getDefault();
		List<Proxy> proxies = (selector != null) ? selector.select(this.server) : List.of();
		return proxies.stream().anyMatch((proxy) -> proxy.type() != Proxy.Type.DIRECT);
	}

}
