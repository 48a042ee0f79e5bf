package io.github.otlpboot.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;

import io.github.otlpboot.model.Signal;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * A real OTLP/HTTP server on a loopback port, for tests: it reads, decompresses, parses
 * and records requests, and answers as it is told. It runs on daemon threads, one for
 * each connection, and can be stopped and started again on the same port.
 * <p>
 * Thread-safe. {@code lock} guards all fields that change.
 */
public final class OtlpTestServer implements AutoCloseable {

	private final Object lock = new Object();

	private final SSLContext sslContext;

	private final boolean mutual;

	private final Set<OtlpTestConnection> connections = new HashSet<>();

	private final List<OtlpTestRequest> requests = new ArrayList<>();

	private final List<Span> spans = new ArrayList<>();

	private final List<Metric> metrics = new ArrayList<>();

	private final List<LogRecord> logRecords = new ArrayList<>();

	private final List<String> offeredProtocols = new ArrayList<>();

	private final Deque<OtlpTestAnswer> queue = new ArrayDeque<>();

	private Function<OtlpTestRequest, OtlpTestAnswer> answers = (request) -> OtlpTestAnswer.ok();

	private ServerSocket serverSocket;

	/** While it is stopped. */
	private HeldPort heldPort;

	private Thread acceptor;

	private int port;

	private int connectionCount;

	private int abortedCount;

	private OtlpTestServer(SSLContext sslContext, boolean mutual) {
		this.sslContext = sslContext;
		this.mutual = mutual;
	}

	/**
	 * Start a server on a free port, which answers 200 unless told otherwise.
	 * @return the running server
	 */
	public static OtlpTestServer open() {
		return new OtlpTestServer(null, false).start();
	}

	/**
	 * Start a server that speaks TLS.
	 * @param sslContext holds the server's key
	 * @return the running server
	 */
	public static OtlpTestServer openTls(SSLContext sslContext) {
		return new OtlpTestServer(sslContext, false).start();
	}

	/**
	 * Start a server that speaks TLS with clients that have a certificate alone.
	 * @param sslContext holds the server's key and trusts the clients' certificates
	 * @return the running server
	 */
	public static OtlpTestServer openMutualTls(SSLContext sslContext) {
		return new OtlpTestServer(sslContext, true).start();
	}

