package io.github.otlpboot.sample.collector;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

class EmbeddedCollectorTests {

	private static final int TOO_LONG = RequestBody.MAX_LENGTH + 1;

	private HttpClient client = newClient();

	private final EmbeddedCollector collector = new EmbeddedCollector(
			new CollectorSettings(0, 5, 100, Duration.ofMillis(300), Duration.ofSeconds(2)));

	@BeforeEach
	void start() throws IOException {
		this.collector.start();
	}

	@AfterEach
	void close() {
		this.collector.close();
	}

	@Test
	void countsTheItemsOfEverySignal() throws Exception {
		assertThat(post("/v1/traces", Requests.spans(1, 3)).statusCode()).isEqualTo(200);
		assertThat(post("/v1/traces", Requests.spans(4, 2)).statusCode()).isEqualTo(200);
		assertThat(post("/v1/metrics", Requests.metrics()).statusCode()).isEqualTo(200);
		assertThat(post("/v1/logs", Requests.logs()).statusCode()).isEqualTo(200);
		CollectorStatus status = this.collector.status();
		assertThat(status.signals()).containsEntry("traces",
				new SignalCounts(2, 2, 5, Requests.spans(1, 3).length + Requests.spans(4, 2).length));
		assertThat(status.signals()).containsEntry("metrics", new SignalCounts(1, 1, 15, Requests.metrics().length));
		assertThat(status.signals()).containsEntry("logs", new SignalCounts(1, 1, 2, Requests.logs().length));
		assertThat(status.distinctSpans()).isEqualTo(5);
		assertThat(status.duplicateSpans()).isZero();
		assertThat(status.answers()).isEqualTo(Map.of(200, 4L));
		assertThat(this.collector.describe()).isEqualTo(
				"collector running (ok): received 22 items in 4 requests: 5 spans, 15 data points, 2 log records");
	}

	@Test
	void answersSuccessWithTheEmptyMessage() throws Exception {
		HttpResponse<byte[]> response = post("/v1/traces", Requests.spans(1, 1));
		assertThat(response.headers().firstValue("Content-Type")).contains("application/x-protobuf");
		assertThat(response.body()).isEmpty();
	}

	@Test
	void takesAnEmptyRequest() throws Exception {
		assertThat(post("/v1/traces", new byte[0]).statusCode()).isEqualTo(200);
		assertThat(this.collector.status().signals()).containsEntry("traces", new SignalCounts(1, 0, 0, 0));
	}

	@Test
	void tellsDuplicatesFromDistinctSpans() throws Exception {
		post("/v1/traces", Requests.spans(1, 3));
		post("/v1/traces", Requests.spans(2, 3));
		CollectorStatus status = this.collector.status();
		assertThat(status.distinctSpans()).isEqualTo(4);
		assertThat(status.duplicateSpans()).isEqualTo(2);
	}

	@Test
	void takesGzip() throws Exception {
		HttpResponse<byte[]> response = send(
				request("/v1/traces", BodyPublishers.ofByteArray(gzip(Requests.spans(1, 3)))).header("Content-Encoding",
						"gzip"));
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(this.collector.status().distinctSpans()).isEqualTo(3);
	}

