package io.github.otlpboot.testing;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;

import javax.net.ssl.SSLSocket;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;

/**
 * One connection of an {@link OtlpTestServer}, served by one thread; only
 * {@link #close()} is called by others.
 */
final class OtlpTestConnection implements Runnable {

	private static final int ENDLESS_BLOCK = 16 * 1024;

	/** Goes out at once, whether the client reads it or not. */
	private static final int SMALL_ANSWER = 4096;

	private final OtlpTestServer server;

	private final Socket socket;

	private final int number;

	/** Held from the moment when a request counts as accepted until it has its answer. */
	private final Object accepting = new Object();

	private volatile boolean stopped;

	OtlpTestConnection(OtlpTestServer server, Socket socket, int number) {
		this.server = server;
		this.socket = socket;
		this.number = number;
	}

	int number() {
		return this.number;
	}

	void close() {
		this.stopped = true;
		// Whoever stops the server because something has been accepted does not mean to
		// cut off the answer to it.
		synchronized (this.accepting) {
			OtlpTestServer.closeQuietly(this.socket);
		}
	}

	@Override
	public void run() {
		boolean answering = false;
		try {
			this.socket.setTcpNoDelay(true);
			if (this.socket instanceof SSLSocket sslSocket) {
				sslSocket.setHandshakeApplicationProtocolSelector((socket, protocols) -> {
					this.server.offered(protocols);
					return protocols.contains("http/1.1") ? "http/1.1" : "";
				});
			}
			BufferedInputStream input = new BufferedInputStream(this.socket.getInputStream());
			OutputStream output = this.socket.getOutputStream();
			boolean more = true;
			while (more) {
				OtlpTestRequest request = read(input);
				if (request == null) {
					return;
				}
				answering = true;
				more = answer(request, this.server.received(request), input, output);
				answering = false;
			}
		}
		catch (IOException ex) {
			// The peer or stop() has closed the connection.
		}
		finally {
			OtlpTestServer.closeQuietly(this.socket);
			this.server.closed(this, answering && !this.stopped);
		}
	}

	private OtlpTestRequest read(InputStream input) throws IOException {
		String line = readLine(input);
		if (line == null) {
			return null;
		}
		String[] requestLine = line.split(" ");
		if (requestLine.length != 3 || !requestLine[2].startsWith("HTTP/")) {
			throw noHttp();
		}
		Map<String, String> headers = new HashMap<>();
		for (line = readLine(input); line != null && !line.isEmpty(); line = readLine(input)) {
			int colon = line.indexOf(':');
			if (colon < 0) {
				throw noHttp();
			}
			headers.merge(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim(),
					(first, second) -> first + ", " + second);
		}
		byte[] raw = readBody(input, headers);
		byte[] body = raw;
		Message message = null;
		try {
			body = decompress(raw, headers);
			message = parse(requestLine[1], body);
		}
		catch (IOException ex) {
			// The missing message says it
		}
		return new OtlpTestRequest(this.number, requestLine[0], requestLine[1], headers, raw, body, message);
	}

	// Such as TLS, which ends the connection, and prints nothing into the output of some
	// test
	private static IOException noHttp() {
		return new IOException("This is no HTTP");
	}

	private static byte[] readBody(InputStream input, Map<String, String> headers) throws IOException {
		if ("chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
			ByteArrayOutputStream body = new ByteArrayOutputStream();
			int size;
			do {
				size = parseLength(readLine(input), 16);
				body.write(readFully(input, size));
				readLine(input);
			}
			while (size > 0);
			return body.toByteArray();
		}
		return readFully(input, parseLength(headers.getOrDefault("content-length", "0"), 10));
	}

	// A client that goes away, or talks nonsense, ends the connection. An exception that
	// nobody catches would fail whatever another thread of the test waits for.
	private static int parseLength(String text, int radix) throws IOException {
		if (text == null) {
			throw new EOFException();
		}
		try {
			return Math.max(0, Integer.parseInt(text, radix));
		}
		catch (NumberFormatException ex) {
			throw new IOException(ex);
		}
	}

	private static byte[] readFully(InputStream input, int length) throws IOException {
		byte[] bytes = new byte[length];
		new DataInputStream(input).readFully(bytes);
		return bytes;
	}

