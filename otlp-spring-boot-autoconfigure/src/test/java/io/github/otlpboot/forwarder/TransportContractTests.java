package io.github.otlpboot.forwarder;

import java.io.IOException;
import java.lang.Thread.UncaughtExceptionHandler;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

import io.github.otlpboot.breaker.CircuitBreakerSettings;
import io.github.otlpboot.breaker.CircuitBreakerState;
import io.github.otlpboot.breaker.SingleLockCircuitBreaker;
import io.github.otlpboot.buffer.BatchBuffer;
import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.MemoryBatchSource;
import io.github.otlpboot.forwarder.SendFailure.Kind;
import io.github.otlpboot.forwarder.SendResult.Accepted;
import io.github.otlpboot.forwarder.SendResult.Held;
import io.github.otlpboot.forwarder.SendResult.Partial;
import io.github.otlpboot.forwarder.SendResult.Rejected;
import io.github.otlpboot.forwarder.SendResult.Retryable;
import io.github.otlpboot.forwarder.TestDestination.Case;
import io.github.otlpboot.forwarder.TestDestination.Options;
import io.github.otlpboot.forwarder.TestDestination.Policy;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.FakeTime;
import io.github.otlpboot.testing.SpanBatches;
import io.github.otlpboot.testing.TcpFaultProxy;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What every {@link Transport} must do, against a real server, through real faults, and
 * driven by a real {@link Route}.
 */
@ExtendWith(OutputCaptureExtension.class)
abstract class TransportContractTests {

	private static final int MAX_RESPONSE = 4 * 1024 * 1024;

	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	/** An attempt that is given up, for the machine stood still, would be one more. */
	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final TestDestination destination = open();

	private final Transport transport = this.destination.transport(this.destination.url(), Options.DEFAULT);

	private final SpanBatches batches = new SpanBatches();

	abstract TestDestination open();

	@AfterEach
	void close() {
		this.destination.close();
	}

	@Test
	@DisplayName("C18, C21, C24, C25, C26, T24: every answer ends as designed, with and without a wait")
	void everyAnswerEndsAsDesigned() throws Exception {
		List<Case> cases = this.destination.answers();
		check(this.transport, cases);
		assertThat(this.destination.received()).as("nothing is sent again by the transport itself")
			.hasSize(cases.size());
	}

	@Test
	@DisplayName("C20, C25, T25: a wait may be said in any way, never counts below zero, and is capped")
	void theWaitThatTheServerAsksForIsReadAndCapped() throws Exception {
		check(this.transport, this.destination.waits());
	}

	@Test
	@DisplayName("C20, T25: through a route: whatever wait is asked for, the next attempt comes after it and not before")
	void throughARouteTheWaitIsKept() {
		for (Case answer : this.destination.waits()) {
			FakeTime time = new FakeTime();
			BatchBuffer buffer = new BatchBuffer(Signal.TRACES, new BufferLimits(10, 10_000), time.clock(), () -> {
			});
			MemoryBatchSource source = new MemoryBatchSource(buffer);
			Route route = new Route("default", source, this.transport,
					new SingleLockCircuitBreaker(CircuitBreakerSettings.DEFAULTS, time.clock(), time.nanos()),
					new RouteSettings(new BatchSettings(10, 10_000, Duration.ZERO), RetrySettings.DEFAULTS, TIMEOUT, 1,
							LossReason.SHUTDOWN),
					new RouteListener() {
					}, new ForwarderContext(time.clock(), time.nanos(), () -> 0.5, () -> {
					}));
			answer.answer().run();
			buffer.offer(this.batches.make(1).batch());
			await().until(() -> route.doWork() >= 0 && route.status().consecutiveFailures() == 1);
			this.destination.take();
			Duration wait = Duration.ofNanos(route.nanosUntilWork());
			if (answer.delay() != null) {
				assertThat(wait).as(answer.name()).isGreaterThanOrEqualTo(answer.delay());
			}
			assertThat(wait).as(answer.name()).isBetween(Duration.ofMillis(500), Duration.ofHours(1));
			time.advance(wait.minusNanos(1));
			assertThat(route.doWork()).as(answer.name() + ", too early").isZero();
			time.advance(Duration.ofNanos(1));
			await().until(() -> route.doWork() >= 0 && source.ledger().delivered() == 1);
		}
	}

