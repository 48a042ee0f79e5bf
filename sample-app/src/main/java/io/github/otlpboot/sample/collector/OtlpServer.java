package io.github.otlpboot.sample.collector;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

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

	private final CountDownLatch stopping;

	private OtlpServer(HttpServer server, ExecutorService executor, CountDownLatch stopping) {
		this.server = server;
		this.executor = executor;
		this.stopping = stopping;
	}

	/**
	 * Listen on the loopback interface.
	 * @param port the port, {@code 0} for any free one
	 * @param handler makes the handler, given what opens when the server stops
	 * @return a running server
	 * @throws IOException if the port cannot be had
	 */
	static OtlpServer open(int port, Function<CountDownLatch, HttpHandler> handler) throws IOException {
		CountDownLatch stopping = new CountDownLatch(1);
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port), BACKLOG);
		ExecutorService executor = Executors.newFixedThreadPool(THREADS, OtlpServer::daemon);
		server.setExecutor(executor);
		server.createContext("/", handler.apply(stopping));
		// The server's own thread inherits being a daemon from the thread that starts it
		CompletableFuture.runAsync(server::start, executor).join();
		return new OtlpServer(server, executor, stopping);
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
	 * Finish the requests under way, for a second at most, then close all connections. A
	 * slow answer is not waited for: it is not given.
	 */
	void close() {
		this.stopping.countDown();
		this.executor.shutdown();
		try {
			if (!this.executor.awaitTermination(1, TimeUnit.SECONDS)) {
				this.executor.shutdownNow();
			}
		}
		catch (InterruptedException ex) {
			this.executor.shutdownNow();
			Thread.currentThread().interrupt();
		}
		this.server.stop(0);
	}

}
