package io.github.otlpboot.forwarder.grpc;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import javax.net.ssl.KeyManager;
import javax.net.ssl.TrustManager;

import io.github.otlpboot.forwarder.HeadersSupplier;
import io.github.otlpboot.forwarder.RequestOverException;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendResult;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;

/**
 * The threads that the {@link GrpcTransport transports} of a destination share.
 * Destinations that must not wait for each other (name look-ups block a thread) take a
 * connector each.
 * <p>
 * There are at most {@value #MAX_THREADS} daemon threads named {@code otlp-grpc-1} and so
 * on, which end after {@value #IDLE_SECONDS} idle seconds, and one more for time limits.
 * Bytes are moved by the library's own event loops, which it shares between all channels
 * of the process and ends a second after the last one.
 * <p>
 * Only the API of grpc-java is used, so that any transport of it will do, the one that
 * the application has already before all: a second one would change which of them the
 * application's own clients use.
 * <p>
 * Thread-safe; no lock. A call is registered before {@code closed} is looked at, and
 * {@link #close()} sets {@code closed} before it looks for calls, so none escapes it. A
 * connection remembers the settings it was made with and takes no request once there are
 * others, so none escapes {@link #renew} either.
 */
public final class GrpcConnector implements AutoCloseable {

	private static final int MAX_THREADS = 4;

	private static final long IDLE_SECONDS = 5;

	/**
	 * Pings only while a request is under way, and far less often than one is given up:
	 * servers take more for an attack.
	 */
	private static final long KEEP_ALIVE_SECONDS = 60;

	private final ThreadPoolExecutor executor;

	private final ScheduledThreadPoolExecutor timer;

	private final Map<GrpcCall, GrpcTransport> underWay = new ConcurrentHashMap<>();

	private final Set<GrpcTransport> transports = ConcurrentHashMap.newKeySet();

	private volatile GrpcConnectorSettings settings;

	private volatile boolean closed;

	private GrpcConnector(GrpcConnectorSettings settings, ThreadPoolExecutor executor,
			ScheduledThreadPoolExecutor timer) {
		this.settings = settings;
		this.executor = executor;
		this.timer = timer;
	}

	/**
	 * Open a connector. Connections are made when there is something to send.
	 * @param settings how connections are made
	 * @return a new connector
	 */
	public static GrpcConnector open(GrpcConnectorSettings settings) {
		ThreadFactory threads = threadFactory();
		// After close() the library still hands over a few tasks that clean up
		ThreadPoolExecutor executor = new ThreadPoolExecutor(MAX_THREADS, MAX_THREADS, IDLE_SECONDS, TimeUnit.SECONDS,
				new LinkedBlockingQueue<>(), threads, (task, closed) -> task.run());
		executor.allowCoreThreadTimeOut(true);
		ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, threads,
				new ThreadPoolExecutor.DiscardPolicy());
		timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
		timer.allowCoreThreadTimeOut(true);
		timer.setRemoveOnCancelPolicy(true);
		return new GrpcConnector(settings, executor, timer);
	}

	private static ThreadFactory threadFactory() {
		AtomicInteger count = new AtomicInteger();
		return (task) -> {
			Thread thread = new Thread(task, "otlp-grpc-" + count.incrementAndGet());
			thread.setDaemon(true);
			// Not that of whoever happens to send first, which may be unloaded some day
			thread.setContextClassLoader(GrpcConnector.class.getClassLoader());
			return thread;
		};
	}

	/**
	 * Make a transport that uses this connector.
	 * @param settings where and how it sends
	 * @return a new transport
	 */
	public GrpcTransport transport(GrpcTransportSettings settings) {
		return transport(settings, HeadersSupplier.NONE);
	}

	/**
	 * Make a transport that uses this connector.
	 * @param settings where and how it sends
	 * @param headers supplies the metadata that changes from attempt to attempt
	 * @return a new transport
	 */
	public GrpcTransport transport(GrpcTransportSettings settings, HeadersSupplier headers) {
		GrpcTransport transport = new GrpcTransport(this, settings, headers);
		this.transports.add(transport);
		if (this.closed) {
			transport.close();
		}
		return transport;
	}

	/**
	 * Make all further connections in another way, with renewed certificates say.
	 * Requests under way end on the connections that they have, which then are closed.
	 * @param settings how connections are made from now on
	 */
	public void renew(GrpcConnectorSettings settings) {
		this.settings = settings;
		this.transports.forEach(GrpcTransport::retireConnection);
	}

	GrpcConnectorSettings settings() {
		return this.settings;
	}

	ManagedChannel channel(GrpcTransportSettings settings, GrpcConnectorSettings made) {
		ChannelCredentials credentials = settings.isTls() ? tls(made) : InsecureChannelCredentials.create();
		return Grpc.newChannelBuilder(settings.target(), credentials)
			.executor(this::executeForLibrary)
			.offloadExecutor(this::executeForLibrary)
			.userAgent(settings.headers().getOrDefault(GrpcTransportSettings.USER_AGENT_HEADER, settings.userAgent()))
			.maxInboundMessageSize(ExportMethods.MAX_RESPONSE_SIZE)
			.keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
			.keepAliveWithoutCalls(false)
			.disableRetry()
			.disableServiceConfigLookUp()
			.build();
	}

	private void executeForLibrary(Runnable task) {
		this.executor.execute(() -> {
			try {
				task.run();
			}
			catch (StatusRuntimeException ex) {
				// A request may be over when it is handed to a connection just made,
				// which is on its way out then. Without this the exception would end
				// at the application's handler for uncaught ones.
				if (!(ex.getCause() instanceof RequestOverException)) {
					throw ex;
				}
			}
		});
	}

	private static ChannelCredentials tls(GrpcConnectorSettings settings) {
		TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
		if (!settings.keyManagers().isEmpty()) {
			builder.keyManager(settings.keyManagers().toArray(new KeyManager[0]));
		}
		if (!settings.trustManagers().isEmpty()) {
			builder.trustManager(settings.trustManagers().toArray(new TrustManager[0]));
		}
		return builder.build();
	}

	void execute(GrpcTransport transport, GrpcCall call, Runnable start) {
		this.underWay.put(call, transport);
		CompletableFuture<?> unused = call.whenComplete((result, ex) -> this.underWay.remove(call));
		if (this.closed || transport.isClosed()) {
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

	Future<?> afterConnectTimeout(Runnable task) {
		Duration timeout = this.settings.connectTimeout();
		return this.timer.schedule(task, timeout.toNanos(), TimeUnit.NANOSECONDS);
	}

	void close(GrpcTransport transport) {
		this.transports.remove(transport);
		this.underWay.forEach((call, owner) -> {
			if (owner == transport) {
				call.onClose();
			}
		});
	}

	/**
	 * Abort the requests under way, whose futures complete with a retryable result, and
	 * free threads and connections.
	 */
	@Override
	public void close() {
		this.closed = true;
		this.transports.forEach(GrpcTransport::close);
		this.underWay.keySet().forEach(GrpcCall::onClose);
		this.timer.shutdownNow();
		this.executor.shutdown();
	}

}
