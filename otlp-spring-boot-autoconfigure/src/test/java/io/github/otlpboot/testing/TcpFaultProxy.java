package io.github.otlpboot.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between a client and a server on loopback and breaks the connections between
 * them, for tests: it resets, ends one direction of, slows down, or stalls a connection,
 * or is not there at all. Thread-safe; the fault in force when a byte passes counts.
 * {@code lock} guards {@code fault}, {@code serverSocket}, {@code heldPort} and
 * {@code closed}.
 */
public final class TcpFaultProxy implements AutoCloseable {

	private final Object lock = new Object();

	private final URI target;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final AtomicInteger clients = new AtomicInteger();

	private final AtomicInteger resets = new AtomicInteger();

	private final AtomicLong passedUp = new AtomicLong();

	private final AtomicLong passedDown = new AtomicLong();

	private ServerSocket serverSocket;

	/** While it is down. */
	private HeldPort heldPort;

	private Thread acceptor = new Thread();

	private Fault fault = Fault.NONE;

	private boolean closed;

	private final InetAddress address;

	private final int port;

	private TcpFaultProxy(ServerSocket serverSocket, URI target) {
		this.serverSocket = serverSocket;
		this.address = serverSocket.getInetAddress();
		this.port = serverSocket.getLocalPort();
		this.target = target;
	}

	/**
	 * Stand before a server.
	 * @param target the URL of the server, whose path is kept
	 * @return the running proxy
	 */
	public static TcpFaultProxy open(URI target) {
		return open(target, InetAddress.getLoopbackAddress(), 0);
	}

	/**
	 * Stand before a server.
	 * @param target the URL of the server, whose path is kept
	 * @param address where to listen
	 * @param port on which port, {@code 0} for any that is free
	 * @return the running proxy
	 */
	public static TcpFaultProxy open(URI target, InetAddress address, int port) {
		TcpFaultProxy proxy = new TcpFaultProxy(listen(address, port), target);
		proxy.startAccepting();
		return proxy;
	}