	@Test
	@DisplayName("C18, C26: without answers that hold, the specification is followed to the letter")
	void strictPolicyFollowsTheSpecification() throws Exception {
		check(this.destination.transport(this.destination.url(), Options.DEFAULT.policy(Policy.STRICT)),
				this.destination.answers(Policy.STRICT));
	}

	@Test
	void thePolicyDecidesWhatAnswersMean() throws Exception {
		check(this.destination.transport(this.destination.url(), Options.DEFAULT.policy(Policy.CUSTOM)),
				this.destination.answers(Policy.CUSTOM));
	}

	private void check(Transport transport, List<Case> cases) throws Exception {
		assertThat(cases).isNotEmpty();
		for (Case expected : cases) {
			expected.answer().run();
			SendResult result = send(transport);
			assertThat(result).as(expected.name()).isInstanceOf(expected.result());
			SendFailure failure = result.failure();
			if (failure != null) {
				assertThat(failure.kind()).as(expected.name()).isEqualTo(Kind.STATUS);
				assertThat(failure.unhealthy()).as(expected.name()).isEqualTo(expected.unhealthy());
				assertThat(failure.status()).as(expected.name()).isEqualTo(expected.status());
				if (!"304".equals(failure.status())) {
					assertThat(failure.message()).as(expected.name()).isEqualTo("because");
				}
			}
			Duration wait = (result instanceof Retryable retryable) ? retryable.retryAfter() : null;
			assertThat(wait).as(expected.name()).isEqualTo(expected.delay());
		}
	}

	@Test
	@DisplayName("C15, C16, T28: partial success is a result, a mere remark too; an empty one is full success")
	void partialSuccessIsAResult() throws Exception {
		this.destination.remark(3, "three are too old");
		assertThat(send(this.transport)).isEqualTo(new Partial(3, "three are too old"));
		this.destination.remark(0, "use the new attribute");
		assertThat(send(this.transport)).isEqualTo(new Partial(0, "use the new attribute"));
		this.destination.remark(2, "");
		assertThat(send(this.transport)).isEqualTo(new Partial(2, ""));
		this.destination.remark(0, "");
		assertThat(send(this.transport)).isEqualTo(new Accepted());
		this.destination.remark(-1, "a\r\n\u0000b");
		assertThat(send(this.transport)).isEqualTo(new Partial(0, "a   b"));
		this.destination.remark(Long.MAX_VALUE, "x".repeat(5000));
		assertThat(send(this.transport)).isEqualTo(new Partial(Long.MAX_VALUE, "x".repeat(256)));
	}

	@Test
	@DisplayName("C11, T28: an answer may have 4 MiB, compressed or not, and is given up beyond")
	void anAnswerOverTheLimitIsGivenUp() throws Exception {
		for (boolean compressed : List.of(false, true)) {
			this.destination.answerOfSize(MAX_RESPONSE, compressed);
			assertThat(send(this.transport)).isInstanceOf(Partial.class);
			this.destination.answerOfSize(MAX_RESPONSE + 1, compressed);
			checkTooLarge(send(this.transport));
		}
		// A bomb, of 64 KiB on the wire
		this.destination.answerOfSize(64 * 1024 * 1024, true);
		checkTooLarge(send(this.transport));
		this.destination.take();
		assertThat(send(this.transport)).isEqualTo(new Accepted());
	}

	private static void checkTooLarge(SendResult result) {
		assertThat(result).isInstanceOfSatisfying(Rejected.class, (rejected) -> {
			assertThat(rejected.failure().kind()).isEqualTo(Kind.RESPONSE_TOO_LARGE);
			assertThat(rejected.divisible()).isFalse();
			assertThat(rejected.failure().unhealthy()).isFalse();
		});
	}

	@Test
	@DisplayName("C7: connections are kept")
	void manyRequestsGoOverOneConnection() throws Exception {
		for (int i = 0; i < 50; i++) {
			assertThat(send(this.transport)).isEqualTo(new Accepted());
		}
		assertThat(this.destination.connections()).isOne();
	}

	@Test
	@DisplayName("C23: nobody listens, and somebody does again")
	void aRefusedConnectionIsRetryable() throws Exception {
		assertThat(send(this.transport)).isEqualTo(new Accepted());
		this.destination.stop();
		await().untilAsserted(() -> checkRetryable(send(this.transport), Kind.CONNECTION_REFUSED));
		for (int i = 0; i < 5; i++) {
			checkRetryable(send(this.transport), Kind.CONNECTION_REFUSED);
		}
		this.destination.start();
		// An attempt to connect that began before may still end.
		await().untilAsserted(() -> assertThat(send(this.transport)).isEqualTo(new Accepted()));
	}

