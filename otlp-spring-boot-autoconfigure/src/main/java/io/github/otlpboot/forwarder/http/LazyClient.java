package io.github.otlpboot.forwarder.http;

import java.net.http.HttpClient;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * A client of the JDK that is made when there is something to send. Making the first one
 * takes long, since the JDK reads its trusted certificates even where nothing is
 * encrypted, and the start of an application need not wait for it.
 * <p>
 * Thread-safe. {@code lock} guards all fields that change, and is held while the client
 * is made, so that there is only one.
 */
final class LazyClient {

	/** Fewer may well be the network's fault. */
	private static final int FIRST_LIMIT = 3;

	private final HttpConnectorSettings settings;

	private final Executor executor;

	private final Object lock = new Object();

	private @Nullable HttpClient client;

	/** How many exchanges in a row have ended without a sign of life. */
	private int lifeless;

	/** How many of them are too many. */
	private int limit = FIRST_LIMIT;

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

	/**
	 * Tell how an exchange has ended. The JDK's client never works again once its thread
	 * has been interrupted, or has met an error such as that there is no memory, or that
	 * no thread can be had for the executor. It cannot be asked, and what it answers then
	 * looks like a lost connection or does not come at all; so it is replaced after some
	 * of these in a row. Where it is the network after all, the next one is given twice
	 * as many, since before Java 21 the garbage collector alone ends the thread of an old
	 * client.
	 * @param used the client of the exchange
	 * @param alive whether that client was in order
	 */
	void ended(HttpClient used, boolean alive) {
		synchronized (this.lock) {
			if (used != this.client) {
				return;
			}
			if (alive) {
				this.lifeless = 0;
				this.limit = FIRST_LIMIT;
				return;
			}
			this.lifeless++;
			if (this.lifeless < this.limit) {
				return;
			}
			this.lifeless = 0;
			this.limit = Math.min(2 * this.limit, 1 << 16);
			this.client = null;
		}
		shutdown(used, "shutdown");
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
