package io.github.otlpboot.benchmark.export;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A process of its own that answers every HTTP request with 200 and an empty body as soon
 * as it has read it, and looks at nothing in it. It ends at the end of its input, so that
 * it never outlives whoever started it.
 */
public final class AnsweringServer implements AutoCloseable {

	private static final byte[] ANSWER = """
			HTTP/1.1 200 OK\r
			Content-Type: application/x-protobuf\r
			Content-Length: 0\r
			\r
			""".getBytes(StandardCharsets.US_ASCII);

	private static final int BUFFER = 256 * 1024;

	private final Process process;

	private final int port;

	private AnsweringServer(Process process, int port) {
		this.process = process;
		this.port = port;
	}

	/**
	 * Start a process.
	 * @return the running server
	 * @throws IOException if it cannot be started
	 */
	static AnsweringServer start() throws IOException {
		Process process = new ProcessBuilder(System.getProperty("java.home") + "/bin/java", "-Xmx64m", "-cp",
				System.getProperty("java.class.path"), AnsweringServer.class.getName())
			.redirectError(ProcessBuilder.Redirect.INHERIT)
			.start();
		String line = process.inputReader(StandardCharsets.US_ASCII).readLine();
		return new AnsweringServer(process, Integer.parseInt(line));
	}

	/**
	 * Return where spans go.
	 * @return the address
	 */
	String endpoint() {
		return "http://localhost:" + this.port + "/v1/traces";
	}

	@Override
	public void close() {
		this.process.destroy();
	}

	public static void main(String[] args) throws IOException {
		try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			start(() -> accept(server));
			System.out.println(server.getLocalPort());
			System.in.transferTo(OutputStream.nullOutputStream());
		}
	}

	private static void start(Runnable work) {
		Thread thread = new Thread(work);
		thread.setDaemon(true);
		thread.start();
	}

	private static void accept(ServerSocket server) {
		try {
			while (true) {
				Socket socket = server.accept();
				socket.setTcpNoDelay(true);
				start(() -> serve(socket));
			}
		}
		catch (IOException ex) {
			// The end
		}
	}

	private static void serve(Socket socket) {
		try (socket) {
			InputStream input = new BufferedInputStream(socket.getInputStream(), BUFFER);
			OutputStream output = socket.getOutputStream();
			while (true) {
				skipRequest(input);
				output.write(ANSWER);
			}
		}
		catch (IOException ex) {
			// The client has gone.
		}
	}

	private static void skipRequest(InputStream input) throws IOException {
		long length = 0;
		boolean chunked = false;
		for (String line = line(input); !line.isEmpty(); line = line(input)) {
			String header = line.toLowerCase(Locale.ROOT);
			if (header.startsWith("content-length:")) {
				length = Long.parseLong(header.substring(header.indexOf(':') + 1).trim());
			}
			chunked |= header.startsWith("transfer-encoding:") && header.contains("chunked");
		}
		if (!chunked) {
			input.skipNBytes(length);
			return;
		}
		int chunk = Integer.parseInt(line(input), 16);
		while (chunk > 0) {
			input.skipNBytes(chunk + 2L);
			chunk = Integer.parseInt(line(input), 16);
		}
		line(input);
	}

	private static String line(InputStream input) throws IOException {
		StringBuilder line = new StringBuilder();
		int next = input.read();
		while (next != '\n') {
			if (next < 0) {
				throw new EOFException();
			}
			if (next != '\r') {
				line.append((char) next);
			}
			next = input.read();
		}
		return line.toString();
	}

}