	@Test
	void takesContentTypeWithParameterInAnyCase() throws Exception {
		HttpRequest.Builder request = HttpRequest.newBuilder(uri("/v1/traces"))
			.header("Content-Type", "Application/X-Protobuf; charset=utf-8")
			.POST(BodyPublishers.ofByteArray(Requests.spans(1, 1)));
		assertThat(send(request).statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/v1/traces", "/v1/metrics", "/v1/logs" })
	void whenBodyIsNoProtobufAnswers400AndCountsNothing(String path) throws Exception {
		// A field of 127 bytes that ends after one
		HttpResponse<byte[]> response = post(path, new byte[] { 0x0a, 0x7f, 0x01 });
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(code(response)).isEqualTo(RpcStatus.INVALID_ARGUMENT);
		assertThat(message(response)).startsWith("The body is no request of " + path.substring(4) + ": ");
		assertThat(this.collector.status().signals().values()).allMatch(SignalCounts.NONE::equals);
		assertThat(this.collector.status().answers()).isEqualTo(Map.of(400, 1L));
	}

	@Test
	void whenBodyIsNoGzipAnswers400() throws Exception {
		HttpResponse<byte[]> response = send(request("/v1/traces", BodyPublishers.ofByteArray(Requests.spans(1, 3)))
			.header("Content-Encoding", "gzip"));
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(message(response)).isEqualTo("The body is no gzip");
	}

	@Test
	void whenEncodingIsUnknownAnswers415() throws Exception {
		HttpResponse<byte[]> response = send(request("/v1/traces", BodyPublishers.ofByteArray(Requests.spans(1, 3)))
			.header("Content-Encoding", "br"));
		assertThat(response.statusCode()).isEqualTo(415);
		assertThat(message(response)).contains("gzip or identity");
	}

	@Test
	void whenContentTypeIsNotProtobufAnswers415() throws Exception {
		HttpRequest.Builder json = HttpRequest.newBuilder(uri("/v1/traces"))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{}"));
		HttpResponse<byte[]> response = send(json);
		assertThat(response.statusCode()).isEqualTo(415);
		assertThat(message(response)).contains("application/x-protobuf");
		HttpRequest.Builder none = HttpRequest.newBuilder(uri("/v1/traces")).POST(BodyPublishers.ofString("{}"));
		assertThat(send(none).statusCode()).isEqualTo(415);
	}

	@Test
	void whenMethodIsNotPostAnswers405() throws Exception {
		HttpResponse<byte[]> response = send(HttpRequest.newBuilder(uri("/v1/traces")));
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(response.headers().firstValue("Allow")).contains("POST");
		assertThat(code(response)).isEqualTo(RpcStatus.UNIMPLEMENTED);
	}

	@Test
	void whenPathIsUnknownAnswers404() throws Exception {
		HttpResponse<byte[]> response = post("/v1/tracesx", Requests.spans(1, 1));
		assertThat(response.statusCode()).isEqualTo(404);
		assertThat(code(response)).isEqualTo(RpcStatus.NOT_FOUND);
	}

	@Test
	void whenDeclaredLengthIsTooLongAnswers413() throws Exception {
		assertTooLarge(request("/v1/traces", BodyPublishers.ofByteArray(new byte[4 * TOO_LONG])));
	}

	@Test
	void whenUndeclaredLengthIsTooLongAnswers413() throws Exception {
		assertTooLarge(request("/v1/traces",
				BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[TOO_LONG]))));
	}

	@Test
	void whenDecompressedLengthIsTooLongAnswers413() throws Exception {
		byte[] bomb = gzip(new byte[8 * TOO_LONG]);
		assertThat(bomb.length).isLessThan(RequestBody.MAX_LENGTH / 64);
		assertTooLarge(request("/v1/traces", BodyPublishers.ofByteArray(bomb)).header("Content-Encoding", "gzip"));
	}

	@Test
	void whenDeclaredLengthIsTooLongDoesNotWaitForTheBody() throws Exception {
		try (Socket socket = connect("Content-Length: 999999999\r\n\r\n")) {
			assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
				.isEqualTo("HTTP/1.1 413");
		}
	}