	private static String readLine(InputStream input) throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int next = input.read(); next != '\n'; next = input.read()) {
			if (next < 0) {
				return null;
			}
			line.write(next);
		}
		return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
	}

	private static byte[] decompress(byte[] raw, Map<String, String> headers) throws IOException {
		if (!"gzip".equalsIgnoreCase(headers.get("content-encoding"))) {
			return raw;
		}
		try (GZIPInputStream input = new GZIPInputStream(new ByteArrayInputStream(raw))) {
			return input.readAllBytes();
		}
	}

	private static Message parse(String path, byte[] body) throws IOException {
		return switch (path.split("\\?", 2)[0]) {
			case "/v1/traces" -> ExportTraceServiceRequest.parseFrom(body);
			case "/v1/metrics" -> ExportMetricsServiceRequest.parseFrom(body);
			case "/v1/logs" -> ExportLogsServiceRequest.parseFrom(body);
			default -> null;
		};
	}

	/**
	 * Answer a request.
	 * @return whether the connection stays open
	 */
	private boolean answer(OtlpTestRequest request, OtlpTestAnswer answer, BufferedInputStream input,
			OutputStream output) throws IOException {
		switch (answer.kind()) {
			case HANG -> {
				pause(input, Duration.ZERO);
				throw new EOFException();
			}
			case CLOSE -> {
				return false;
			}
			case RESET -> {
				this.socket.setSoLinger(true, 0);
				return false;
			}
			default -> {
				if (!answer.delay().isZero()) {
					pause(input, answer.delay());
				}
				boolean more = accept(request, answer, input, output);
				return more && !"close".equalsIgnoreCase(answer.headers().get("Connection"));
			}
		}
	}

	private boolean accept(OtlpTestRequest request, OtlpTestAnswer answer, BufferedInputStream input,
			OutputStream output) throws IOException {
		if (!answer.isSuccess()) {
			return write(answer, input, output);
		}
		if (answer.isEndless() || !answer.trickle().isZero() || answer.body().length > SMALL_ANSWER) {
			this.server.accepted(request);
			return write(answer, input, output);
		}
		synchronized (this.accepting) {
			this.server.accepted(request);
			return write(answer, input, output);
		}
	}

	private boolean write(OtlpTestAnswer answer, BufferedInputStream input, OutputStream output) throws IOException {
		boolean bodiless = answer.status() == 204 || answer.status() == 304;
		StringBuilder head = new StringBuilder("HTTP/1.1 " + answer.status() + " Whatever\r\n");
		answer.headers().forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
		if (answer.isEndless()) {
			head.append("Transfer-Encoding: chunked\r\n");
		}
		else if (!bodiless) {
			head.append("Content-Length: ").append(answer.body().length).append("\r\n");
		}
		byte[] headBytes = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
		if (answer.isEndless()) {
			output.write(headBytes);
			byte[] block = new byte[ENDLESS_BLOCK];
			while (true) {
				output.write((Integer.toHexString(block.length) + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
				output.write(block);
				output.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
			}
		}
		int length = (answer.breakAfter() >= 0) ? answer.breakAfter() : answer.body().length;
		if (bodiless) {
			length = 0;
		}
		if (!answer.trickle().isZero()) {
			output.write(headBytes);
			output.flush();
			for (int i = 0; i < length; i++) {
				pause(input, answer.trickle());
				output.write(answer.body(), i, 1);
				output.flush();
			}
		}
		else {
			// One write, so that small answers arrive as one packet
			ByteArrayOutputStream whole = new ByteArrayOutputStream();
			whole.write(headBytes);
			whole.write(answer.body(), 0, length);
			whole.writeTo(output);
			output.flush();
		}
		return answer.breakAfter() < 0;
	}

	/**
	 * Wait, and notice when the peer goes away meanwhile.
	 * @param duration how long, zero for without end
	 * @throws IOException if the peer goes away
	 */
	private void pause(BufferedInputStream input, Duration duration) throws IOException {
		this.socket.setSoTimeout((int) duration.toMillis());
		input.mark(1);
		try {
			if (input.read() < 0) {
				throw new EOFException();
			}
			throw new IOException("The client has sent a second request before the answer to the first");
		}
		catch (SocketTimeoutException ex) {
			input.reset();
		}
		finally {
			if (!this.socket.isClosed()) {
				this.socket.setSoTimeout(0);
			}
		}
	}

}
