package io.github.otlpboot.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * Keeps a port, while the server is away that comes back to it, from whoever asks for any
 * free port. They may get one that was given free a moment ago: another test in the other
 * process, whose requests would then be counted here, or ours there.
 * <p>
 * Nobody listens on it, so connections are refused as they are without this.
 */
final class HeldPort implements AutoCloseable {

	private final Socket socket;

	private HeldPort(Socket socket) {
		this.socket = socket;
	}

	/**
	 * Hold a port that has just been given free.
	 * @param address the address
	 * @param port the port
	 * @return what holds it, if the system lets it
	 */
	static HeldPort hold(InetAddress address, int port) {
		Socket socket = new Socket();
		try {
			// Beside connections of the server that have not quite gone
			socket.setReuseAddress(true);
			socket.bind(new InetSocketAddress(address, port));
		}
		catch (IOException ex) {
			// Whoever wants it back finds out
			OtlpTestServer.closeQuietly(socket);
		}
		return new HeldPort(socket);
	}

	/**
	 * Give it free, for a server that listens at once.
	 */
	@Override
	public void close() {
		OtlpTestServer.closeQuietly(this.socket);
	}

}
