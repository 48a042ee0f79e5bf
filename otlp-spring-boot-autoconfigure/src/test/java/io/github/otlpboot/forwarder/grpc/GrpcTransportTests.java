package io.github.otlpboot.forwarder.grpc;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.github.otlpboot.forwarder.ResponseText;
import io.github.otlpboot.forwarder.SendFailure.Kind;
import io.github.otlpboot.forwarder.SendRequest;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.forwarder.SendResult.Accepted;
import io.github.otlpboot.forwarder.SendResult.Held;
import io.github.otlpboot.forwarder.SendResult.Rejected;
import io.github.otlpboot.forwarder.SendResult.Retryable;
import io.github.otlpboot.forwarder.SendResult.TooLarge;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.OtlpGrpcTestAnswer;
import io.github.otlpboot.testing.OtlpGrpcTestServer;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestServer;
import io.github.otlpboot.testing.SpanBatches;
import io.github.otlpboot.testing.TestAuthority;
import io.github.otlpboot.testing.TestCertificate;
import io.grpc.Metadata;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What is special to {@link GrpcTransport}; the rest is in the contract suite.
 */
class GrpcTransportTests {

	private final List<GrpcConnector> connectors = new ArrayList<>();

	private final GrpcConnector connector = open(GrpcConnectorSettings.DEFAULT);

	@AfterEach
	void close() {
		this.connectors.forEach(GrpcConnector::close);
	}

	private GrpcConnector open(GrpcConnectorSettings settings) {
		GrpcConnector opened = GrpcConnector.open(settings);
		this.connectors.add(opened);
		return opened;
	}

	@Test
	@DisplayName("C39, T31: https speaks TLS; an untrusted server and a wrong name are retried, not downgraded")
	void speaksTlsToServersItTrusts() throws Exception {
		TestCertificate certificate = TestAuthority.found().issue("127.0.0.1");
		TestCertificate wrongName = TestAuthority.found().issue("elsewhere.test");
		try (OtlpGrpcTestServer server = OtlpGrpcTestServer.openTls(certificate.keyManager());
				OtlpGrpcTestServer other = OtlpGrpcTestServer.openTls(wrongName.keyManager())) {
			assertThat(send(trusting(certificate).transport(settings(server.url())))).isEqualTo(new Accepted());
			checkRetryable(send(this.connector.transport(settings(server.url()))), Kind.TLS);
			checkRetryable(send(trusting(wrongName).transport(settings(other.url()))), Kind.TLS);
			assertThat(server.requests()).hasSize(1);
			assertThat(other.requests()).isEmpty();
		}
	}

	private GrpcConnector trusting(TestCertificate certificate) throws Exception {
		return open(new GrpcConnectorSettings(Duration.ofSeconds(10), List.of(), List.of(certificate.trustManagers())));
	}

	@Test
	@DisplayName("C38, C39: of a URL only scheme and authority count, whatever form the host has")
	void onlySchemeAndAuthorityCount() throws Exception {
		try (OtlpGrpcTestServer server = OtlpGrpcTestServer.open()) {
			int port = server.url().getPort();
			for (String url : List.of("http://127.0.0.1:" + port + "/v1/traces?x=1#y", "HTTP://localhost:" + port)) {
				assertThat(send(this.connector.transport(settings(URI.create(url))))).as(url).isEqualTo(new Accepted());
			}
			assertThat(server.requests()).hasSize(2);
		}
		assertThat(settings(URI.create("http://[::1]:4317/")).target()).isEqualTo("dns:///%5B::1%5D:4317");
		assertThat(settings(URI.create("http://collector")).authority()).isEqualTo("collector:80");
		assertThat(settings(URI.create("https://collector")).authority()).isEqualTo("collector:443");
	}

