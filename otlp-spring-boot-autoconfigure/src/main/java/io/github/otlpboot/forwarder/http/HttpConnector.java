package io.github.otlpboot.forwarder.http;

import java.net.http.HttpClient;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * The connections and threads that the {@link HttpTransport transports} of a destination
 * share: one HTTP client of the JDK, with an executor of its own, since the client's
 * default one could not be shut down. Destinations that must not wait for each other
 * (name look-ups block a thread) take a connector each.
 * <p>
 * The executor has at most {@value #MAX_THREADS} daemon threads named {@code otlp-http-1}
 * and so on, which end after {@value #IDLE_SECONDS} idle seconds; the client itself has
 * one more.
 * <p>
 * Thread-safe; no lock. A call is registered before {@code client} is looked at, and
 * {@link #close()} clears {@code client} before it looks for calls, so none escapes it.
 */
public final class HttpConnector implements AutoCloseable {

	private static final int MAX_THREADS = 4;

	private static final long IDLE_SECONDS = 5;

	private final ThreadPoolExecutor executor;

	private final Clock clock;

	private final Set<HttpCall> underWay = ConcurrentHashMap.newKeySet();

	/**
	 * Let go on close, because until Java 21 the client's own thread ends only when the
	 * client is garbage.
	 */
	private volatile @Nullable HttpClient client;

	private HttpConnector(HttpClient client, ThreadPoolExecutor executor, Clock clock) {
		this.client = client;
		this.executor = executor;
		this.clock = clock;
	}

	/**
	 * Open a connector. Connections are made when there is something to send.
	 * @param settings how connections are made
	 * @param clock tells how far away the dates are that servers ask to wait for
	 * @return a new connector
	 */
	public static HttpConnector open(HttpConnectorSettings settings, Clock clock) {
		// After close() the client still hands over a few tasks that clean up
		ThreadPoolExecutor executor = new ThreadPoolExecutor(MAX_THREADS, MAX_THREADS, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), threadFactory(), (task, closed) -> task.run());
		executor.allowCoreThreadTimeOut(true);
		HttpClient.Builder builder = HttpClient.newBuilder()
			.executor(executor)
			.connectTimeout(settings.connectTimeout())
			.followRedirects(HttpClient.Redirect.NEVER);
		if (settings.sslContext() != null) {
			builder.sslContext(settings.sslContext());
		}
		return new HttpConnector(builder.build(), executor, clock);
	}

	private static ThreadFactory threadFactory() {
		AtomicInteger count = new AtomicInteger();
		return (task) -> {
			Thread thread = new Thread(task, "otlp-http-" + count.incrementAndGet());
			thread.setDaemon(true);
			// Not that of whoever happens to send first, which may be unloaded some day
			thread.setContextClassLoader(HttpConnector.class.getClassLoader());
			return thread;
		};
	}

	/**
	 * Make a transport that uses this connector.
	 * @param settings where and how it sends
	 * @return a new transport
	 */
	public HttpTransport transport(HttpTransportSettings settings) {
		return new HttpTransport(this, settings, this.clock);
	}

	@Nullable HttpClient client() {
		return this.client;
	}

	void execute(HttpCall call, Runnable start) {
		this.underWay.add(call);
		CompletableFuture<?> unused = call.whenComplete((result, ex) -> this.underWay.remove(call));
		if (this.client == null || call.transport().isClosed()) {
			call.onClose();
		}
		else {
			this.executor.execute(start);
		}
	}

	void abort(HttpTransport transport) {
		this.underWay.stream().filter((call) -> call.transport() == transport).forEach(HttpCall::onClose);
	}

	/**
	 * Abort the requests under way, whose futures complete with a retryable result, and
	 * free threads and connections: at once from Java 21 on, before that within a few
	 * seconds after the garbage collector has found the client.
	 */
	@Override
	public void close() {
		HttpClient closing = this.client;
		this.client = null;
		this.underWay.forEach(HttpCall::onClose);
		if (closing != null) {
			shutdown(closing);
		}
		this.executor.shutdown();
	}

	private static void shutdown(HttpClient client) {
		try {
			HttpClient.class.getMethod("shutdownNow").invoke(client);
		}
		catch (ReflectiveOperationException ex) {
			// Before Java 21 there is no such method
		}
	}

}
