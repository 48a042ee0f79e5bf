package io.github.otlpboot.testing;

import java.io.IOException;
import java.lang.Thread.UncaughtExceptionHandler;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;

import com.google.protobuf.ByteString;
import io.github.otlpboot.model.Signal;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link OtlpTestServer}, with a client that is not ours.
 */
class OtlpTestServerTests {

	private final HttpClient client = HttpClient.newHttpClient();

	@Test
	void recordsParsesAndAnswers() throws Exception {
		try (OtlpTestServer server = OtlpTestServer.open()) {
			server.enqueue(OtlpTestAnswer.status(503).header("Retry-After", "7").text("busy"));
			HttpResponse<String> busy = post(server);
			assertThat(busy.statusCode()).isEqualTo(503);
			assertThat(busy.headers().firstValue("retry-after")).hasValue("7");
			assertThat(busy.body()).isEqualTo("busy");
			assertThat(server.spans()).isEmpty();
			assertThat(post(server).statusCode()).isEqualTo(200);
			assertThat(server.requests()).hasSize(2);
			assertThat(server.requests().get(0).spans()).hasSize(1);
			assertThat(server.spanIds()).containsExactly("0102030405060708");
		}
	}

	@Test
	void startsAgainOnTheSamePortWithWhatItHad() throws Exception {
		try (OtlpTestServer server = OtlpTestServer.open()) {
			post(server);
			int port = server.port();
			server.stop();
			// Refused, or lost where the client has not noticed yet that its connection
			// is gone
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> post(server));
			server.start();
			assertThat(server.port()).isEqualTo(port);
			post(server);
			assertThat(server.spanIds()).hasSize(2);
		}
	}

	@Test
	void answersWhatIsNotOtlpWith400() throws Exception {
		try (OtlpTestServer server = OtlpTestServer.open()) {
			HttpRequest request = HttpRequest.newBuilder(server.endpoint(Signal.LOGS))
				.POST(BodyPublishers.ofString("no protobuf"))
				.build();
			assertThat(this.client.send(request, BodyHandlers.discarding()).statusCode()).isEqualTo(400);
			assertThat(server.requests().get(0).message()).isNull();
		}
	}

	@Test
	void countsClientsThatGoAwayButNotItsOwnStop() {
		try (OtlpTestServer server = OtlpTestServer.open()) {
			server.answer(OtlpTestAnswer.hang());
			CompletableFuture<HttpResponse<Void>> gone = this.client.sendAsync(request(server).build(),
					BodyHandlers.discarding());
			await().untilAsserted(() -> assertThat(server.requests()).hasSize(1));
			gone.cancel(true);
			await().untilAsserted(() -> assertThat(server.abortedCount()).isEqualTo(1));
			this.client.sendAsync(request(server).build(), BodyHandlers.discarding());
			await().untilAsserted(() -> assertThat(server.requests()).hasSize(2));
			server.stop();
			await().untilAsserted(() -> assertThat(server.openConnections()).isZero());
			assertThat(server.abortedCount()).isEqualTo(1);
		}
	}

	@Test
	void whileItIsStoppedNobodyElseGetsItsPort() throws Exception {
		try (OtlpTestServer server = OtlpTestServer.open()) {
			server.stop();
			try (ServerSocket other = new ServerSocket()) {
				other.setReuseAddress(false);
				assertThatExceptionOfType(BindException.class).isThrownBy(
						() -> other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port())));
			}
			assertThatExceptionOfType(ConnectException.class)
				.isThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), server.port()).close());
			server.start();
			assertThat(post(server).statusCode()).isEqualTo(200);
		}
	}

	@Test
	void whatIsNoHttpIsNoRequestAndNoUncaughtException() throws Exception {
		Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
		Set<Thread> others = connectionThreads();
		UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
		Thread.setDefaultUncaughtExceptionHandler((thread, ex) -> {
			if (thread.getName().startsWith("otlp-test-connection-")) {
				uncaught.add(ex);
			}
		});
		try (OtlpTestServer server = OtlpTestServer.open()) {
			// As a greeting of TLS may have it by chance; and such as break off
			for (String text : List.of("\u0016\u0003\u0001 x y\n\n",
					"POST /v1/traces HTTP/1.1\r\nContent-Length: x\r\n\r\n",
					"POST /v1/traces HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "POST /v1/tra")) {
				try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
					socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
					socket.shutdownOutput();
					assertThat(socket.getInputStream().read()).as(text).isEqualTo(-1);
				}
			}
			await().dontCatchUncaughtExceptions().until(() -> server.openConnections() == 0);
			await().dontCatchUncaughtExceptions().until(() -> others.containsAll(connectionThreads()));
			assertThat(server.requests()).isEmpty();
		}
		finally {
			Thread.setDefaultUncaughtExceptionHandler(before);
		}
		assertThat(uncaught).isEmpty();
	}

	private static Set<Thread> connectionThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("otlp-test-connection-"))
			.collect(Collectors.toSet());
	}

	private HttpResponse<String> post(OtlpTestServer server) throws Exception {
		return this.client.send(request(server).build(), BodyHandlers.ofString());
	}

	private HttpRequest.Builder request(OtlpTestServer server) {
		Span span = Span.newBuilder().setSpanId(ByteString.copyFrom(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 })).build();
		ExportTraceServiceRequest message = ExportTraceServiceRequest.newBuilder()
			.addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(ScopeSpans.newBuilder().addSpans(span)))
			.build();
		return HttpRequest.newBuilder(server.endpoint(Signal.TRACES))
			.version(HttpClient.Version.HTTP_1_1)
			.POST(BodyPublishers.ofByteArray(message.toByteArray()));
	}

}