	@Test
	void speaksToAnIpv6Address() throws Exception {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("::1"))) {
			socket.setSoTimeout(10_000);
			CompletableFuture<SendResult> result = this.connector
				.transport(settings(URI.create("http://[::1]:" + socket.getLocalPort())))
				.send(request(1));
			try (Socket accepted = socket.accept()) {
				assertThat(accepted.getInputStream().readNBytes(3))
					.isEqualTo("PRI".getBytes(StandardCharsets.US_ASCII));
			}
			checkRetryable(result.get(10, TimeUnit.SECONDS), Kind.CONNECTION_LOST);
		}
	}

	@Test
	@DisplayName("C42: our tokens come first; a header of the user's takes their place")
	void theUserAgentIsOurs() throws Exception {
		try (OtlpGrpcTestServer server = OtlpGrpcTestServer.open()) {
			send(this.connector.transport(settings(server.url())));
			send(this.connector.transport(new GrpcTransportSettings(server.url(), Map.of("User-Agent", "mine"), true,
					CodePolicy.DEFAULT, "agent")));
			assertThat(server.requests()).extracting((request) -> request.header("user-agent"))
				.satisfiesExactly((agent) -> assertThat(agent).startsWith("agent grpc-java-"),
						(agent) -> assertThat(agent).startsWith("mine grpc-java-"));
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void compressionIsAsConfigured(boolean compressed) throws Exception {
		try (OtlpGrpcTestServer server = OtlpGrpcTestServer.open()) {
			send(this.connector
				.transport(new GrpcTransportSettings(server.url(), Map.of(), compressed, CodePolicy.DEFAULT, "agent")));
			assertThat(server.requests().get(0).header("grpc-encoding")).isEqualTo(compressed ? "gzip" : null);
		}
	}

	@Test
	@DisplayName("T22: no connection is made, the server takes it and says nothing")
	void aConnectTimeoutIsRetryable() throws Exception {
		List<Socket> waiting = new ArrayList<>();
		try (ServerSocket blackHole = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			GrpcConnector hasty = open(new GrpcConnectorSettings(Duration.ofMillis(500), List.of(), List.of()));
			GrpcTransport transport = hasty
				.transport(settings(URI.create("http://127.0.0.1:" + blackHole.getLocalPort())));
			checkRetryable(send(transport), Kind.CONNECT_TIMEOUT);
			fill(blackHole, waiting);
			checkRetryable(send(transport), Kind.CONNECT_TIMEOUT);
		}
		finally {
			for (Socket socket : waiting) {
				socket.close();
			}
		}
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

	@Test
	@DisplayName("T29: one request that is given up leaves the other on its connection alone")
	void abandoningAConnectionLeavesTheOthersOnItAlone() throws Exception {
		CompletableFuture<Void> release = new CompletableFuture<>();
		try (OtlpGrpcTestServer server = OtlpGrpcTestServer.open()) {
			GrpcTransport transport = this.connector.transport(settings(server.url()));
			assertThat(send(transport)).isEqualTo(new Accepted());
			server.answer((request) -> {
				if (request.spans().size() == 1) {
					return OtlpGrpcTestAnswer.silence();
				}
				release.join();
				return OtlpGrpcTestAnswer.ok();
			});
			CompletableFuture<SendResult> hanging = transport.send(request(1));
			CompletableFuture<SendResult> slow = transport.send(request(2));
			await().untilAsserted(() -> assertThat(server.requests()).hasSize(3));
			hanging.cancel(true);
			await().untilAsserted(() -> assertThat(server.abortedCount()).isOne());
			release.complete(null);
			assertThat(slow.get(10, TimeUnit.SECONDS)).isEqualTo(new Accepted());
			await().untilAsserted(() -> assertThat(server.openConnections()).isZero());
		}
	}

	@Test
	void closingAConnectorEndsEverythingAndRefusesWhatComes() {
		try (OtlpGrpcTestServer server = OtlpGrpcTestServer.open()) {
			server.answer(OtlpGrpcTestAnswer.silence());
			GrpcTransport transport = this.connector.transport(settings(server.url()));
			CompletableFuture<SendResult> result = transport.send(request(1));
			await().untilAsserted(() -> assertThat(server.requests()).hasSize(1));
			this.connector.close();
			this.connector.close();
			assertClosed(result);
			assertClosed(transport.send(request(1)));
			assertClosed(this.connector.transport(settings(server.url())).send(request(1)));
			transport.close();
			await().untilAsserted(() -> assertThat(server.openConnections()).isZero());
		}
	}

	private static void assertClosed(CompletableFuture<SendResult> result) {
		assertThat(result).isCompletedWithValueMatching((value) -> value instanceof Retryable retryable
				&& !retryable.failure().unhealthy() && retryable.failure().kind() == Kind.OTHER);
	}

	@Test
	void threadsEndWhenThereIsNothingToDo() throws Exception {
		try (OtlpGrpcTestServer server = OtlpGrpcTestServer.open()) {
			GrpcTransport transport = this.connector.transport(settings(server.url()));
			send(transport);
			List<Thread> ours = Thread.getAllStackTraces()
				.keySet()
				.stream()
				.filter((thread) -> thread.getName().startsWith("otlp-grpc-"))
				.toList();
			assertThat(ours).isNotEmpty();
			await().untilAsserted(() -> assertThat(ours).noneMatch(Thread::isAlive));
			assertThat(send(transport)).isEqualTo(new Accepted());
		}
	}

	@Test
	@DisplayName("C22: a server that speaks HTTP/1.1 is no answer")
	void anHttpOneServerIsRetryable() throws Exception {
		try (OtlpTestServer server = OtlpTestServer.open()) {
			server.answer(OtlpTestAnswer.status(400));
			SendResult result = send(this.connector.transport(settings(server.url())));
			assertThat(result).isInstanceOfSatisfying(Retryable.class,
					(retryable) -> assertThat(retryable.failure().unhealthy()).isTrue());
		}
	}

	@Test
	@DisplayName("C18: what a proxy answers that speaks HTTP/2 and no gRPC")
	void answersThatAreNoGrpcAreNeverTakenForAServersVerdict() throws Exception {
		for (int status : List.of(200, 302, 400, 408, 429, 500, 502, 503, 504)) {
			checkHttp(status, Retryable.class);
		}
		for (int status : List.of(401, 403, 404)) {
			checkHttp(status, Held.class);
		}
		checkHttp(413, TooLarge.class);
	}

	private void checkHttp(int status, Class<? extends SendResult> expected) throws Exception {
		try (PlainHttp2Server server = new PlainHttp2Server(status)) {
			SendResult result = send(this.connector.transport(settings(server.url())));
			assertThat(result).as(status + " " + result).isInstanceOf(expected);
			assertThat(result.failure().status()).isEqualTo(String.valueOf(status));
			assertThat(result.failure().kind()).isEqualTo(Kind.STATUS);
			assertThat(result.failure().message()).isNotBlank();
		}
	}

	@Test
	@DisplayName("C24: a code that gRPC does not know is not retried; trailers without a code are no answer")
	void unknownAndMissingCodes() {
		AnswerClassifier classifier = new AnswerClassifier(CodePolicy.DEFAULT, new ResponseText(Map.of()));
		assertThat(GrpcCode.ofNumber(99)).isEqualTo(GrpcCode.UNKNOWN);
		assertThat(classifier.classify(Status.fromCodeValue(99), new Metadata(), ExportMethods.Response.EMPTY))
			.isInstanceOf(Rejected.class);
		assertThat(classifier.classify(Status.UNKNOWN.withDescription("missing GRPC status in response"),
				new Metadata(), ExportMethods.Response.EMPTY))
			.isInstanceOf(Retryable.class);
	}

	static GrpcTransportSettings settings(URI endpoint) {
		return new GrpcTransportSettings(endpoint, Map.of(), true, CodePolicy.DEFAULT, "agent");
	}

	private static SendRequest request(int spans) {
		Payload payload = new SpanBatches().make(spans).batch().payload();
		return new SendRequest(Signal.TRACES, List.of(payload), spans);
	}

	private static SendResult send(GrpcTransport transport) throws Exception {
		return transport.send(request(1)).get(20, TimeUnit.SECONDS);
	}

	private static void checkRetryable(SendResult result, Kind kind) {
		assertThat(result).isInstanceOfSatisfying(Retryable.class, (retryable) -> {
			assertThat(retryable.failure().kind()).as(retryable.toString()).isEqualTo(kind);
			assertThat(retryable.failure().unhealthy()).isTrue();
		});
	}

	/**
	 * Speaks as much of HTTP/2 as it takes to answer a status without gRPC, as proxies
	 * do.
	 */
	private static final class PlainHttp2Server implements AutoCloseable {

		private static final int PREFACE_LENGTH = 24;

		private static final int HEADERS = 1;

		private static final int SETTINGS = 4;

		private static final int END_STREAM_AND_HEADERS = 5;

		private final ServerSocket serverSocket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());

		private final int status;

		PlainHttp2Server(int status) throws IOException {
			this.status = status;
			Thread thread = new Thread(this::serve, "plain-http2-server");
			thread.setDaemon(true);
			thread.start();
		}

		URI url() {
			return URI.create("http://127.0.0.1:" + this.serverSocket.getLocalPort());
		}

		private void serve() {
			try (Socket socket = this.serverSocket.accept()) {
				DataInputStream input = new DataInputStream(socket.getInputStream());
				DataOutputStream output = new DataOutputStream(socket.getOutputStream());
				input.readFully(new byte[PREFACE_LENGTH]);
				write(output, SETTINGS, 0, 0, new byte[0]);
				while (true) {
					int length = (input.readUnsignedShort() << 8) | input.readUnsignedByte();
					int type = input.readUnsignedByte();
					input.readUnsignedByte();
					int stream = input.readInt();
					input.readFully(new byte[length]);
					if (type == HEADERS) {
						write(output, HEADERS, END_STREAM_AND_HEADERS, stream, headers());
					}
				}
			}
			catch (IOException ex) {
				// The client has gone away
			}
		}

		private byte[] headers() {
			// HPACK, literal without indexing: ":status" is name 8, "content-type" is 31
			String status = String.valueOf(this.status);
			String block = "\u0008\u0003" + status + "\u000F\u0010\u0009text/html";
			return block.getBytes(StandardCharsets.ISO_8859_1);
		}

		private static void write(DataOutputStream output, int type, int flags, int stream, byte[] payload)
				throws IOException {
			output.writeByte(payload.length >> 16);
			output.writeShort(payload.length);
			output.writeByte(type);
			output.writeByte(flags);
			output.writeInt(stream);
			output.write(payload);
			output.flush();
		}

		@Override
		public void close() throws IOException {
			this.serverSocket.close();
		}

	}

}
