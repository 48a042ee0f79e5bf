package io.github.otlpboot.benchmark.application;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * A process that stands where the collector would be, and costs as little as it can: it
 * reads bodies, and answers {@code 200} with nothing. It says its port, and obeys
 * {@link Arrivals#answer}.
 * <p>
 * A thread for each connection reads with plain blocking calls.
 */
public final class Sink {

	private static final int WAITING = 50;

	private Sink() {
	}

	public static void main(String[] args) throws Exception {
		PrintStream answers = System.out;
		Arrivals arrivals = new Arrivals();
		try (ServerSocket server = new ServerSocket(0, WAITING, InetAddress.getLoopbackAddress())) {
			Thread acceptor = new Thread(() -> accept(server, arrivals), "sink");
			acceptor.setDaemon(true);
			acceptor.start();
			answers.println(server.getLocalPort());
			BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
			for (String line = commands.readLine(); line != null; line = commands.readLine()) {
				answers.println(arrivals.answer(line));
			}
		}
	}

	private static void accept(ServerSocket server, Arrivals arrivals) {
		try {
			while (!server.isClosed()) {
				Socket socket = server.accept();
				Thread thread = new Thread(() -> serve(socket, arrivals), "sink-" + socket.getPort());
				thread.setDaemon(true);
				thread.start();
			}
		}
		catch (IOException ex) {
			// The process ends
		}
	}

	private static void serve(Socket socket, Arrivals arrivals) {
		try (socket) {
			socket.setTcpNoDelay(true);
			SinkConnection connection = new SinkConnection(socket.getInputStream(), socket.getOutputStream());
			while (connection.next() && !arrivals.hasHungUp()) {
				if (connection.path().endsWith("/v1/traces")) {
					arrivals.add(connection);
				}
				connection.answer();
			}
		}
		catch (IOException ex) {
			System.err.println("A connection is gone: " + ex);
		}
	}

}