	private Socket connect(String end) throws IOException {
		Socket socket = new Socket("127.0.0.1", this.collector.port());
		socket.setSoTimeout(10_000);
		socket.getOutputStream()
			.write(("POST /v1/traces HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-protobuf\r\n" + end)
				.getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	private void assertTooLarge(HttpRequest.Builder request) throws Exception {
		HttpResponse<byte[]> response = send(request);
		assertThat(response.statusCode()).isEqualTo(413);
		assertThat(message(response)).isEqualTo("The body is longer than 8388608 bytes");
		// The connection, or a new one, goes on working
		assertThat(post("/v1/traces", Requests.spans(1, 1)).statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@CsvSource({ "UNAVAILABLE, 503, 14, ", "THROTTLED, 429, 8, 2", "BAD_REQUEST, 400, 3, " })
	void whenToldToRefuseAnswersSo(CollectorMode mode, int status, int code, String retryAfter) throws Exception {
		this.collector.mode(mode);
		HttpResponse<byte[]> response = post("/v1/traces", Requests.spans(1, 3));
		assertThat(response.statusCode()).isEqualTo(status);
		assertThat(code(response)).isEqualTo(code);
		assertThat(message(response)).startsWith("The collector was told to ");
		assertThat(response.headers().firstValue("Content-Type")).contains("application/x-protobuf");
		assertThat(response.headers().firstValue("Retry-After").orElse(null)).isEqualTo(retryAfter);
		assertThat(this.collector.status().distinctSpans()).isZero();
		assertThat(this.collector.status().mode()).isEqualTo(mode.id());
		this.collector.mode(CollectorMode.OK);
		assertThat(post("/v1/traces", Requests.spans(1, 3)).statusCode()).isEqualTo(200);
		assertThat(this.collector.status().distinctSpans()).isEqualTo(3);
	}

	@Test
	void whenSlowTakesItsTime() throws Exception {
		this.collector.mode(CollectorMode.SLOW);
		long start = System.nanoTime();
		assertThat(post("/v1/traces", Requests.spans(1, 3)).statusCode()).isEqualTo(200);
		assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
		assertThat(this.collector.status().distinctSpans()).isEqualTo(3);
	}

	@Test
	void whenStoppedRefusesConnectionsAndKeepsWhatItHas() throws Exception {
		post("/v1/traces", Requests.spans(1, 3));
		this.collector.stop();
		this.collector.stop();
		this.client = newClient();
		assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> post("/v1/traces", Requests.spans(4, 1)));
		assertThat(this.collector.status().running()).isFalse();
		assertThat(this.collector.describe()).isEqualTo("collector stopped: received 3 items in 1 request: 3 spans");
	}

	@Test
	void whenStartedAgainListensOnTheSamePort() throws Exception {
		int port = this.collector.port();
		for (int i = 0; i < 20; i++) {
			assertThat(post("/v1/traces", Requests.spans(i, 1)).statusCode()).isEqualTo(200);
			this.collector.stop();
			this.client = newClient();
			this.collector.start();
			this.collector.start();
			assertThat(this.collector.port()).isEqualTo(port);
		}
		assertThat(post("/v1/traces", Requests.spans(20, 1)).statusCode()).isEqualTo(200);
		assertThat(this.collector.status().distinctSpans()).isEqualTo(21);
	}

	@Test
	void whenStoppedWithSlowAnswerPendingDropsItUncounted() throws Exception {
		try (EmbeddedCollector slow = new EmbeddedCollector(
				new CollectorSettings(0, 5, 100, Duration.ofMinutes(5), Duration.ofSeconds(2)))) {
			slow.start();
			slow.mode(CollectorMode.SLOW);
			HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + slow.port() + "/v1/traces"))
				.header("Content-Type", "application/x-protobuf")
				.POST(BodyPublishers.ofByteArray(Requests.spans(1, 3)))
				.build();
			CompletableFuture<HttpResponse<Void>> response = this.client.sendAsync(request, BodyHandlers.discarding());
			await().until(() -> someCollectorThreadIsIn("apply"));
			slow.stop();
			assertThat(response).failsWithin(10, TimeUnit.SECONDS)
				.withThrowableThat()
				.havingCause()
				.isInstanceOf(IOException.class);
			assertThat(slow.status().distinctSpans()).isZero();
			assertThat(slow.status().answers()).isEmpty();
		}
	}

	@Test
	void whenStoppedWhileBodyTricklesInClosesTheConnection() throws Exception {
		try (Socket socket = connect("Content-Length: 100\r\n\r\nhalf")) {
			await().until(() -> someCollectorThreadIsIn("handle"));
			this.collector.stop();
			assertThat(endOf(socket)).isTrue();
		}
		assertThat(this.collector.status().answers()).isEmpty();
	}

	private static boolean endOf(Socket socket) {
		try {
			return socket.getInputStream().read() == -1;
		}
		catch (SocketTimeoutException ex) {
			return false;
		}
		catch (IOException ex) {
			// Reset, which ends it too
			return true;
		}
	}

	@Test
	void whenInterruptedWhileStoppingStopsAllTheSame() throws Exception {
		post("/v1/traces", Requests.spans(1, 3));
		Thread.currentThread().interrupt();
		this.collector.stop();
		assertThat(Thread.interrupted()).isTrue();
		this.client = newClient();
		assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> post("/v1/traces", Requests.spans(4, 1)));
	}

