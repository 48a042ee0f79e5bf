package io.github.otlpboot.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP proxy that knows {@code CONNECT} alone, for tests. Thread-safe.
 */
public final class TunnelProxy implements AutoCloseable {

	private final ServerSocket serverSocket;

	private final List<Socket> sockets = new CopyOnWriteArrayList<>();

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private TunnelProxy(ServerSocket serverSocket) {
		this.serverSocket = serverSocket;
	}

	/**
	 * Start a proxy on a free port.
	 * @return the running proxy
	 */
	public static TunnelProxy open() throws IOException {
		TunnelProxy proxy = new TunnelProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
		proxy.run("tunnel-proxy", () -> {
			while (true) {
				Socket client = proxy.serverSocket.accept();
				proxy.sockets.add(client);
				proxy.run("tunnel", () -> proxy.serve(client));
			}
		});
		return proxy;
	}

	public int port() {
		return this.serverSocket.getLocalPort();
	}

	/**
	 * Return what has been asked for.
	 * @return the heads of the requests
	 */
	public List<String> requests() {
		return List.copyOf(this.requests);
	}

	private void serve(Socket client) throws IOException {
		StringBuilder head = new StringBuilder();
		while (head.indexOf("\r\n\r\n") < 0) {
			head.append((char) client.getInputStream().read());
		}
		this.requests.add(head.toString());
		String[] target = head.toString().split(" ")[1].split(":");
		Socket server = new Socket(target[0], Integer.parseInt(target[1]));
		this.sockets.add(server);
		client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
		run("tunnel-back", () -> copy(server, client));
		copy(client, server);
	}

	private static void copy(Socket from, Socket to) throws IOException {
		try (InputStream input = from.getInputStream(); to) {
			input.transferTo(to.getOutputStream());
		}
	}

	private void run(String name, Action action) {
		Thread thread = new Thread(() -> {
			try {
				action.run();
			}
			catch (IOException ex) {
				// Somebody has closed a connection
			}
		}, name);
		thread.setDaemon(true);
		thread.start();
	}

	@Override
	public void close() throws IOException {
		this.serverSocket.close();
		for (Socket socket : this.sockets) {
			socket.close();
		}
	}

	/**
	 * What a thread does.
	 */
	@FunctionalInterface
	private interface Action {

		void run() throws IOException;

	}

}