	@Test
	@DisplayName("T33: the host name is unknown")
	void anUnknownHostIsRetryable() throws Exception {
		Transport transport = this.destination.transport(URI.create("http://collector.invalid:4318/v1/traces"),
				Options.DEFAULT);
		checkRetryable(send(transport), Kind.UNKNOWN_HOST);
		checkRetryable(send(transport), Kind.UNKNOWN_HOST);
	}

	@Test
	@DisplayName("C27, T31: no TLS at the other end; nothing is sent in plain text")
	void aTlsFailureIsRetryable() throws Exception {
		URI https = URI.create(this.destination.url().toString().replace("http:", "https:"));
		checkRetryable(send(this.destination.transport(https, Options.DEFAULT)), Kind.TLS);
		assertThat(this.destination.received()).isEmpty();
	}

	@Test
	@DisplayName("C22, T23: reset while the request is sent")
	void aConnectionThatIsResetMidRequestIsRetryable() throws Exception {
		try (TcpFaultProxy proxy = TcpFaultProxy.open(this.destination.url())) {
			Transport transport = this.destination.transport(proxy.url(), Options.DEFAULT.plain());
			assertThat(send(transport, request(1))).isEqualTo(new Accepted());
			for (int limit : List.of(0, 30_000)) {
				proxy.set(TcpFaultProxy.Fault.resetAfterUp(limit));
				SendResult result = send(transport, request(200_000));
				checkRetryable(result, Kind.CONNECTION_LOST);
				proxy.set(TcpFaultProxy.Fault.NONE);
				// The first one may still meet the connection that is about to go.
				await().untilAsserted(() -> assertThat(send(transport, request(200_000))).isEqualTo(new Accepted()));
			}
		}
	}

	@Test
	@DisplayName("C22, C28, T23: reset while the answer comes: sent again, although it has arrived")
	void aConnectionThatIsResetMidResponseIsRetryable() throws Exception {
		this.destination.answerOfSize(100_000, false);
		try (TcpFaultProxy proxy = TcpFaultProxy.open(this.destination.url())) {
			Transport transport = this.destination.transport(proxy.url(), Options.DEFAULT);
			// At the first bytes, and after the headers
			for (int limit : List.of(0, 20_000, 90_000)) {
				proxy.set(TcpFaultProxy.Fault.resetAfterDown(limit));
				SendResult result = send(transport);
				// A server that speaks first may be cut off before the client knows that
				// it is connected
				boolean connected = limit > 0 || !isOf(result, Kind.CONNECTION_REFUSED);
				checkRetryable(result, connected ? Kind.CONNECTION_LOST : Kind.CONNECTION_REFUSED);
				proxy.set(TcpFaultProxy.Fault.NONE);
				// The first one may still meet the connection that is about to go.
				await().untilAsserted(() -> assertThat(send(transport)).isInstanceOf(Partial.class));
			}
		}
	}

	@Test
	@DisplayName("T22: cancelled while nothing answers; the next request finds another connection")
	void cancelEndsARequestThatIsNotAnswered() throws Exception {
		this.destination.hang();
		CompletableFuture<SendResult> result = this.transport.send(request(1));
		await().untilAsserted(() -> assertThat(this.destination.received()).hasSize(1));
		assertThat(result.cancel(true)).isTrue();
		await().untilAsserted(() -> assertThat(this.destination.aborted()).isOne());
		this.destination.take();
		assertThat(send(this.transport)).isEqualTo(new Accepted());
		assertThat(this.destination.connections()).isEqualTo(2);
		await().atMost(this.destination.linger())
			.untilAsserted(() -> assertThat(this.destination.openConnections()).isOne());
	}

	@Test
	@DisplayName("T22: cancelled by a time limit of the caller's")
	void aTimeoutOfTheCallersEndsTheRequest() {
		this.destination.hang();
		CompletableFuture<SendResult> result = this.transport.send(request(1));
		await().untilAsserted(() -> assertThat(this.destination.received()).hasSize(1));
		result.orTimeout(10, TimeUnit.MILLISECONDS);
		await().untilAsserted(() -> assertThat(this.destination.aborted()).isOne());
		assertThat(result).isCompletedExceptionally();
	}

