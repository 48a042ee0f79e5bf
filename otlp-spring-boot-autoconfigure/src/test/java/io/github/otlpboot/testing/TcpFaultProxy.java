package io.github.otlpboot.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between a client and a server on loopback and breaks the connections between
 * them, for tests. Thread-safe; the fault in force when a byte passes counts.
 */
public final class TcpFaultProxy implements AutoCloseable {

	private final ServerSocket serverSocket;

	private final URI target;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final AtomicInteger clients = new AtomicInteger();

	private volatile Fault fault = Fault.NONE;

	private TcpFaultProxy(ServerSocket serverSocket, URI target) {
		this.serverSocket = serverSocket;
		this.target = target;
	}

	/**
	 * Stand before a server.
	 * @param target the URL of the server, whose path is kept
	 * @return the running proxy
	 */
	public static TcpFaultProxy open(URI target) {
		try {
			TcpFaultProxy proxy = new TcpFaultProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
			start(proxy::accept);
			return proxy;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Return the URL that leads through here.
	 * @return the URL
	 */
	public URI url() {
		return URI.create(this.target.getScheme() + "://" + InetAddress.getLoopbackAddress().getHostAddress() + ":"
				+ this.serverSocket.getLocalPort() + this.target.getRawPath());
	}

	/**
	 * Break connections so from now on, those that are open too.
	 * @param fault the fault
	 */
	public void set(Fault fault) {
		this.fault = fault;
	}

	/**
	 * Return how many clients are connected.
	 * @return the number now
	 */
	public int clients() {
		return this.clients.get();
	}

	@Override
	public void close() {
		OtlpTestServer.closeQuietly(this.serverSocket);
		this.sockets.forEach(OtlpTestServer::closeQuietly);
	}

	private void accept() {
		try {
			while (true) {
				Socket client = this.serverSocket.accept();
				Socket server = new Socket(this.target.getHost(), this.target.getPort());
				client.setTcpNoDelay(true);
				server.setTcpNoDelay(true);
				this.sockets.add(client);
				this.sockets.add(server);
				this.clients.incrementAndGet();
				start(() -> {
					pump(client, server, true);
					this.clients.decrementAndGet();
				});
				start(() -> pump(server, client, false));
			}
		}
		catch (IOException ex) {
			// Closed
		}
	}

	private void pump(Socket from, Socket to, boolean up) {
		byte[] block = new byte[8 * 1024];
		int passed = 0;
		try {
			InputStream input = from.getInputStream();
			OutputStream output = to.getOutputStream();
			while (true) {
				int count = input.read(block);
				if (count < 0) {
					break;
				}
				Fault now = this.fault;
				int limit = up ? now.resetAfterUp() : now.resetAfterDown();
				if (limit >= 0 && passed + count > limit) {
					output.write(block, 0, Math.max(0, limit - passed));
					from.setSoLinger(true, 0);
					to.setSoLinger(true, 0);
					break;
				}
				if (up || now.trickle() == null) {
					output.write(block, 0, count);
				}
				else {
					trickle(block, count, output, now.trickle());
				}
				passed += count;
			}
		}
		catch (IOException ex) {
			// One of the two has gone away
		}
		finally {
			OtlpTestServer.closeQuietly(from);
			OtlpTestServer.closeQuietly(to);
		}
	}

	private static void trickle(byte[] block, int count, OutputStream output, Duration interval) throws IOException {
		for (int i = 0; i < count; i++) {
			LockSupport.parkNanos(interval.toNanos());
			output.write(block, i, 1);
		}
	}

	private static void start(Runnable task) {
		Thread thread = new Thread(task, "tcp-fault-proxy");
		thread.setDaemon(true);
		thread.start();
	}

	/**
	 * How connections break. Bytes are counted for each connection and direction.
	 *
	 * @param resetAfterUp after how many bytes to the server, negative for never
	 * @param resetAfterDown after how many bytes to the client, negative for never
	 * @param trickle the wait before each byte to the client, {@code null} for none
	 */
	public record Fault(int resetAfterUp, int resetAfterDown, Duration trickle) {

		/** Nothing breaks. */
		public static final Fault NONE = new Fault(-1, -1, null);

		/**
		 * Reset on the way to the server.
		 * @param bytes after how many bytes
		 * @return the fault
		 */
		public static Fault resetAfterUp(int bytes) {
			return new Fault(bytes, -1, null);
		}

		/**
		 * Reset on the way to the client.
		 * @param bytes after how many bytes
		 * @return the fault
		 */
		public static Fault resetAfterDown(int bytes) {
			return new Fault(-1, bytes, null);
		}

		/**
		 * Pass on one byte at a time to the client.
		 * @param interval the wait before each
		 * @return the fault
		 */
		public static Fault trickle(Duration interval) {
			return new Fault(-1, -1, interval);
		}

	}

}