	@Test
	void whenStoppedFinishesTheRequestUnderWay() throws Exception {
		this.collector.mode(CollectorMode.SLOW);
		HttpRequest request = request("/v1/traces", BodyPublishers.ofByteArray(Requests.spans(1, 3))).build();
		CompletableFuture<HttpResponse<Void>> response = this.client.sendAsync(request, BodyHandlers.discarding());
		await().until(() -> someCollectorThreadIsIn("apply"));
		this.collector.stop();
		assertThat(response).succeedsWithin(10, TimeUnit.SECONDS)
			.satisfies((answer) -> assertThat(answer.statusCode()).isEqualTo(200));
		assertThat(this.collector.status().distinctSpans()).isEqualTo(3);
	}

	private static boolean someCollectorThreadIsIn(String method) {
		return Thread.getAllStackTraces()
			.entrySet()
			.stream()
			.filter((entry) -> entry.getKey().getName().equals("collector"))
			.flatMap((entry) -> Arrays.stream(entry.getValue()))
			.anyMatch((frame) -> frame.getClassName().equals(OtlpHandler.class.getName())
					&& frame.getMethodName().equals(method));
	}

	@Test
	void hasOnlyDaemonThreads() throws Exception {
		post("/v1/traces", Requests.spans(1, 1));
		assertThat(Thread.getAllStackTraces().keySet()).filteredOn(
				(thread) -> thread.getName().startsWith("HTTP-Dispatcher") || thread.getName().startsWith("collector"))
			.hasSizeGreaterThanOrEqualTo(2)
			.allMatch(Thread::isDaemon);
	}