	@Test
	@DisplayName("T22: cancelled while the answer trickles")
	void cancelEndsATricklingAnswer() throws Exception {
		this.destination.answerOfSize(100_000, false);
		try (TcpFaultProxy proxy = TcpFaultProxy.open(this.destination.url())) {
			Transport transport = this.destination.transport(proxy.url(), Options.DEFAULT);
			assertThat(send(transport)).isInstanceOf(Partial.class);
			proxy.set(TcpFaultProxy.Fault.trickle(Duration.ofMillis(20)));
			CompletableFuture<SendResult> result = transport.send(request(1));
			await().untilAsserted(() -> assertThat(this.destination.received()).hasSize(2));
			await().pollDelay(Duration.ofMillis(200)).until(() -> !result.isDone());
			assertThat(result.cancel(true)).isTrue();
			await().atMost(this.destination.linger()).untilAsserted(() -> assertThat(proxy.clients()).isZero());
			proxy.set(TcpFaultProxy.Fault.NONE);
			assertThat(send(transport)).isInstanceOf(Partial.class);
		}
	}

	@Test
	@DisplayName("T22: a server that never reads; cancelled, its connection goes")
	void cancelEndsARequestThatNobodyReads() throws Exception {
		try (ServerSocket neverReading = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			URI url = URI.create("http://127.0.0.1:" + neverReading.getLocalPort() + "/v1/traces");
			Transport transport = this.destination.transport(url,
					new Options(Map.of(), HeadersSupplier.NONE, false, Policy.DEFAULT, Duration.ofMinutes(1)));
			CompletableFuture<SendResult> result = transport.send(request(16 * 1024 * 1024));
			try (Socket socket = neverReading.accept()) {
				await().until(() -> socket.getInputStream().available() > 0);
				long start = System.nanoTime();
				assertThat(result.cancel(true)).isTrue();
				assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
				socket.setSoTimeout(10_000);
				assertThat(drain(socket)).isLessThan(15L * 1024 * 1024);
			}
		}
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
		catch (SocketException ex) {
			// Reset, which is an end as well
		}
		return received;
	}

	@Test
	@DisplayName("T22: cancelled at random moments, no connection is left and nothing is read afterwards")
	void whenARequestIsOverItsPayloadIsNotReadAnyMore() throws Exception {
		long seed = new Random().nextLong();
		Random random = new Random(seed);
		Queue<Throwable> uncaught = new ConcurrentLinkedQueue<>();
		UncaughtExceptionHandler original = Thread.getDefaultUncaughtExceptionHandler();
		Thread.setDefaultUncaughtExceptionHandler((thread, ex) -> uncaught.add(ex));
		try {
			for (int i = 0; i < 200; i++) {
				byte[] bytes = bytes("x".repeat(300_000));
				CompletableFuture<SendResult> result = this.transport
					.send(new SendRequest(Signal.TRACES, List.of(Payload.of(bytes)), 1));
				LockSupport.parkNanos(random.nextInt(2_000_000));
				result.cancel(true);
				// As its pool would do; what frames the name stays
				Arrays.fill(bytes, bytes.length - 200_000, bytes.length, (byte) 'y');
			}
			this.destination.take();
			// The first one may still meet the connection that is about to go.
			await().dontCatchUncaughtExceptions()
				.untilAsserted(() -> assertThat(send(this.transport)).isEqualTo(new Accepted()));
		}
		finally {
			Thread.setDefaultUncaughtExceptionHandler(original);
		}
		// Applications end on what nobody catches, or write it to their log
		assertThat(uncaught).as("seed " + seed).isEmpty();
		assertThat(this.destination.received()).as("seed " + seed)
			.flatExtracting((request) -> request.spans())
			.extracting(Span::getName)
			.noneMatch((name) -> name.contains("y"));
		// Two whose requests were over before their cancellation may wait for the next
		// one
		await().atMost(this.destination.linger())
			.untilAsserted(() -> assertThat(this.destination.openConnections()).as("seed " + seed).isLessThan(4));
	}

