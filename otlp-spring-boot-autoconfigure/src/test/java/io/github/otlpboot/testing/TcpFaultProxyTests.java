package io.github.otlpboot.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import io.github.otlpboot.testing.TcpFaultProxy.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link TcpFaultProxy}, which others rely on: a client and a server that say
 * ten letters to each other.
 */
class TcpFaultProxyTests {

	private static final byte[] LETTERS = "abcdefghij".getBytes(StandardCharsets.US_ASCII);

	private ServerSocket listening;

	private TcpFaultProxy proxy;

	@BeforeEach
	void open() throws IOException {
		this.listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
		this.proxy = TcpFaultProxy.open(URI.create("http://127.0.0.1:" + this.listening.getLocalPort()));
	}

	@AfterEach
	void close() throws IOException {
		this.proxy.close();
		this.listening.close();
	}

	@Test
	@SuppressWarnings("try") // one end closes first
	void passesEverythingAndCounts() throws IOException {
		try (Socket client = connect(); Socket server = accept()) {
			client.getOutputStream().write(LETTERS);
			assertThat(server.getInputStream().readNBytes(10)).isEqualTo(LETTERS);
			server.getOutputStream().write(LETTERS, 0, 4);
			assertThat(client.getInputStream().readNBytes(4)).hasSize(4);
			await().until(() -> this.proxy.passedUp() == 10 && this.proxy.passedDown() == 4);
			assertThat(this.proxy.clients()).isOne();
			client.close();
			assertThat(server.getInputStream().read()).isEqualTo(-1);
			await().until(() -> this.proxy.clients() == 0);
		}
	}

	@Test
	void resetsAtTheVeryByte() throws IOException {
		for (int bytes = 0; bytes < 10; bytes++) {
			this.proxy.set(Fault.resetAfterUp(bytes));
			try (Socket client = connect(); Socket server = accept()) {
				client.getOutputStream().write(LETTERS);
				assertThat(readUntilReset(server)).isEqualTo(bytes);
				assertThat(readUntilReset(client)).isZero();
			}
			this.proxy.set(Fault.resetAfterDown(bytes));
			try (Socket client = connect(); Socket server = accept()) {
				server.getOutputStream().write(LETTERS);
				assertThat(readUntilReset(client)).isEqualTo(bytes);
			}
		}
		assertThat(this.proxy.resets()).isEqualTo(20);
	}

	@Test
	void aHalfCloseEndsOneDirection() throws IOException {
		this.proxy.set(Fault.halfCloseAfterDown(3));
		try (Socket client = connect(); Socket server = accept()) {
			server.getOutputStream().write(LETTERS);
			assertThat(client.getInputStream().readAllBytes()).hasSize(3);
			client.getOutputStream().write(LETTERS);
			assertThat(server.getInputStream().readNBytes(10)).isEqualTo(LETTERS);
		}
	}

	@Test
	void nothingPassesWhileStalledAndEverythingAfterwards() throws IOException {
		for (Fault fault : new Fault[] { Fault.neverReads(), Fault.neverAnswers() }) {
			this.proxy.set(fault);
			try (Socket client = connect(); Socket server = accept()) {
				Socket from = fault.up().stalled() ? client : server;
				Socket to = fault.up().stalled() ? server : client;
				from.getOutputStream().write(LETTERS);
				to.getOutputStream().write(LETTERS);
				assertThat(from.getInputStream().readNBytes(10)).as("the other way").isEqualTo(LETTERS);
				assertThat(to.getInputStream().available()).isZero();
				this.proxy.set(Fault.NONE);
				assertThat(to.getInputStream().readNBytes(10)).isEqualTo(LETTERS);
			}
		}
	}

	@Test
	void slowIsSlow() throws IOException {
		for (Fault fault : new Fault[] { Fault.trickle(Duration.ofMillis(20)), Fault.bandwidth(50) }) {
			this.proxy.set(fault);
			try (Socket client = connect(); Socket server = accept()) {
				long start = System.nanoTime();
				server.getOutputStream().write(LETTERS);
				assertThat(client.getInputStream().readNBytes(10)).isEqualTo(LETTERS);
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(200));
			}
		}
		this.proxy.set(Fault.latency(Duration.ofMillis(100)));
		try (Socket client = connect(); Socket server = accept()) {
			long start = System.nanoTime();
			client.getOutputStream().write(LETTERS);
			assertThat(server.getInputStream().readNBytes(10)).isEqualTo(LETTERS);
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(100));
		}
	}

	@Test
	void whileItIsDownNobodyIsConnected() throws IOException {
		try (Socket client = connect(); Socket server = accept()) {
			this.proxy.down();
			assertThat(readUntilReset(client)).isZero();
			assertThat(readUntilReset(server)).isZero();
			assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
		}
		this.proxy.up();
		try (Socket client = connect(); Socket server = accept()) {
			client.getOutputStream().write(LETTERS);
			assertThat(server.getInputStream().readNBytes(10)).isEqualTo(LETTERS);
		}
	}

	private Socket connect() throws IOException {
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.proxy.url().getPort());
		socket.setSoTimeout(10_000);
		return socket;
	}

	private Socket accept() throws IOException {
		this.listening.setSoTimeout(10_000);
		Socket socket = this.listening.accept();
		socket.setSoTimeout(10_000);
		return socket;
	}

	private static int readUntilReset(Socket socket) throws IOException {
		ByteArrayOutputStream read = new ByteArrayOutputStream();
		try {
			for (int next = socket.getInputStream().read(); next >= 0; next = socket.getInputStream().read()) {
				read.write(next);
			}
			throw new IOException("It ends without a reset");
		}
		catch (SocketException ex) {
			return read.size();
		}
	}

}