	private static ServerSocket listen(InetAddress address, int port) {
		try {
			ServerSocket socket = new ServerSocket();
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(address, port), 50);
			return socket;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void startAccepting() {
		ServerSocket accepting = this.serverSocket;
		this.acceptor = start(() -> accept(accepting));
	}

	/**
	 * Return the URL that leads through here.
	 * @return the URL
	 */
	public URI url() {
		return URI.create(this.target.getScheme() + "://" + this.address.getHostAddress() + ":" + this.port
				+ this.target.getRawPath());
	}

	/**
	 * Break connections so from now on, those that are open too.
	 * @param fault the fault
	 */
	public void set(Fault fault) {
		synchronized (this.lock) {
			this.fault = fault;
			this.lock.notifyAll();
		}
	}

	/**
	 * Return how many clients are connected.
	 * @return the number now
	 */
	public int clients() {
		return this.clients.get();
	}

	/**
	 * Return how many connections were reset at the very byte that was asked for: others
	 * were beyond it when that was asked.
	 * @return the number so far
	 */
	public int resets() {
		return this.resets.get();
	}

	/**
	 * Return how much has passed on the way to the server.
	 * @return the number of bytes so far
	 */
	public long passedUp() {
		return this.passedUp.get();
	}

	/**
	 * Return how much has passed on the way to the client.
	 * @return the number of bytes so far
	 */
	public long passedDown() {
		return this.passedDown.get();
	}

	/**
	 * Reset all connections and take none, until {@link #up()}. Only one thread may call
	 * the two.
	 */
	public void down() {
		ServerSocket closing;
		synchronized (this.lock) {
			closing = this.serverSocket;
		}
		OtlpTestServer.closeQuietly(closing);
		try {
			// The port goes on taking connections until the thread has left accept()
			this.acceptor.join();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		synchronized (this.lock) {
			if (!this.closed) {
				release();
				this.heldPort = HeldPort.hold(this.address, this.port);
			}
		}
		resetAll();
	}

	/**
	 * Take connections again.
	 */
	public void up() {
		synchronized (this.lock) {
			if (!this.closed) {
				release();
				this.serverSocket = listen(this.address, this.port);
				startAccepting();
			}
		}
	}

	private void release() {
		if (this.heldPort != null) {
			this.heldPort.close();
			this.heldPort = null;
		}
	}

	private void resetAll() {
		// All are to reset before the first is closed: its pump then closes the other end
		this.sockets.forEach((socket) -> {
			try {
				socket.setSoLinger(true, 0);
			}
			catch (IOException ex) {
				// It is closed
			}
		});
		this.sockets.forEach(OtlpTestServer::closeQuietly);
	}

	@Override
	public void close() {
		synchronized (this.lock) {
			this.closed = true;
			this.lock.notifyAll();
			OtlpTestServer.closeQuietly(this.serverSocket);
			release();
		}
		resetAll();
	}

	private void accept(ServerSocket accepting) {
		try {
			while (true) {
				connect(accepting.accept());
			}
		}
		catch (IOException ex) {
			// Closed
		}
	}

	private void connect(Socket client) {
		try {
			client.setTcpNoDelay(true);
			Socket server = new Socket(this.target.getHost(), this.target.getPort());
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
		catch (IOException ex) {
			// Nobody is behind this proxy
			OtlpTestServer.closeQuietly(client);
		}
	}

	private void pump(Socket from, Socket to, boolean up) {
		byte[] block = new byte[64 * 1024];
		long passed = 0;
		try {
			InputStream input = from.getInputStream();
			OutputStream output = to.getOutputStream();
			while (true) {
				Way way = awaitWay(up);
				int count = input.read(block, 0, Math.min(block.length, way.blockSize()));
				if (count < 0) {
					break;
				}
				// That of the moment when something came
				way = awaitWay(up);
				if (way.resetAfter() >= 0 && passed + count > way.resetAfter()) {
					output.write(block, 0, (int) Math.max(0, way.resetAfter() - passed));
					this.resets.addAndGet((passed <= way.resetAfter()) ? 1 : 0);
					reset(from, to);
					break;
				}
				if (way.endAfter() >= 0 && passed + count > way.endAfter()) {
					output.write(block, 0, (int) Math.max(0, way.endAfter() - passed));
					to.shutdownOutput();
					input.transferTo(OutputStream.nullOutputStream());
					break;
				}
				write(block, count, output, way, up);
				passed += count;
				(up ? this.passedUp : this.passedDown).addAndGet(count);
			}
		}
		catch (IOException ex) {
			// One of the two has gone away
		}
		finally {
			OtlpTestServer.closeQuietly(from);
			OtlpTestServer.closeQuietly(to);
			this.sockets.remove(from);
			this.sockets.remove(to);
		}
	}

	private Way awaitWay(boolean up) throws IOException {
		synchronized (this.lock) {
			while (this.fault.way(up).stalled() && !this.closed) {
				try {
					this.lock.wait();
				}
				catch (InterruptedException ex) {
					throw new IOException(ex);
				}
			}
			return this.fault.way(up);
		}
	}

	private void write(byte[] block, int count, OutputStream output, Way way, boolean up) throws IOException {
		int written = 0;
		Way now = way;
		while (written < count) {
			int length = Math.min(count - written, now.blockSize());
			if (!now.pause().isZero()) {
				LockSupport.parkNanos(now.pause().toNanos());
			}
			output.write(block, written, length);
			written += length;
			now = awaitWay(up);
		}
	}

	private static void reset(Socket from, Socket to) throws IOException {
		from.setSoLinger(true, 0);
		to.setSoLinger(true, 0);
	}

	private static Thread start(Runnable task) {
		Thread thread = new Thread(task, "tcp-fault-proxy");
		thread.setDaemon(true);
		thread.start();
		return thread;
	}

	/**
	 * How connections break.
	 *
	 * @param up what happens to bytes on the way to the server
	 * @param down what happens to bytes on the way to the client
	 */
	public record Fault(Way up, Way down) {

		/** Nothing breaks. */
		public static final Fault NONE = new Fault(Way.OPEN, Way.OPEN);

		Way way(boolean upwards) {
			return upwards ? this.up : this.down;
		}

		/**
		 * Reset on the way to the server.
		 * @param bytes after how many bytes
		 * @return the fault
		 */
		public static Fault resetAfterUp(long bytes) {
			return new Fault(Way.OPEN.resetAfter(bytes), Way.OPEN);
		}

		/**
		 * Reset on the way to the client.
		 * @param bytes after how many bytes
		 * @return the fault
		 */
		public static Fault resetAfterDown(long bytes) {
			return new Fault(Way.OPEN, Way.OPEN.resetAfter(bytes));
		}

		/**
		 * End the way to the client and leave the other one open.
		 * @param bytes after how many bytes
		 * @return the fault
		 */
		public static Fault halfCloseAfterDown(long bytes) {
			return new Fault(Way.OPEN, Way.OPEN.endAfter(bytes));
		}

		/**
		 * Pass on one byte at a time to the client.
		 * @param interval the wait before each
		 * @return the fault
		 */
		public static Fault trickle(Duration interval) {
			return new Fault(Way.OPEN, Way.OPEN.slow(1, interval));
		}

		/**
		 * Pass on one byte at a time to the server.
		 * @param interval the wait before each
		 * @return the fault
		 */
		public static Fault trickleUp(Duration interval) {
			return new Fault(Way.OPEN.slow(1, interval), Way.OPEN);
		}

		/**
		 * Let every block wait, in both directions.
		 * @param latency how long
		 * @return the fault
		 */
		public static Fault latency(Duration latency) {
			Way slow = Way.OPEN.slow(Integer.MAX_VALUE, latency);
			return new Fault(slow, slow);
		}

		/**
		 * Limit how much passes, in each direction.
		 * @param bytesPerSecond how much
		 * @return the fault
		 */
		public static Fault bandwidth(int bytesPerSecond) {
			Way slow = Way.OPEN.slow(Math.max(1, bytesPerSecond / 50), Duration.ofMillis(20));
			return new Fault(slow, slow);
		}

		/**
		 * Take connections and never read from them.
		 * @return the fault
		 */
		public static Fault neverReads() {
			return new Fault(Way.OPEN.stall(), Way.OPEN);
		}

		/**
		 * Take what is sent and let no answer through.
		 * @return the fault
		 */
		public static Fault neverAnswers() {
			return new Fault(Way.OPEN, Way.OPEN.stall());
		}

	}

	/**
	 * What happens to bytes in one direction. They are counted for each connection.
	 *
	 * @param resetAfter after how many bytes the connection is reset, negative for never
	 * @param endAfter after how many bytes the direction ends, negative for never
	 * @param blockSize how many bytes pass at once
	 * @param pause the wait before each block
	 * @param stalled whether nothing passes
	 */
	public record Way(long resetAfter, long endAfter, int blockSize, Duration pause, boolean stalled) {

		static final Way OPEN = new Way(-1, -1, Integer.MAX_VALUE, Duration.ZERO, false);

		Way resetAfter(long bytes) {
			return new Way(bytes, this.endAfter, this.blockSize, this.pause, this.stalled);
		}

		Way endAfter(long bytes) {
			return new Way(this.resetAfter, bytes, this.blockSize, this.pause, this.stalled);
		}

		Way slow(int size, Duration wait) {
			return new Way(this.resetAfter, this.endAfter, size, wait, this.stalled);
		}

		Way stall() {
			return new Way(this.resetAfter, this.endAfter, this.blockSize, this.pause, true);
		}

	}

}