	@Test
	void theCallersThreadDoesNotCompress() {
		byte[] bytes = new byte[64 * 1024 * 1024];
		new Random(42).nextBytes(bytes);
		// Of the processor, which others may have meanwhile
		ThreadMXBean threads = ManagementFactory.getThreadMXBean();
		long start = threads.getCurrentThreadCpuTime();
		CompletableFuture<SendResult> result = this.transport
			.send(new SendRequest(Signal.TRACES, List.of(Payload.of(bytes)), 1));
		assertThat(Duration.ofNanos(threads.getCurrentThreadCpuTime() - start)).isLessThan(Duration.ofMillis(200));
		result.cancel(true);
	}

	@Test
	void requestsRunAtTheSameTimeOnFewDaemonThreads() {
		this.destination.hang();
		// Of other tests, which may be ending
		Set<Thread> before = threads();
		List<CompletableFuture<SendResult>> results = new ArrayList<>();
		for (int i = 0; i < 30; i++) {
			results.add(this.transport.send(request(1000)));
		}
		await().untilAsserted(() -> assertThat(this.destination.received()).hasSize(30));
		Set<Thread> threads = threads();
		threads.removeAll(before);
		assertThat(threads).isNotEmpty().hasSizeLessThanOrEqualTo(10).allMatch(Thread::isDaemon);
		this.transport.close();
		assertThat(results).allSatisfy((result) -> assertThat(result).isCompletedWithValueMatching(
				(value) -> value instanceof Retryable retryable && !retryable.failure().unhealthy()));
		assertThat(this.transport.send(request(1))).isCompletedWithValueMatching((value) -> value instanceof Retryable);
		await().untilAsserted(() -> assertThat(this.destination.aborted()).isEqualTo(30));
	}