	@Test
	void whenPortIsTakenFailsToStart() {
		try (EmbeddedCollector second = new EmbeddedCollector(CollectorSettings.ofPort(this.collector.port()))) {
			assertThatIOException().isThrownBy(second::start);
			assertThat(second.status().running()).isFalse();
		}
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, 65536 })
	void whenPortIsNoneSaysSo(int port) {
		assertThatIllegalArgumentException().isThrownBy(() -> CollectorSettings.ofPort(port))
			.withMessage("'port' must be between 0 and 65535, but is " + port);
	}

	@Test
	void keepsOnlyTheLastItemsOfEachSignalNewestFirst() throws Exception {
		post("/v1/traces", Requests.spans(1, 3));
		post("/v1/traces", Requests.spans(4, 30));
		post("/v1/metrics", Requests.metrics());
		post("/v1/logs", Requests.logs());
		post("/v1/traces", Requests.spans(40, 2));
		assertThat(this.collector.status().lastItems()).extracting(ReceivedItem::name)
			.containsExactly("span-41", "span-40", "second", "first", "nothing", "summary", "exponential", "histogram",
					"sum", "span-33", "span-32", "span-31");
	}

	@Test
	void describesItems() throws Exception {
		post("/v1/traces", Requests.spans(7, 1));
		post("/v1/logs", Requests.logs());
		assertThat(this.collector.status().lastItems()).containsExactly(
				new ReceivedItem("logs", "", "second", "", "", "", 0, Map.of()),
				new ReceivedItem("logs", "", "first", "", "", "INFO", 0,
						Map.of("yes", "true", "half", "0.5", "none", "", "list", "ARRAY_VALUE")),
				new ReceivedItem("traces", "shop", "span-7", "00000000000000010000000000000007", "0000000000000007",
						"STATUS_CODE_UNSET", 2500, Map.of("text", "value", "number", "7")));
	}

	@Test
	void shortensWhatIsLong() throws Exception {
		Span.Builder span = Span.newBuilder()
			.setName("x".repeat(1000))
			.setTraceId(ByteString.copyFrom(new byte[1000]))
			.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
		for (int i = 0; i < 100; i++) {
			span.addAttributes(
					Requests.attribute(i + "k".repeat(1000), AnyValue.newBuilder().setStringValue("v".repeat(1000))));
		}
		post("/v1/traces", Requests.traces(ScopeSpans.newBuilder().addSpans(span)));
		ReceivedItem item = this.collector.status().lastItems().get(0);
		assertThat(item.name()).isEqualTo("x".repeat(120) + "...");
		assertThat(item.traceId()).hasSize(32);
		assertThat(item.status()).isEqualTo("STATUS_CODE_ERROR");
		assertThat(item.attributes()).hasSize(16)
			.allSatisfy((key, value) -> assertThat(key.length() + value.length()).isLessThan(250));
	}

	@Test
	void whenManySpansComeItsMemoryIsBounded() throws Exception {
		for (int i = 0; i < 20; i++) {
			post("/v1/traces", Requests.spans(i * 50L, 50));
		}
		CollectorStatus status = this.collector.status();
		assertThat(status.distinctSpans()).isEqualTo(1000);
		assertThat(status.lastItems()).hasSize(5);
		// The last 100 are recognized, the one before has been forgotten
		post("/v1/traces", Requests.spans(900, 100));
		assertThat(this.collector.status().duplicateSpans()).isEqualTo(100);
		post("/v1/traces", Requests.spans(899, 1));
		assertThat(this.collector.status().duplicateSpans()).isEqualTo(100);
		assertThat(this.collector.status().distinctSpans()).isEqualTo(1001);
	}

	@ParameterizedTest
	@EnumSource
	void findsModesByTheirIdentifier(CollectorMode mode) {
		assertThat(CollectorMode.of(mode.id())).contains(mode);
		assertThat(CollectorMode.of(mode.id() + "x")).isEmpty();
		assertThat(CollectorMode.ids()).isEqualTo("ok, unavailable, throttled, bad-request, slow");
	}

	// One that has had a connection may not have noticed yet that it is closed
	private static HttpClient newClient() {
		return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
	}

	private HttpResponse<byte[]> post(String path, byte[] body) throws Exception {
		return send(request(path, BodyPublishers.ofByteArray(body)));
	}

	private HttpRequest.Builder request(String path, BodyPublisher body) {
		return HttpRequest.newBuilder(uri(path)).header("Content-Type", "application/x-protobuf").POST(body);
	}

	private URI uri(String path) {
		return URI.create("http://127.0.0.1:" + this.collector.port() + path);
	}

	private HttpResponse<byte[]> send(HttpRequest.Builder request) throws Exception {
		return this.client.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofByteArray());
	}

	private static byte[] gzip(byte[] bytes) throws IOException {
		ByteArrayOutputStream output = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(output)) {
			gzip.write(bytes);
		}
		return output.toByteArray();
	}

	private static long code(HttpResponse<byte[]> response) throws InvalidProtocolBufferException {
		return UnknownFieldSet.parseFrom(response.body()).getField(1).getVarintList().get(0);
	}

	private static String message(HttpResponse<byte[]> response) throws InvalidProtocolBufferException {
		return UnknownFieldSet.parseFrom(response.body()).getField(2).getLengthDelimitedList().get(0).toStringUtf8();
	}

}