	/**
	 * Start again, on the same port as before.
	 * @return this server
	 */
	public OtlpTestServer start() {
		synchronized (this.lock) {
			if (this.serverSocket != null) {
				throw new IllegalStateException("The server is running");
			}
			release();
			try {
				this.serverSocket = (this.sslContext != null)
						? this.sslContext.getServerSocketFactory().createServerSocket() : new ServerSocket();
				if (this.serverSocket instanceof SSLServerSocket sslServerSocket) {
					sslServerSocket.setNeedClientAuth(this.mutual);
				}
				this.serverSocket.setReuseAddress(true);
				this.serverSocket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port), 256);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			this.port = this.serverSocket.getLocalPort();
			ServerSocket accepting = this.serverSocket;
			this.acceptor = startThread("otlp-test-server", () -> accept(accepting));
		}
		return this;
	}

	/**
	 * Stop listening and close all connections, whatever they are doing. What was
	 * received is kept, and so is the port.
	 */
	public void stop() {
		List<OtlpTestConnection> closing;
		Thread ending;
		synchronized (this.lock) {
			if (this.serverSocket == null) {
				return;
			}
			closeQuietly(this.serverSocket);
			this.serverSocket = null;
			ending = this.acceptor;
			closing = List.copyOf(this.connections);
		}
		closing.forEach(OtlpTestConnection::close);
		try {
			// The port goes on taking connections until the thread has left accept()
			ending.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		synchronized (this.lock) {
			if (this.serverSocket == null) {
				this.heldPort = HeldPort.hold(InetAddress.getLoopbackAddress(), this.port);
			}
		}
	}

	@Override
	public void close() {
		stop();
		synchronized (this.lock) {
			release();
		}
	}

	private void release() {
		if (this.heldPort != null) {
			this.heldPort.close();
			this.heldPort = null;
		}
	}

	/**
	 * Answer so from now on.
	 * @param answer the answer
	 * @return this server
	 */
	public OtlpTestServer answer(OtlpTestAnswer answer) {
		return answer((request) -> answer);
	}

	/**
	 * Answer so from now on.
	 * @param answers makes the answer to each request, on the connection's thread
	 * @return this server
	 */
	public OtlpTestServer answer(Function<OtlpTestRequest, OtlpTestAnswer> answers) {
		synchronized (this.lock) {
			this.answers = answers;
		}
		return this;
	}

	/**
	 * Answer the next requests so, one each, before {@link #answer} applies again.
	 * @param answers the answers in order
	 * @return this server
	 */
	public OtlpTestServer enqueue(OtlpTestAnswer... answers) {
		synchronized (this.lock) {
			this.queue.addAll(List.of(answers));
		}
		return this;
	}

	/**
	 * Return the port, which stays the same when the server is started again.
	 * @return the port
	 */
	public int port() {
		synchronized (this.lock) {
			return this.port;
		}
	}

	/**
	 * Return the base URL.
	 * @return the URL without a path
	 */
	public URI url() {
		String scheme = (this.sslContext != null) ? "https" : "http";
		return URI.create(scheme + "://" + InetAddress.getLoopbackAddress().getHostAddress() + ":" + port());
	}

	/**
	 * Return the complete URL of a signal.
	 * @param signal the signal
	 * @return the URL with the default path
	 */
	public URI endpoint(Signal signal) {
		return url().resolve("/v1/" + signal.id());
	}

	/**
	 * Return all requests that were received whole, whatever they were answered.
	 * @return the requests in order of arrival
	 */
	public List<OtlpTestRequest> requests() {
		synchronized (this.lock) {
			return List.copyOf(this.requests);
		}
	}

	/**
	 * Return the spans of the requests that were answered with success, with duplicates.
	 * @return the spans in order of arrival
	 */
	public List<Span> spans() {
		synchronized (this.lock) {
			return List.copyOf(this.spans);
		}
	}

	/**
	 * Return the metrics of the requests that were answered with success, with
	 * duplicates.
	 * @return the metrics in order of arrival
	 */
	public List<Metric> metrics() {
		synchronized (this.lock) {
			return List.copyOf(this.metrics);
		}
	}

	/**
	 * Return the log records of the requests that were answered with success, with
	 * duplicates.
	 * @return the log records in order of arrival
	 */
	public List<LogRecord> logRecords() {
		synchronized (this.lock) {
			return List.copyOf(this.logRecords);
		}
	}

	/**
	 * Return the ids of {@link #spans()}, with duplicates.
	 * @return the ids in lower-case hex
	 */
	public List<String> spanIds() {
		return spans().stream().map((span) -> HexFormat.of().formatHex(span.getSpanId().toByteArray())).toList();
	}

	/**
	 * Return how many connections were made.
	 * @return the number since the first start
	 */
	public int connectionCount() {
		synchronized (this.lock) {
			return this.connectionCount;
		}
	}

	/**
	 * Return how many connections are open.
	 * @return the number now
	 */
	public int openConnections() {
		synchronized (this.lock) {
			return this.connections.size();
		}
	}

	/**
	 * Return how many clients went away before their answer was complete.
	 * @return the number since the first start
	 */
	public int abortedCount() {
		synchronized (this.lock) {
			return this.abortedCount;
		}
	}

	/**
	 * Return the application protocols that the clients of a TLS server have offered.
	 * @return the names, such as {@code h2}
	 */
	public List<String> offeredProtocols() {
		synchronized (this.lock) {
			return List.copyOf(this.offeredProtocols);
		}
	}

	/**
	 * Forget the requests and items received so far, and the queued answers.
	 */
	public void clear() {
		synchronized (this.lock) {
			this.requests.clear();
			this.spans.clear();
			this.metrics.clear();
			this.logRecords.clear();
			this.queue.clear();
		}
	}

	private void accept(ServerSocket accepting) {
		while (true) {
			try {
				Socket socket = accepting.accept();
				OtlpTestConnection connection;
				synchronized (this.lock) {
					if (this.serverSocket != accepting) {
						closeQuietly(socket);
						return;
					}
					connection = new OtlpTestConnection(this, socket, ++this.connectionCount);
					this.connections.add(connection);
				}
				startThread("otlp-test-connection-" + connection.number(), connection);
			}
			catch (IOException ex) {
				return;
			}
		}
	}

	OtlpTestAnswer received(OtlpTestRequest request) {
		Function<OtlpTestRequest, OtlpTestAnswer> function;
		OtlpTestAnswer answer;
		synchronized (this.lock) {
			this.requests.add(request);
			function = this.answers;
			answer = this.queue.poll();
		}
		answer = (answer != null) ? answer : function.apply(request);
		if (request.message() == null && answer.isSuccess()) {
			answer = OtlpTestAnswer.status(400).rpcStatus("no OTLP request");
		}
		return answer;
	}

	void accepted(OtlpTestRequest request) {
		synchronized (this.lock) {
			this.spans.addAll(request.spans());
			this.metrics.addAll(request.metrics());
			this.logRecords.addAll(request.logRecords());
		}
	}

	void offered(List<String> protocols) {
		synchronized (this.lock) {
			this.offeredProtocols.addAll(protocols);
		}
	}

	void closed(OtlpTestConnection connection, boolean aborted) {
		synchronized (this.lock) {
			this.connections.remove(connection);
			this.abortedCount += (aborted) ? 1 : 0;
		}
	}

	private static Thread startThread(String name, Runnable task) {
		Thread thread = new Thread(task, name);
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	static void closeQuietly(AutoCloseable closeable) {
		try {
			closeable.close();
		}
		catch (Exception ex) {
			// Nothing is left to be done about it.
		}
	}

}