	private Set<Thread> threads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith(this.destination.threads()))
			.collect(Collectors.toCollection(HashSet::new));
	}

	@Test
	@DisplayName("T42: a canary; C42: headers and the user agent arrive")
	void headersArriveAndAreShownNowhere(CapturedOutput output) throws Exception {
		Map<String, String> headers = Map.of("Authorization", "Bearer canary-1", "Api-Key", "canary-2");
		Transport transport = this.destination.transport(this.destination.url(), Options.DEFAULT.headers(headers));
		List<Object> shown = new ArrayList<>(List.of(transport));
		shown.add(send(transport));
		assertThat(this.destination.received()).singleElement().satisfies((request) -> {
			assertThat(request.header("authorization")).isEqualTo("Bearer canary-1");
			assertThat(request.header("api-key")).isEqualTo("canary-2");
			assertThat(request.header("user-agent")).startsWith("agent");
		});
		for (boolean size : List.of(true, false)) {
			this.destination.refuse(size, (request) -> true, "token canary-1 is not canary-2");
			shown.add(send(transport));
		}
		this.destination.remark(1, "who is Bearer canary-1");
		shown.add(send(transport));
		this.destination.stop();
		shown.add(send(transport));
		assertThat(shown).hasSize(6).allSatisfy((object) -> assertThat(object.toString()).doesNotContain("canary"));
		assertThat(output).doesNotContain("canary").doesNotContain("Exception");
	}

	@Test
	@DisplayName("T33: a supplier is asked at each attempt, and wins whatever the case")
	void theSupplierIsAskedAtEachAttempt() throws Exception {
		AtomicInteger count = new AtomicInteger();
		Transport transport = this.destination.transport(this.destination.url(),
				Options.DEFAULT.headers(Map.of("Authorization", "fixed", "x-tenant", "shop"))
					.supplier(() -> Map.of("authorization", "token-" + count.incrementAndGet(), "X-Other", "o")));
		assertThat(send(transport)).isEqualTo(new Accepted());
		assertThat(send(transport)).isEqualTo(new Accepted());
		assertThat(this.destination.received()).extracting((request) -> request.header("authorization"))
			.containsExactly("token-1", "token-2");
		assertThat(this.destination.received()).extracting((request) -> request.header("x-tenant"))
			.containsOnly("shop");
		assertThat(this.destination.received()).extracting((request) -> request.header("x-other")).containsOnly("o");
	}

	@Test
	@DisplayName("T41, T42: a supplier that fails, or tries to smuggle a header in, is a failure that may pass")
	void aSupplierThatFailsIsRetryable() throws Exception {
		for (HeadersSupplier supplier : List.<HeadersSupplier>of(() -> {
			throw new IllegalStateException("canary");
		}, () -> {
			throw new StackOverflowError("canary");
		}, () -> null, () -> Map.of("x-token", "canary\r\nx-evil: 1"), () -> Map.of("x-token", "canary\0"),
				() -> Map.of("x canary", "1"), () -> Map.of("content-type", "canary"))) {
			Transport transport = this.destination.transport(this.destination.url(),
					Options.DEFAULT.supplier(supplier));
			assertThat(send(transport)).isInstanceOfSatisfying(Retryable.class, (retryable) -> {
				assertThat(retryable.failure().kind()).isEqualTo(Kind.OTHER);
				assertThat(retryable.failure().unhealthy()).as("the destination is not to blame").isFalse();
				assertThat(retryable.failure().message()).contains("supplier of headers").doesNotContain("canary");
			});
		}
		assertThat(this.destination.received()).isEmpty();
		assertThat(this.destination.connections()).isZero();
	}

	@Test
	@DisplayName("T22, T33: a slow supplier is cut off with the attempt, and holds no other up")
	void aSlowSupplierIsCutOff() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		Transport transport = this.destination.transport(this.destination.url(), Options.DEFAULT.supplier(() -> {
			asked.countDown();
			try {
				release.await(10, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return Map.of();
		}));
		long start = System.nanoTime();
		CompletableFuture<SendResult> first = transport.send(request(1));
		assertThat(Duration.ofNanos(System.nanoTime() - start)).as("never on the caller's thread")
			.isLessThan(Duration.ofSeconds(5));
		assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
		first.cancel(true);
		release.countDown();
		assertThat(send(transport)).isEqualTo(new Accepted());
		assertThat(this.destination.received()).as("the cancelled one never left").hasSize(1);
	}

	@Test
	@DisplayName("T42: a server that repeats what it was sent tells nobody, whoever has supplied it")
	void suppliedSecretsAreHiddenInWhatTheServerSays() throws Exception {
		AtomicReference<String> token = new AtomicReference<>();
		String basic = "Basic " + Base64.getEncoder().encodeToString("me:pass-canary".getBytes(StandardCharsets.UTF_8));
		Transport transport = this.destination.transport(this.destination.url(),
				Options.DEFAULT.headers(Map.of("x-basic", basic))
					.supplier(() -> Map.of("authorization", "Bearer " + token.get())));
		this.destination.denyAndRepeat((request) -> "no: " + request.header("authorization") + " "
				+ request.header("x-basic") + " "
				+ new String(Base64.getDecoder().decode(request.header("x-basic").substring(6)), StandardCharsets.UTF_8)
				+ " pass-canary");
		for (String value : List.of("first-canary", "second-canary")) {
			token.set(value);
			assertThat(send(transport)).isInstanceOfSatisfying(Held.class,
					(held) -> assertThat(held.failure().message()).startsWith("no: ").doesNotContain("canary"));
		}
		assertThat(this.destination.received()).extracting((request) -> request.header("authorization"))
			.containsExactly("Bearer first-canary", "Bearer second-canary");
		assertThat(transport.toString()).doesNotContain("canary");
	}

	@Test
	@DisplayName("C19, T26: through a route: the poison alone is lost, after one more attempt each")
	void poisonIsLostAlone() throws Exception {
		RouteDriver driver = new RouteDriver(this.transport, PATIENCE);
		this.destination.refuse(false,
				(request) -> request.spans().stream().anyMatch((span) -> span.getName().equals("poison")),
				"field 7 is malformed");
		driver.offer(this.batches.make(10).batch());
		driver.offer(this.batches.make(1, "poison").batch());
		driver.offer(this.batches.make(10).batch());
		driver.run();
		assertThat(this.destination.received()).extracting((request) -> request.spans().size())
			.containsExactlyInAnyOrder(21, 10, 1, 10);
		assertThat(driver.source.ledger().delivered()).isEqualTo(20);
		assertThat(driver.source.ledger().lost()).isEqualTo(Map.of(LossReason.REJECTED, 1L));
		assertThat(driver.route.status().failures()).hasSize(2)
			.allMatch((failure) -> "field 7 is malformed".equals(failure.failure().message()));
		assertThat(driver.route.breaker().snapshot().consecutiveFailures()).isZero();
		driver.offer(this.batches.make(5).batch());
		driver.run();
		assertThat(this.destination.received()).as("the next batch within one attempt").hasSize(5);
	}

	@Test
	@DisplayName("C9, T27: through a route: split until it fits; the item that never does is lost; no request is repeated")
	void tooLargeRequestsAreSplit() throws Exception {
		RouteDriver driver = new RouteDriver(this.transport, PATIENCE);
		this.destination.refuse(true, (request) -> request.body().length > 1000, "at most 1000 bytes");
		driver.offer(this.batches.make(50).batch());
		driver.offer(this.batches.make(1, "x".repeat(2000)).batch());
		driver.run();
		assertThat(driver.source.ledger().delivered()).isEqualTo(50);
		assertThat(driver.source.ledger().lost()).isEqualTo(Map.of(LossReason.REJECTED, 1L));
		assertThat(this.destination.received())
			.extracting((request) -> new String(request.body(), StandardCharsets.ISO_8859_1))
			.doesNotHaveDuplicates();
		assertThat(driver.route.status().lastFailure().failure().message()).isEqualTo("at most 1000 bytes");
		assertThat(driver.route.breaker().snapshot().state()).isEqualTo(CircuitBreakerState.CLOSED);
	}

	@Test
	@DisplayName("C10: through a route: 64 MiB are never exceeded; the item that would is lost and on record")
	void whatExceedsTheRequestLimitIsNeverSent() throws Exception {
		RouteDriver driver = new RouteDriver(this.transport, PATIENCE);
		ScopeSpans.Builder scope = ScopeSpans.newBuilder()
			.addSpans(Span.newBuilder().setName("small"))
			.addSpans(Span.newBuilder().setName("x".repeat(64 * 1024 * 1024)));
		byte[] bytes = bytes(scope);
		driver.offer(new Batch(Signal.TRACES, Payload.of(bytes), 2));
		driver.run();
		assertThat(this.destination.received()).singleElement()
			.satisfies((request) -> assertThat(request.spans()).singleElement()
				.satisfies((span) -> assertThat(span.getName()).isEqualTo("small")));
		assertThat(driver.source.ledger().lost()).isEqualTo(Map.of(LossReason.REJECTED, 1L));
		assertThat(driver.route.status().lastFailure().failure().kind()).isEqualTo(Kind.REQUEST_TOO_LARGE);
	}

	@Test
	@DisplayName("T22: through a route: an attempt ends within its timeout and a second, and is made again")
	void throughARouteAnAttemptEndsInTime() throws Exception {
		RouteDriver driver = new RouteDriver(this.transport, TIMEOUT);
		this.destination.hang();
		driver.offer(this.batches.make(1).batch());
		driver.runUntil(() -> driver.route.status().lastFailure() != null);
		assertThat(driver.attempts).singleElement()
			.satisfies((attempt) -> assertThat(attempt).isBetween(TIMEOUT,
					TIMEOUT.plusSeconds(1).plus(driver.longestPause())));
		assertThat(driver.route.status().lastFailure().failure().kind()).isEqualTo(Kind.TIMEOUT);
		this.destination.take();
		driver.run();
		assertThat(driver.source.ledger().delivered()).isOne();
	}

	static ExportTraceServiceResponse responseOfSize(int bytes) {
		// Each of the three lengths takes as many bytes as that of the whole
		int overhead = 0;
		ExportTraceServiceResponse response;
		do {
			ExportTracePartialSuccess partial = ExportTracePartialSuccess.newBuilder()
				.setErrorMessage("x".repeat(bytes - overhead))
				.build();
			response = ExportTraceServiceResponse.newBuilder().setPartialSuccess(partial).build();
			overhead += response.getSerializedSize() - bytes;
		}
		while (response.getSerializedSize() != bytes);
		return response;
	}

	private static SendRequest request(int nameLength) {
		return new SendRequest(Signal.TRACES, List.of(Payload.of(bytes("n".repeat(nameLength)))), 1);
	}

	private static byte[] bytes(String name) {
		return bytes(ScopeSpans.newBuilder().addSpans(Span.newBuilder().setName(name)));
	}

	private static byte[] bytes(ScopeSpans.Builder scope) {
		return ExportTraceServiceRequest.newBuilder()
			.addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
			.build()
			.toByteArray();
	}

	private static SendResult send(Transport transport) throws Exception {
		return send(transport, request(10));
	}

	private static SendResult send(Transport transport, SendRequest request) throws Exception {
		return transport.send(request).get(20, TimeUnit.SECONDS);
	}

	private static boolean isOf(SendResult result, Kind kind) {
		return result instanceof Retryable retryable && retryable.failure().kind() == kind;
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

}
