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

import io.github.otlpboot.forwarder.HeadersSupplier;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendResult;
import org.jspecify.annotations.Nullable;

/**
 * The connections and threads that the {@link HttpTransport transports} of a destination
 * share: one HTTP client of the JDK, made when there is something to send, with an
 * executor of its own, since the client's default one could not be shut down.
 * Destinations that must not wait for each other (name look-ups block a thread) take a
 * connector each.
 * <p>
 * The executor has at most {@value #MAX_THREADS} daemon threads named {@code otlp-http-1}
 * and so on, which end after {@value #IDLE_SECONDS} idle seconds; the client itself has
 * one more.
 * <p>
 * Thread-safe. A call is registered before {@code client} is looked at, and
 * {@link #close()} clears {@code client} before it looks for calls, so none escapes it;
 * {@link #renew} in the same way replaces {@code client} before it looks for the calls
 * that may still use the old one. {@code lock} makes the two exclude each other and is
 * held for the change of {@code client} alone.
 */
public final class HttpConnector implements AutoCloseable {

	private static final int MAX_THREADS = 4;

	private static final long IDLE_SECONDS = 5;

	private final Object lock = new Object();

	private final ThreadPoolExecutor executor;

	private final Clock clock;

	private final Set<HttpCall> underWay = ConcurrentHashMap.newKeySet();

	/**
	 * Let go on close, because until Java 21 the client's own thread ends only when the
	 * client is garbage.
	 */
	private volatile @Nullable LazyClient client;

	private HttpConnector(LazyClient client, ThreadPoolExecutor executor, Clock clock) {
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
		return new HttpConnector(new LazyClient(settings, executor), executor, clock);
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
		return transport(settings, HeadersSupplier.NONE);
	}

	/**
	 * Make a transport that uses this connector.
	 * @param settings where and how it sends
	 * @param headers supplies what changes from attempt to attempt
	 * @return a new transport
	 */
	public HttpTransport transport(HttpTransportSettings settings, HeadersSupplier headers) {
		return new HttpTransport(this, settings, headers, this.clock);
	}

	/**
	 * Make all further connections in another way, with renewed certificates say.
	 * Requests under way end on the connections that they have, which then are closed: at
	 * once from Java 21 on, before that when the garbage collector has found the old
	 * client.
	 * @param settings how connections are made from now on
	 */
	public void renew(HttpConnectorSettings settings) {
		LazyClient renewed = new LazyClient(settings, this.executor);
		LazyClient old;
		synchronized (this.lock) {
			old = this.client;
			this.client = (old != null) ? renewed : null;
		}
		CompletableFuture<?> unused = CompletableFuture.allOf(this.underWay.toArray(CompletableFuture[]::new))
			.whenComplete((result, ex) -> {
				if (old != null) {
					old.close("shutdown");
				}
			});
	}

	/**
	 * Return the client, which is made now if nothing has been sent yet.
	 * @return the client, {@code null} once this has been closed
	 */
	@Nullable HttpClient client() {
		LazyClient current = this.client;
		return (current != null) ? current.get() : null;
	}

	/**
	 * Tell how an exchange has ended, so that a client which has broken down is replaced.
	 * @param used the client of the exchange
	 * @param failure why there was no answer, {@code null} if there was one
	 */
	void ended(HttpClient used, @Nullable Throwable failure) {
		LazyClient current = this.client;
		if (current != null) {
			current.ended(used, failure == null || ConnectionFailure.isOfTheNetwork(failure));
		}
	}

	void execute(HttpCall call, Runnable start) {
		this.underWay.add(call);
		CompletableFuture<?> unused = call.whenComplete((result, ex) -> this.underWay.remove(call));
		if (this.client == null || call.transport().isClosed()) {
			call.onClose();
		}
		else {
			try {
				this.executor.execute(start);
			}
			catch (Throwable ex) {
				// An error, because no further thread can be had; the call has to end in
				// any case
				call.complete(new SendResult.Retryable(SendFailure.notSent(ex), null));
			}
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
		LazyClient closing;
		synchronized (this.lock) {
			closing = this.client;
			this.client = null;
		}
		this.underWay.forEach(HttpCall::onClose);
		if (closing != null) {
			closing.close("shutdownNow");
		}
		this.executor.shutdown();
	}

}
