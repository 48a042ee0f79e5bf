package io.github.otlpboot.forwarder.http;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.sun.management.ThreadMXBean;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendRequest;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.forwarder.SendResult.Accepted;
import io.github.otlpboot.forwarder.SendResult.Held;
import io.github.otlpboot.forwarder.SendResult.Partial;
import io.github.otlpboot.forwarder.SendResult.Rejected;
import io.github.otlpboot.forwarder.SendResult.Retryable;
import io.github.otlpboot.forwarder.SendResult.TooLarge;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestRequest;
import io.github.otlpboot.testing.OtlpTestServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link HttpTransport} against a real server that answers.
 */
class HttpTransportTests {

	private static final Set<Integer> RETRYABLE = Set.of(429, 502, 503, 504);

	private static final Set<Integer> HELD = Set.of(401, 403, 404, 405, 407, 501);

	private final OtlpTestServer server = OtlpTestServer.open();

	private final HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT,
			Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC));

	private final HttpTransport transport = this.connector
		.transport(HttpTransportSettings.of(this.server.endpoint(Signal.TRACES)));

	@AfterEach
	void close() {
		this.connector.close();
		this.server.close();
	}

	@Test
	@DisplayName("C2, C4, C5, C42: method, types, and user agent")
	void sendsWhatTheSpecificationAsksFor() throws Exception {
		HttpTransport transport = transport(Map.of("Authorization", "Bearer token", "x-tenant", "shop"),
				Compression.GZIP);
		assertThat(send(transport, SampleRequests.spans(2, 5))).isEqualTo(new Accepted());
		OtlpTestRequest request = this.server.requests().get(0);
		assertThat(request.method()).isEqualTo("POST");
		assertThat(request.path()).isEqualTo("/v1/traces");
		assertThat(request.header("content-type")).isEqualTo("application/x-protobuf");
		assertThat(request.header("content-encoding")).isEqualTo("gzip");
		assertThat(request.header("user-agent")).matches("otlp-spring-boot/[^ ]+ OTel-OTLP-Exporter-Java/[^ ]+");
		assertThat(request.header("authorization")).isEqualTo("Bearer token");
		assertThat(request.header("x-tenant")).isEqualTo("shop");
		// No upgrade to HTTP/2 on plain text
		assertThat(request.headers()).doesNotContainKeys("upgrade", "http2-settings", "accept-encoding");
		assertThat(this.server.spanIds()).hasSize(10).doesNotHaveDuplicates();
	}

	@ParameterizedTest
	@EnumSource
	void theBytesAreTheConcatenationOfThePayloads(Compression compression) throws Exception {
		HttpTransport transport = transport(Map.of(), compression);
		for (int spans : List.of(1, 50, 3000)) {
			SendRequest request = SampleRequests.spans(3, spans);
			this.server.clear();
			assertThat(send(transport, request)).isEqualTo(new Accepted());
			OtlpTestRequest received = this.server.requests().get(0);
			assertThat(received.body()).isEqualTo(SampleRequests.bytes(request));
			assertThat(received.header("transfer-encoding")).isNull();
			assertThat(received.header("content-length")).isEqualTo(String.valueOf(received.rawBody().length));
			if (compression == Compression.GZIP) {
				assertThat(received.rawBody().length).isLessThan(received.body().length + 64);
			}
			else {
				assertThat(received.header("content-encoding")).isNull();
				assertThat(received.rawBody()).isEqualTo(received.body());
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	void sendsBytesThatDoNotCompressAndNone(Compression compression) throws Exception {
		long seed = new Random().nextLong();
		byte[] random = new byte[3 * 1024 * 1024];
		new Random(seed).nextBytes(random);
		HttpTransport transport = transport(Map.of(), compression);
		send(transport, new SendRequest(Signal.TRACES, List.of(Payload.of(new byte[0]), Payload.of(random)), 1));
		assertThat(Arrays.equals(this.server.requests().get(0).body(), random)).as("seed " + seed).isTrue();
		send(transport, new SendRequest(Signal.TRACES, List.of(Payload.of(new byte[0])), 0));
		assertThat(this.server.requests().get(1).body()).isEmpty();
	}

	@Test
	void theEndpointIsUsedAsItIs() throws Exception {
		URI endpoint = this.server.url().resolve("/otlp/v2%20x?key=a%26b");
		HttpTransport transport = this.connector.transport(HttpTransportSettings.of(endpoint));
		assertThat(send(transport, SampleRequests.one())).isInstanceOf(Rejected.class);
		assertThat(this.server.requests().get(0).path()).isEqualTo("/otlp/v2%20x?key=a%26b");
	}

	@Test
	@DisplayName("C7: connections are kept")
	void manyRequestsGoOverOneConnection() throws Exception {
		for (int i = 0; i < 400; i++) {
			int status = List.of(200, 400, 429, 503).get(i % 4);
			this.server.enqueue(OtlpTestAnswer.status(status).text("hello"));
			send(this.transport, SampleRequests.one());
		}
		assertThat(this.server.requests()).hasSize(400);
		assertThat(this.server.connectionCount()).isEqualTo(1);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	@DisplayName("C18, T24: every status")
	void everyStatusEndsAsDesigned(boolean retryAfter) throws Exception {
		for (int status = 200; status <= 599; status++) {
			OtlpTestAnswer answer = OtlpTestAnswer.status(status);
			this.server.answer((retryAfter) ? answer.header("Retry-After", "7") : answer);
			boolean unhealthy = status >= 500 && !retryAfter;
			SendFailure failure = new SendFailure(SendFailure.Kind.STATUS, String.valueOf(status), null, unhealthy);
			SendResult expected;
			if (status < 300) {
				expected = new Accepted();
			}
			else if (RETRYABLE.contains(status)) {
				expected = new Retryable(failure, (retryAfter) ? Duration.ofSeconds(7) : null);
			}
			else if (status < 400 || HELD.contains(status)) {
				expected = new Held(failure);
			}
			else if (status == 413) {
				expected = new TooLarge(failure);
			}
			else {
				expected = new Rejected(failure, true);
			}
			assertThat(send(this.transport, SampleRequests.one())).as("status " + status).isEqualTo(expected);
		}
		assertThat(this.server.requests()).hasSize(400);
	}

	@Test
	@DisplayName("C20, T25: Retry-After as a date")
	void retryAfterMayBeADate() throws Exception {
		this.server.answer(
				OtlpTestAnswer.status(503).header("Retry-After", "Thu, 01 Jan 2026 00:00:30 GMT").rpcStatus("busy"));
		assertThat(send(this.transport, SampleRequests.one())).isEqualTo(
				new Retryable(new SendFailure(SendFailure.Kind.STATUS, "503", "busy", false), Duration.ofSeconds(30)));
	}

	@Test
	@DisplayName("C15, C16: partial success")
	void partialSuccessIsAResult() throws Exception {
		this.server.answer(OtlpTestAnswer.ok()
			.message(ExportTraceServiceResponse.newBuilder()
				.setPartialSuccess(ExportTracePartialSuccess.newBuilder().setRejectedSpans(2).setErrorMessage("old"))
				.build()));
		assertThat(send(this.transport, SampleRequests.spans(1, 5))).isEqualTo(new Partial(2, "old"));
		this.server.answer(OtlpTestAnswer.ok()
			.message(ExportTraceServiceResponse.newBuilder()
				.setPartialSuccess(ExportTracePartialSuccess.newBuilder().setErrorMessage("hm"))
				.build())
			.gzip());
		assertThat(send(this.transport, SampleRequests.one())).isEqualTo(new Partial(0, "hm"));
	}

	@Test
	@DisplayName("C11, T28: the largest answer")
	void anAnswerMayBeAsLargeAsTheLimit() throws Exception {
		this.server.answer(OtlpTestAnswer.ok().body("text/plain", new byte[ResponseBody.MAX_SIZE]));
		assertThat(send(this.transport, SampleRequests.one())).isEqualTo(new Accepted());
		this.server.answer(OtlpTestAnswer.ok().body("text/plain", new byte[ResponseBody.MAX_SIZE]).gzip());
		assertThat(send(this.transport, SampleRequests.one())).isEqualTo(new Accepted());
	}

	@Test
	@DisplayName("C11, T28: an answer over the limit")
	void anAnswerOverTheLimitIsGivenUp() throws Exception {
		byte[] tooLarge = new byte[ResponseBody.MAX_SIZE + 1];
		for (OtlpTestAnswer answer : List.of(OtlpTestAnswer.ok().body("text/plain", tooLarge),
				OtlpTestAnswer.ok().body("text/plain", tooLarge).gzip(), OtlpTestAnswer.ok().endless())) {
			this.server.answer(answer);
			checkTooLarge(send(this.transport, SampleRequests.one()), "200", false);
		}
		this.server.answer(OtlpTestAnswer.status(503).endless());
		checkTooLarge(send(this.transport, SampleRequests.one()), "503", true);
		this.server.answer(OtlpTestAnswer.status(503).header("Retry-After", "1").endless());
		checkTooLarge(send(this.transport, SampleRequests.one()), "503", false);
		this.server.answer(OtlpTestAnswer.ok());
		assertThat(send(this.transport, SampleRequests.one())).isEqualTo(new Accepted());
	}

	@Test
	@DisplayName("C11, T28: a gzip bomb")
	void aBombIsNotUnpacked() throws Exception {
		send(this.transport, SampleRequests.one());
		OtlpTestAnswer bomb = OtlpTestAnswer.ok().body("application/x-protobuf", new byte[256 * 1024 * 1024]).gzip();
		this.server.answer(bomb);
		long before = allocatedByTransport();
		checkTooLarge(send(this.transport, SampleRequests.one()), "200", false);
		assertThat(allocatedByTransport() - before).isLessThan(48 * 1024 * 1024);
	}

	@Test
	void aMalformedCompressedAnswerCountsByItsStatus() throws Exception {
		this.server.answer(OtlpTestAnswer.ok().text("no gzip").header("Content-Encoding", "gzip"));
		assertThat(send(this.transport, SampleRequests.one())).isEqualTo(new Accepted());
	}

	@Test
	@DisplayName("T33: redirects")
	void redirectsAreNotFollowed() throws Exception {
		try (OtlpTestServer other = OtlpTestServer.open()) {
			HttpTransport transport = transport(Map.of("Authorization", "Bearer token"), Compression.GZIP);
			for (int status : List.of(301, 302, 303, 307, 308)) {
				this.server
					.answer(OtlpTestAnswer.status(status).header("Location", other.endpoint(Signal.TRACES).toString()));
				assertThat(send(transport, SampleRequests.one())).isInstanceOf(Held.class);
			}
			assertThat(this.server.requests()).hasSize(5);
			assertThat(other.connectionCount()).isZero();
		}
	}

	@Test
	void requestsRunAtTheSameTimeOnFewThreads() throws Exception {
		this.server.answer((request) -> {
			// None has its answer before all are there, so none can use the connection of
			// another
			await().until(() -> this.server.requests().size() == 20);
			return OtlpTestAnswer.ok();
		});
		List<CompletableFuture<SendResult>> results = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			results.add(this.transport.send(SampleRequests.one()));
		}
		for (CompletableFuture<SendResult> result : results) {
			assertThat(result.get(20, TimeUnit.SECONDS)).isEqualTo(new Accepted());
		}
		assertThat(this.server.connectionCount()).isEqualTo(20);
		assertThat(Thread.getAllStackTraces().keySet())
			.filteredOn((thread) -> thread.getName().startsWith("otlp-http-"))
			.allMatch(Thread::isDaemon)
			.extracting(Thread::getName)
			.isSubsetOf("otlp-http-1", "otlp-http-2", "otlp-http-3", "otlp-http-4");
	}

	private HttpTransport transport(Map<String, String> headers, Compression compression) {
		return this.connector.transport(new HttpTransportSettings(this.server.endpoint(Signal.TRACES), headers,
				compression, StatusPolicy.DEFAULT, HttpTransportSettings.DEFAULT_USER_AGENT));
	}

	private static SendResult send(HttpTransport transport, SendRequest request) throws Exception {
		return transport.send(request).get(20, TimeUnit.SECONDS);
	}

	private static void checkTooLarge(SendResult result, String status, boolean unhealthy) {
		assertThat(result).isEqualTo(new Rejected(new SendFailure(SendFailure.Kind.RESPONSE_TOO_LARGE, status,
				"The answer exceeds 4194304 bytes", unhealthy), false));
	}

	private static long allocatedByTransport() {
		ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("otlp-http-"))
			.mapToLong((thread) -> threads.getThreadAllocatedBytes(thread.getId()))
			.sum();
	}

}
