package io.github.otlpboot.forwarder.http;

import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

import javax.net.ssl.SSLContext;

import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.forwarder.SendResult.Accepted;
import io.github.otlpboot.forwarder.SendResult.Retryable;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestServer;
import io.github.otlpboot.testing.TestAuthority;
import io.github.otlpboot.testing.TestCertificate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link HttpConnector}: life cycle, threads, and TLS.
 */
class HttpConnectorTests {

	private static final Retryable CLOSED = new Retryable(
			new SendFailure(SendFailure.Kind.OTHER, null, "The transport has been closed", false), null);

	@Test
	void leavesNoThreadBehind() throws Exception {
		try (OtlpTestServer server = OtlpTestServer.open()) {
			Set<Thread> before = clientThreads();
			useAndClose(server);
			await().untilAsserted(() -> {
				// From Java 21 on, the client's own thread too
				Set<Thread> left = clientThreads();
				left.removeAll(before);
				assertThat(left)
					.noneMatch((thread) -> Runtime.version().feature() >= 21 || thread.getName().startsWith("otlp-"));
			});
			await().pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
				// Until Java 21 the client's thread ends when the client is garbage
				System.gc();
				Set<Thread> left = clientThreads();
				left.removeAll(before);
				assertThat(left).isEmpty();
			});
			await().untilAsserted(() -> assertThat(server.openConnections()).isZero());
		}
	}

	private static void useAndClose(OtlpTestServer server) throws Exception {
		for (int i = 0; i < 5; i++) {
			HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC());
			HttpTransport transport = connector.transport(HttpTransportSettings.of(server.endpoint(Signal.TRACES)));
			transport.send(SampleRequests.one()).get(10, TimeUnit.SECONDS);
			server.enqueue(OtlpTestAnswer.hang(),
					OtlpTestAnswer.ok().text("0123456789").trickle(Duration.ofSeconds(10)));
			int received = server.requests().size();
			CompletableFuture<SendResult> hanging = transport.send(SampleRequests.one());
			await().untilAsserted(() -> assertThat(server.requests()).hasSize(received + 1));
			CompletableFuture<SendResult> trickling = transport.send(SampleRequests.one());
			await().untilAsserted(() -> assertThat(server.requests()).hasSize(received + 2));
			connector.close();
			assertThat(hanging).isCompletedWithValue(CLOSED);
			assertThat(trickling).isCompletedWithValue(CLOSED);
		}
	}

	@Test
	void makesItsClientWhenThereIsSomethingToSend() throws Exception {
		try (OtlpTestServer server = OtlpTestServer.open()) {
			Set<Thread> before = clientThreads();
			HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC());
			HttpTransport transport = connector.transport(HttpTransportSettings.of(server.endpoint(Signal.TRACES)));
			assertThat(clientThreads()).as("none of its own").allMatch(before::contains);
			transport.send(SampleRequests.one()).get(10, TimeUnit.SECONDS);
			assertThat(clientThreads())
				.anyMatch((thread) -> thread.getName().endsWith("SelectorManager") && !before.contains(thread));
			connector.close();
			assertThat(connector.client()).isNull();
		}
	}

	@Test
	void clientThatHasBrokenDownIsReplaced() throws Exception {
		try (OtlpTestServer server = OtlpTestServer.open();
				HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC())) {
			Set<Thread> before = clientThreads();
			HttpTransport transport = connector.transport(HttpTransportSettings.of(server.endpoint(Signal.TRACES)));
			transport.send(SampleRequests.one()).get(10, TimeUnit.SECONDS);
			Thread own = clientThreads().stream()
				.filter((thread) -> thread.getName().endsWith("SelectorManager") && !before.contains(thread))
				.findFirst()
				.orElseThrow();
			own.interrupt();
			own.join(10_000);
			assertThat(own.isAlive()).as("it has broken down").isFalse();
			await().atMost(Duration.ofSeconds(30)).until(() -> isAccepted(transport));
			assertThat(isAccepted(transport)).isTrue();
		}
	}

	// Gives up as the forwarder does.
	private static boolean isAccepted(HttpTransport transport) throws Exception {
		CompletableFuture<SendResult> result = transport.send(SampleRequests.one());
		try {
			return result.get(1, TimeUnit.SECONDS) instanceof Accepted;
		}
		catch (TimeoutException ex) {
			result.cancel(true);
			return false;
		}
	}

	@Test
	void threadsEndWhenThereIsNothingToDo() throws Exception {
		try (OtlpTestServer server = OtlpTestServer.open();
				HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC())) {
			Set<Thread> before = clientThreads();
			connector.transport(HttpTransportSettings.of(server.endpoint(Signal.TRACES)))
				.send(SampleRequests.one())
				.get(10, TimeUnit.SECONDS);
			// Those of earlier tests may be ending meanwhile
			assertThat(clientThreads()).anyMatch((thread) -> !before.contains(thread));
			await().untilAsserted(() -> {
				Set<Thread> left = clientThreads();
				left.removeAll(before);
				// The client's own thread stays as long as the client
				assertThat(left).noneMatch((thread) -> thread.getName().startsWith("otlp-"));
			});
		}
	}

	@Test
	void closeAbortsWhatIsUnderWayAndRefusesWhatComes() {
		try (OtlpTestServer server = OtlpTestServer.open()) {
			server.answer(OtlpTestAnswer.hang());
			HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC());
			HttpTransport transport = connector.transport(HttpTransportSettings.of(server.endpoint(Signal.TRACES)));
			CompletableFuture<SendResult> result = transport.send(SampleRequests.one());
			await().untilAsserted(() -> assertThat(server.requests()).hasSize(1));
			connector.close();
			connector.close();
			assertThat(result).isCompletedWithValue(CLOSED);
			await().untilAsserted(() -> assertThat(server.abortedCount()).isEqualTo(1));
			assertThat(transport.send(SampleRequests.one())).isCompletedWithValue(CLOSED);
			transport.close();
		}
	}

	@Test
	void closingATransportLeavesTheOthersAlone() throws Exception {
		try (OtlpTestServer server = OtlpTestServer.open();
				HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC())) {
			HttpTransport closing = connector.transport(HttpTransportSettings.of(server.endpoint(Signal.TRACES)));
			HttpTransport staying = connector.transport(HttpTransportSettings.of(server.endpoint(Signal.TRACES)));
			AtomicBoolean release = new AtomicBoolean();
			server.answer((request) -> {
				await().untilTrue(release);
				return OtlpTestAnswer.ok();
			});
			CompletableFuture<SendResult> aborted = closing.send(SampleRequests.one());
			CompletableFuture<SendResult> accepted = staying.send(SampleRequests.one());
			await().untilAsserted(() -> assertThat(server.requests()).hasSize(2));
			closing.close();
			assertThat(aborted).isCompletedWithValue(CLOSED);
			assertThat(closing.send(SampleRequests.one())).isCompletedWithValue(CLOSED);
			release.set(true);
			assertThat(accepted.get(10, TimeUnit.SECONDS)).isEqualTo(new Accepted());
			assertThat(staying.send(SampleRequests.one()).get(10, TimeUnit.SECONDS)).isEqualTo(new Accepted());
		}
	}

	@Test
	@DisplayName("C2, C27: TLS with HTTP/2 offered, an untrusted server")
	void speaksTlsToServersItTrusts() throws Exception {
		TestCertificate certificate = TestAuthority.found().issue("127.0.0.1");
		SSLContext sslContext = new TestCertificate.Server(certificate).context(certificate);
		try (OtlpTestServer server = OtlpTestServer.openTls(sslContext)) {
			HttpTransportSettings settings = HttpTransportSettings.of(server.endpoint(Signal.TRACES));
			HttpConnectorSettings trusting = new HttpConnectorSettings(Duration.ofSeconds(10), sslContext);
			try (HttpConnector connector = HttpConnector.open(trusting, Clock.systemUTC())) {
				assertThat(connector.transport(settings).send(SampleRequests.one()).get(10, TimeUnit.SECONDS))
					.isEqualTo(new Accepted());
				assertThat(server.offeredProtocols()).contains("h2", "http/1.1");
				server.answer(OtlpTestAnswer.hang());
				CompletableFuture<SendResult> hanging = connector.transport(settings).send(SampleRequests.one());
				await().untilAsserted(() -> assertThat(server.requests()).hasSize(2));
				hanging.cancel(true);
				await().untilAsserted(() -> assertThat(server.openConnections()).isZero());
			}
			try (HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC())) {
				assertThat(connector.transport(settings).send(SampleRequests.one()).get(10, TimeUnit.SECONDS))
					.isInstanceOfSatisfying(Retryable.class, (retryable) -> {
						assertThat(retryable.failure().kind()).isEqualTo(SendFailure.Kind.TLS);
						assertThat(retryable.failure().unhealthy()).isTrue();
					});
			}
			assertThat(server.requests()).hasSize(2);
		}
	}

	private static Set<Thread> clientThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().startsWith("otlp-http-")
					|| thread.getName().matches("HttpClient-.*SelectorManager"))
			.collect(Collectors.toCollection(HashSet::new));
	}

}
