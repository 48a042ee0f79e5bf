package io.github.otlpboot.sample.collector;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;

/**
 * An HTTP server from its start to its end; a collector has a new one each time it is
 * started. All its threads are daemons, so that it never keeps a process alive.
 */
final class OtlpServer {

	private static final int THREADS = 8;

	private static final int BACKLOG = 64;

	// Not InetAddress.getLoopbackAddress(), which may be ::1
	private static final byte[] LOOPBACK = { 127, 0, 0, 1 };

	private final HttpServer server;

	private final ExecutorService executor;

	private OtlpServer(HttpServer server, ExecutorService executor) {
		this.server = server;
		this.executor = executor;
	}

	/**
	 * Listen on the loopback interface.
	 * @param port the port, {@code 0} for any free one
	 * @param handler answers the requests
	 * @return a running server
	 * @throws IOException if the port cannot be had
	 */
	static OtlpServer open(int port, HttpHandler handler) throws IOException {
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), BACKLOG);
		ExecutorService executor = Executors.newFixedThreadPool(THREADS, OtlpServer::daemon);
		server.setExecutor(executor);
		server.createContext("/", handler);
		// The server's own thread inherits being a daemon from the thread that starts it
		CompletableFuture.runAsync(server::start, executor).join();
		return new OtlpServer(server, executor);
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task, "collector");
		thread.setDaemon(true);
		return thread;
	}

	int port() {
		return this.server.getAddress().getPort();
	}

	/**
	 * Finish the requests under way, for two seconds at most, then close all connections:
	 * what is not answered by then is not counted either.
	 */
	void close() {
		// Put aside, because stopping an HttpServer may swallow it
		boolean interrupted = Thread.interrupted();
		this.executor.shutdown();
		try {
			if (!this.executor.awaitTermination(2, TimeUnit.SECONDS)) {
				this.executor.shutdownNow();
			}
		}
		catch (InterruptedException ex) {
			this.executor.shutdownNow();
			interrupted = true;
		}
		this.server.stop(0);
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

}
