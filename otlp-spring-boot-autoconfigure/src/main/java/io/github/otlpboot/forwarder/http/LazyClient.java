package io.github.otlpboot.forwarder.http;

import java.net.http.HttpClient;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * A client of the JDK that is made when there is something to send. Making the first one
 * takes long, since the JDK reads its trusted certificates even where nothing is
 * encrypted, and the start of an application need not wait for it.
 * <p>
 * Thread-safe. {@code lock} guards {@code client} and {@code closed}, and is held while
 * the client is made, so that there is only one.
 */
final class LazyClient {

	private final HttpConnectorSettings settings;

	private final Executor executor;

	private final Object lock = new Object();

	private @Nullable HttpClient client;

	private boolean closed;

	LazyClient(HttpConnectorSettings settings, Executor executor) {
		this.settings = settings;
		this.executor = executor;
	}

	/**
	 * Return the client. May take a moment.
	 * @return the client, {@code null} once this has been closed
	 */
	@Nullable HttpClient get() {
		synchronized (this.lock) {
			if (this.client == null && !this.closed) {
				this.client = create();
			}
			return this.client;
		}
	}

	private HttpClient create() {
		HttpClient.Builder builder = HttpClient.newBuilder()
			.executor(this.executor)
			.connectTimeout(this.settings.connectTimeout())
			.followRedirects(HttpClient.Redirect.NEVER);
		if (this.settings.sslContext() != null) {
			builder.sslContext(this.settings.sslContext());
		}
		if (this.settings.sslParameters() != null) {
			builder.sslParameters(this.settings.sslParameters());
		}
		if (this.settings.proxy() != null) {
			builder.proxy(this.settings.proxy());
		}
		return builder.build();
	}

	/**
	 * Let requests under way end, or abort them, and free threads and connections: at
	 * once from Java 21 on, before that when the garbage collector has found the client.
	 * @param method {@code shutdown} or {@code shutdownNow}
	 */
	void close(String method) {
		HttpClient closing;
		synchronized (this.lock) {
			closing = this.client;
			this.client = null;
			this.closed = true;
		}
		if (closing != null) {
			shutdown(closing, method);
		}
	}

	private static void shutdown(HttpClient client, String method) {
		try {
			HttpClient.class.getMethod(method).invoke(client);
		}
		catch (ReflectiveOperationException ex) {
			// Before Java 21 there is no such method
		}
	}

}
