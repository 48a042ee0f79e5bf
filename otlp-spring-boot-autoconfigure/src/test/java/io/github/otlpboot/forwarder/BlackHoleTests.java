package io.github.otlpboot.forwarder;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.otlpboot.autoconfigure.TransportType;
import io.github.otlpboot.forwarder.SendFailure.Kind;
import io.github.otlpboot.forwarder.TestDestination.Options;
import io.github.otlpboot.testing.OtlpTestRequest;
import io.github.otlpboot.testing.SpanBatches;
import io.github.otlpboot.testing.TcpFaultProxy;
import io.github.otlpboot.testing.TcpFaultProxy.Fault;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a route makes of a network that does nothing, or little: real transports to real
 * servers, with a proxy between them.
 */
class BlackHoleTests {

	private static final Duration TIMEOUT = Duration.ofMillis(500);

	private final SpanBatches batches = new SpanBatches();

	@ParameterizedTest(name = "{0}, {1}")
	@MethodSource("holes")
	@DisplayName("T22: whatever does not happen, an attempt ends within its timeout and a second, and is made again")
	void everyAttemptEndsInTime(TransportType type, Hole hole) {
		try (TestDestination destination = open(type); TcpFaultProxy proxy = TcpFaultProxy.open(destination.url())) {
			destination.answerOfSize(20_000, false);
			// Attempts that a slow machine needs more time for open it, and not for long
			RouteDriver driver = new RouteDriver(destination.transport(proxy.url(), Options.DEFAULT.plain()), TIMEOUT,
					1, RouteDriver.QUICK_BREAKER);
			proxy.set(hole.fault);
			SpanBatches.Made made = this.batches.make(1, "x".repeat(hole.spanSize));
			driver.offer(made.batch());
			driver.runUntil(() -> driver.attempts.size() == 2);
			assertThat(driver.attempts).allSatisfy((attempt) -> assertThat(attempt)
				.isBetween(hole.endsEarly ? Duration.ZERO : TIMEOUT, latest(driver)));
			assertThat(driver.source.ledger().pending().items()).isOne();
			if (!hole.endsEarly) {
				assertThat(driver.route.status().lastFailure().failure().kind()).isEqualTo(Kind.TIMEOUT);
			}
			proxy.set(Fault.NONE);
			driver.run();
			assertThat(driver.source.ledger().delivered()).isOne();
			assertThat(arrived(destination)).as("L = 0, D no more than one for each attempt")
				.hasSizeBetween(1, driver.attempts.size());
		}
	}

	static Stream<Arguments> holes() {
		return Stream.of(TransportType.values())
			.flatMap((type) -> Stream.of(Hole.values()).map((hole) -> Arguments.of(type, hole)));
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("T22: nobody takes the connection, or nobody goes on with TLS on it")
	void connectingEndsInTime(TransportType type) throws Exception {
		List<Socket> waiting = new ArrayList<>();
		try (TestDestination destination = open(type);
				ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			fill(full, waiting);
			for (URI url : List.of(URI.create("http://127.0.0.1:" + full.getLocalPort() + "/v1/traces"),
					URI.create("https://127.0.0.1:" + silent.getLocalPort() + "/v1/traces"))) {
				RouteDriver driver = new RouteDriver(destination.transport(url, Options.DEFAULT), TIMEOUT);
				driver.offer(this.batches.make(1).batch());
				driver.runUntil(() -> driver.attempts.size() == 2);
				assertThat(driver.attempts)
					.allSatisfy((attempt) -> assertThat(attempt).isBetween(TIMEOUT, latest(driver)));
				assertThat(driver.source.ledger().pending().items()).isOne();
			}
		}
		finally {
			for (Socket socket : waiting) {
				socket.close();
			}
		}
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("T22: a network that is slow and not too slow costs time and nothing else")
	void slowIsNotBroken(TransportType type) {
		for (Fault slow : List.of(Fault.latency(Duration.ofMillis(100)), Fault.bandwidth(50_000))) {
			try (TestDestination destination = open(type);
					TcpFaultProxy proxy = TcpFaultProxy.open(destination.url())) {
				RouteDriver driver = new RouteDriver(destination.transport(proxy.url(), Options.DEFAULT),
						Duration.ofSeconds(10));
				proxy.set(slow);
				for (int i = 0; i < 3; i++) {
					driver.offer(this.batches.make(50).batch());
					driver.run();
				}
				assertThat(driver.attempts).hasSize(3);
				assertThat(arrived(destination)).hasSize(150).doesNotHaveDuplicates();
			}
		}
	}

	private static Duration latest(RouteDriver driver) {
		return TIMEOUT.plusSeconds(1).plus(driver.longestPause());
	}

	private static List<Span> arrived(TestDestination destination) {
		return destination.received()
			.stream()
			.map(OtlpTestRequest::spans)
			.flatMap(List::stream)
			.collect(Collectors.toList());
	}

	private static TestDestination open(TransportType type) {
		return (type == TransportType.GRPC) ? new GrpcDestination() : new HttpDestination();
	}

	private static void fill(ServerSocket full, List<Socket> waiting) throws IOException {
		while (waiting.size() < 100) {
			Socket socket = new Socket();
			waiting.add(socket);
			try {
				socket.connect(new InetSocketAddress(full.getInetAddress(), full.getLocalPort()), 200);
			}
			catch (SocketTimeoutException ex) {
				return;
			}
		}
		throw new IllegalStateException("The backlog does not fill up");
	}

	/**
	 * What does not happen.
	 */
	private enum Hole {

		NEVER_READS(Fault.neverReads(), 1, false),

		NEVER_READS_MUCH(Fault.neverReads(), 8 * 1024 * 1024, false),

		NEVER_ANSWERS(Fault.neverAnswers(), 1, false),

		/** No more than five bytes within the timeout. */
		HEADERS_TRICKLE(Fault.trickle(Duration.ofMillis(100)), 1, false),

		/** The headers are there after some 50 ms, and the body after seconds. */
		BODY_TRICKLES(Fault.bandwidth(5_000), 1, false),

		REQUEST_TRICKLES(Fault.trickleUp(Duration.ofMillis(20)), 1, false),

		HALF_CLOSED(Fault.halfCloseAfterDown(0), 1, true),

		HALF_CLOSED_LATER(Fault.halfCloseAfterDown(5_000), 1, true);

		private final Fault fault;

		private final int spanSize;

		private final boolean endsEarly;

		Hole(Fault fault, int spanSize, boolean endsEarly) {
			this.fault = fault;
			this.spanSize = spanSize;
			this.endsEarly = endsEarly;
		}

	}

}
