package io.github.otlpboot.forwarder.http;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendFailure.Kind;
import io.github.otlpboot.forwarder.SendRequest;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.forwarder.SendResult.Accepted;
import io.github.otlpboot.forwarder.SendResult.Retryable;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link HttpTransport} against a real server, or none, that does not answer.
 */
@ExtendWith(OutputCaptureExtension.class)
class HttpTransportFailureTests {

	private final OtlpTestServer server = OtlpTestServer.open();

	private final HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC());

	private final HttpTransport transport = transport(this.server.endpoint(Signal.TRACES), Compression.GZIP);

	@AfterEach
	void close() {
		this.connector.close();
		this.server.close();
	}

	@Test
	@DisplayName("C23: nobody listens")
	void aRefusedConnectionIsRetryable() throws Exception {
		this.server.stop();
		checkRetryable(send(this.transport), Kind.CONNECTION_REFUSED);
		this.server.start();
		assertThat(send(this.transport)).isEqualTo(new Accepted());
	}

	@Test
	@DisplayName("T33: the host name is unknown")
	void anUnknownHostIsRetryable() throws Exception {
		checkRetryable(send(transport(URI.create("http://collector.invalid:4318/v1/traces"), Compression.GZIP)),
				Kind.UNKNOWN_HOST);
	}

	@Test
	@DisplayName("T22: no connection is made")
	void aConnectTimeoutIsRetryableAndAConnectingRequestCanBeCancelled() throws Exception {
		List<Socket> waiting = new ArrayList<>();
		// Nobody accepts, so connections are not made once the backlog is full
		try (ServerSocket blackHole = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				HttpConnector hasty = HttpConnector.open(new HttpConnectorSettings(Duration.ofMillis(500), null),
						Clock.systemUTC());
				HttpConnector patient = HttpConnector.open(new HttpConnectorSettings(Duration.ofMinutes(1), null),
						Clock.systemUTC())) {
			fill(blackHole, waiting);
			HttpTransportSettings settings = HttpTransportSettings
				.of(URI.create("http://127.0.0.1:" + blackHole.getLocalPort() + "/v1/traces"));
			checkRetryable(send(hasty.transport(settings)), Kind.CONNECT_TIMEOUT);
			CompletableFuture<SendResult> cancelled = patient.transport(settings).send(SampleRequests.one());
			assertThat(cancelled.cancel(true)).as(() -> "result " + cancelled.getNow(null)).isTrue();
		}
		finally {
			for (Socket socket : waiting) {
				socket.close();
			}
		}
	}

	@Test
	@DisplayName("C22, T23: the connection breaks")
	void aBrokenConnectionIsRetryableAtEveryStage() throws Exception {
		OtlpTestAnswer answer = OtlpTestAnswer.ok().text("0123456789");
		for (OtlpTestAnswer broken : List.of(OtlpTestAnswer.close(), OtlpTestAnswer.reset(), answer.breakAfter(0),
				answer.breakAfter(5))) {
			this.server.enqueue(broken);
			checkRetryable(send(this.transport), Kind.CONNECTION_LOST);
			assertThat(send(this.transport)).isEqualTo(new Accepted());
		}
		// Nothing was sent twice by the client itself
		assertThat(this.server.requests()).hasSize(8);
	}

	@Test
	@DisplayName("C27, T31: no TLS at the other end")
	void aTlsFailureIsRetryable() throws Exception {
		URI endpoint = URI.create("https://127.0.0.1:" + this.server.port() + "/v1/traces");
		checkRetryable(send(transport(endpoint, Compression.GZIP)), Kind.TLS);
		assertThat(this.server.requests()).isEmpty();
	}

	@Test
	void whatIsNoHttpIsRetryable() throws Exception {
		try (ServerSocket ssh = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			CompletableFuture<SendResult> result = new CompletableFuture<>();
			CompletableFuture<Void> peer = CompletableFuture.runAsync(() -> {
				try (Socket socket = ssh.accept()) {
					socket.getInputStream().read(new byte[1]);
					socket.getOutputStream().write("SSH-2.0-canary\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
					result.get(10, TimeUnit.SECONDS);
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
			});
			URI endpoint = URI.create("http://127.0.0.1:" + ssh.getLocalPort() + "/");
			result.complete(send(transport(endpoint, Compression.NONE)));
			checkRetryable(result.get(), Kind.OTHER);
			peer.get(10, TimeUnit.SECONDS);
		}
	}

	@Test
	@DisplayName("T22: cancelled while nothing answers")
	void cancelClosesTheConnectionOfABlackHole() {
		this.server.answer(OtlpTestAnswer.hang());
		CompletableFuture<SendResult> result = this.transport.send(SampleRequests.one());
		await().untilAsserted(() -> assertThat(this.server.requests()).hasSize(1));
		checkAbortedBy(() -> result.cancel(true));
		assertThat(result).isCancelled();
	}

	@Test
	@DisplayName("T22: cancelled while the answer trickles")
	void cancelClosesTheConnectionOfATricklingAnswer() throws Exception {
		this.server.answer(OtlpTestAnswer.ok().body("text/plain", new byte[100_000]).trickle(Duration.ofMillis(20)));
		CompletableFuture<SendResult> result = this.transport.send(SampleRequests.one());
		// The headers have come and the body is being read
		await().untilAsserted(() -> assertThat(this.server.spans()).hasSize(1));
		await().pollDelay(Duration.ofMillis(200)).until(() -> !result.isDone());
		checkAbortedBy(() -> result.cancel(true));
		assertThat(result).isCancelled();
	}

	@Test
	@DisplayName("T22: a time limit of the caller's")
	void aTimeoutClosesTheConnection() {
		this.server.answer(OtlpTestAnswer.hang());
		CompletableFuture<SendResult> result = this.transport.send(SampleRequests.one());
		await().untilAsserted(() -> assertThat(this.server.requests()).hasSize(1));
		checkAbortedBy(() -> result.orTimeout(10, TimeUnit.MILLISECONDS));
	}

	@Test
	@DisplayName("T22: cancelled at random moments")
	void cancelLeavesNoConnectionWheneverItComes() {
		this.server.answer(OtlpTestAnswer.hang());
		long seed = new Random().nextLong();
		Random random = new Random(seed);
		for (int i = 0; i < 300; i++) {
			CompletableFuture<SendResult> result = this.transport.send(SampleRequests.one());
			LockSupport.parkNanos(random.nextInt(3_000_000));
			result.cancel(true);
		}
		await().untilAsserted(() -> assertThat(this.server.openConnections()).as("seed " + seed).isZero());
		assertThat(this.server.connectionCount()).isPositive();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("T22: cancelled while the request is sent")
	void cancelStopsARequestThatNobodyReads(Compression compression) throws Exception {
		try (ServerSocket neverReading = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			URI endpoint = URI.create("http://127.0.0.1:" + neverReading.getLocalPort() + "/v1/traces");
			CompletableFuture<SendResult> result = transport(endpoint, compression).send(incompressible(16));
			try (Socket socket = neverReading.accept()) {
				await().until(() -> socket.getInputStream().available() > 100_000);
				assertThat(result.cancel(true)).isTrue();
				socket.setSoTimeout(10_000);
				long received = drain(socket);
				assertThat(received).isBetween(100_000L, 15L * 1024 * 1024);
			}
		}
	}

	@Test
	@DisplayName("T22: cancelled while the request is compressed")
	void cancelStopsTheCompression() {
		// Takes many seconds
		CompletableFuture<SendResult> result = this.transport.send(incompressible(1024));
		await().until(HttpTransportFailureTests::isCompressing);
		assertThat(result.cancel(true)).isTrue();
		await().atMost(Duration.ofSeconds(3)).until(() -> !isCompressing());
		assertThat(this.server.connectionCount()).isZero();
	}

	@Test
	void theCallersThreadDoesNotCompress() {
		SendRequest request = incompressible(64);
		// Of the processor, which others may have meanwhile
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		long start = threads.getCurrentThreadCpuTime();
		CompletableFuture<SendResult> result = this.transport.send(request);
		assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - start)).isLessThan(Duration.ofMillis(200));
		result.cancel(true);
	}

	@Test
	@DisplayName("T42: a canary")
	void credentialsAreShownNowhere(CapturedOutput output) throws Exception {
		Map<String, String> headers = Map.of("Authorization", "Bearer canary-1", "api-key", "canary-2");
		HttpTransportSettings settings = new HttpTransportSettings(this.server.endpoint(Signal.TRACES), headers,
				Compression.GZIP, StatusPolicy.DEFAULT, "agent");
		HttpTransport transport = this.connector.transport(settings);
		List<Object> shown = new ArrayList<>(List.of(settings, transport, this.connector));
		for (int status : List.of(200, 302, 400, 401, 413, 429, 503)) {
			this.server.enqueue(OtlpTestAnswer.status(status).text("Bearer canary-1 canary-2"),
					OtlpTestAnswer.status(status).rpcStatus("token canary-1 is not canary-2"));
			shown.add(send(transport));
			shown.add(send(transport));
		}
		assertThat(this.server.requests()).allMatch((request) -> request.header("api-key").equals("canary-2"));
		this.server.enqueue(OtlpTestAnswer.reset());
		shown.add(send(transport));
		this.server.answer(OtlpTestAnswer.hang());
		CompletableFuture<SendResult> cancelled = transport.send(SampleRequests.one());
		cancelled.cancel(true);
		shown.add(cancelled);
		this.server.stop();
		shown.add(send(transport));
		assertThat(shown).hasSize(20).allSatisfy((object) -> assertThat(object.toString()).doesNotContain("canary"));
		assertThat(output).doesNotContain("canary").doesNotContain("Exception");
	}

	private void checkAbortedBy(Runnable end) {
		int before = this.server.abortedCount();
		end.run();
		await().untilAsserted(() -> assertThat(this.server.abortedCount()).isEqualTo(before + 1));
		assertThat(this.server.openConnections()).isZero();
	}

	private HttpTransport transport(URI endpoint, Compression compression) {
		return this.connector.transport(new HttpTransportSettings(endpoint, Map.of(), compression, StatusPolicy.DEFAULT,
				HttpTransportSettings.DEFAULT_USER_AGENT));
	}

	private static SendResult send(HttpTransport transport) throws Exception {
		return transport.send(SampleRequests.one()).get(20, TimeUnit.SECONDS);
	}

	private static void checkRetryable(SendResult result, Kind kind) {
		assertThat(result).isInstanceOfSatisfying(Retryable.class, (retryable) -> {
			SendFailure failure = retryable.failure();
			assertThat(failure.kind()).as(failure.toString()).isEqualTo(kind);
			assertThat(failure.unhealthy()).isTrue();
			assertThat(failure.status()).isNull();
			assertThat(failure.message()).isNotBlank();
			assertThat(retryable.retryAfter()).isNull();
		});
	}

	private static SendRequest incompressible(int mebibytes) {
		byte[] random = new byte[1024 * 1024];
		new Random(42).nextBytes(random);
		return new SendRequest(Signal.TRACES, Collections.nCopies(mebibytes, Payload.of(random)), 1);
	}

	private static boolean isCompressing() {
		return Thread.getAllStackTraces()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().getName().startsWith("otlp-http-"))
			.flatMap((entry) -> Arrays.stream(entry.getValue()))
			.anyMatch((frame) -> frame.getClassName().equals(RequestBody.class.getName()));
	}

	private static void fill(ServerSocket blackHole, List<Socket> waiting) throws IOException {
		while (waiting.size() < 100) {
			Socket socket = new Socket();
			waiting.add(socket);
			try {
				socket.connect(new InetSocketAddress(blackHole.getInetAddress(), blackHole.getLocalPort()), 200);
			}
			catch (SocketTimeoutException ex) {
				return;
			}
		}
		throw new IllegalStateException("The backlog does not fill up");
	}

	private static long drain(Socket socket) throws IOException {
		byte[] block = new byte[64 * 1024];
		long received = 0;
		try {
			int count = socket.getInputStream().read(block);
			while (count >= 0) {
				received += count;
				count = socket.getInputStream().read(block);
			}
		}
		catch (SocketTimeoutException ex) {
			throw ex;
		}
		catch (IOException ex) {
			// Reset, which is an end as well
		}
		return received;
	}

}
