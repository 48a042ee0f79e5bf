package io.github.otlpboot.forwarder.grpc;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendRequest;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.forwarder.SendResult.Accepted;
import io.github.otlpboot.forwarder.SendResult.Retryable;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.OtlpGrpcTestAnswer;
import io.github.otlpboot.testing.OtlpGrpcTestServer;
import io.github.otlpboot.testing.Race;
import io.github.otlpboot.testing.TestAuthority;
import io.github.otlpboot.testing.TestCertificate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link GrpcConnector}: certificates that fail and are renewed.
 */
class GrpcConnectorRenewalTests {

	private static TestAuthority authority;

	private static TestCertificate good;

	@BeforeAll
	static void foundAuthority() throws Exception {
		authority = TestAuthority.found();
		good = authority.issue("127.0.0.1");
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource({ "expired, 127.0.0.1, -10, -5", "not yet valid, 127.0.0.1, 5, 10",
			"wrong host, other.example, -1, 10" })
	@DisplayName("C27, T31: a certificate that fails is retryable, nothing goes out, and its renewal mends it")
	void certificateThatFailsIsRetryable(String what, String name, int from, int to) throws Exception {
		TestCertificate.Server keys = new TestCertificate.Server(authority.issue(name, from, to));
		try (OtlpGrpcTestServer server = OtlpGrpcTestServer.openTls(keys);
				GrpcConnector connector = GrpcConnector.open(settings(null))) {
			GrpcTransport transport = connector.transport(GrpcTransportTests.settings(server.url()));
			checkTlsFailure(send(transport));
			assertThat(server.requests()).as("no plain text either").isEmpty();
			keys.renew(good);
			assertThat(send(transport)).isEqualTo(new Accepted());
		}
	}

	@Test
	@DisplayName("C39, T31: mutual TLS; who has no certificate, or an old one, gets nowhere until it is renewed")
	void clientCertificateIsSentAndRenewed() throws Exception {
		TestCertificate expired = authority.issue("client", -10, -5);
		try (OtlpGrpcTestServer server = OtlpGrpcTestServer.openMutualTls(good.keyManager(), good.trustManagers());
				GrpcConnector connector = GrpcConnector.open(settings(null))) {
			GrpcTransport transport = connector.transport(GrpcTransportTests.settings(server.url()));
			assertThat(send(transport)).isInstanceOf(Retryable.class);
			connector.renew(settings(expired));
			assertThat(send(transport)).isInstanceOf(Retryable.class);
			assertThat(server.requests()).isEmpty();
			connector.renew(settings(authority.issue("client")));
			assertThat(send(transport)).isEqualTo(new Accepted());
		}
	}

	@Test
	@DisplayName("T31: requests under way end on their connection, the next ones use the renewed certificates")
	void renewalLetsRequestsUnderWayEnd() throws Exception {
		try (OtlpGrpcTestServer server = OtlpGrpcTestServer.openTls(good.keyManager());
				GrpcConnector connector = GrpcConnector.open(settings(null))) {
			GrpcTransport transport = connector.transport(GrpcTransportTests.settings(server.url()));
			AtomicBoolean release = new AtomicBoolean();
			server.answer((request) -> {
				await().untilTrue(release);
				return OtlpGrpcTestAnswer.ok();
			});
			CompletableFuture<SendResult> underWay = transport.send(request());
			await().until(() -> server.requests().size() == 1);
			// Trusts the authorities of the JDK alone
			connector.renew(GrpcConnectorSettings.DEFAULT);
			checkTlsFailure(send(transport));
			assertThat(underWay).isNotDone();
			release.set(true);
			assertThat(underWay.get(10, TimeUnit.SECONDS)).isEqualTo(new Accepted());
			await().until(() -> server.openConnections() == 0);
			connector.renew(settings(null));
			assertThat(send(transport)).isEqualTo(new Accepted());
			assertThat(server.openConnections()).isOne();
		}
	}

	@Test
	@DisplayName("T31: a connection that nobody uses goes at once")
	void renewalClosesAnIdleConnection() throws Exception {
		try (OtlpGrpcTestServer server = OtlpGrpcTestServer.openTls(good.keyManager());
				GrpcConnector connector = GrpcConnector.open(settings(null))) {
			GrpcTransport transport = connector.transport(GrpcTransportTests.settings(server.url()));
			assertThat(send(transport)).isEqualTo(new Accepted());
			connector.renew(settings(null));
			await().until(() -> server.openConnections() == 0);
		}
	}

	@Test
	@DisplayName("T31: no request that starts after a renewal uses the old certificates, however close")
	void renewalAndRequestsRace() throws Exception {
		try (OtlpGrpcTestServer server = OtlpGrpcTestServer.openTls(good.keyManager());
				GrpcConnector connector = GrpcConnector.open(settings(null));
				Race race = new Race(3)) {
			GrpcTransport transport = connector.transport(GrpcTransportTests.settings(server.url()));
			for (int i = 0; i < 50; i++) {
				connector.renew(settings(null));
				race.run((thread) -> {
					if (thread == 0) {
						connector.renew(GrpcConnectorSettings.DEFAULT);
						return null;
					}
					return send(transport);
				});
				int before = server.requests().size();
				checkTlsFailure(send(transport));
				assertThat(server.requests()).hasSize(before);
			}
			await().until(() -> server.openConnections() == 0);
		}
	}

	@Test
	void renewalAfterCloseChangesNothing() throws Exception {
		try (OtlpGrpcTestServer server = OtlpGrpcTestServer.open()) {
			GrpcConnector connector = GrpcConnector.open(GrpcConnectorSettings.DEFAULT);
			GrpcTransport transport = connector.transport(GrpcTransportTests.settings(server.url()));
			connector.close();
			connector.renew(settings(null));
			assertThat(send(transport)).isInstanceOf(Retryable.class);
			assertThat(server.requests()).isEmpty();
		}
	}

	@Test
	@DisplayName("T42: metadata is shown by name alone")
	void metadataIsShownByName() {
		assertThat(SentMetadata.of(Map.of("a", "canary"), CodePolicy.DEFAULT).toString()).isEqualTo("SentMetadata[a]");
	}

	// New ones each time, as those of a bundle that is renewed.
	private static GrpcConnectorSettings settings(TestCertificate client) throws Exception {
		return new GrpcConnectorSettings(Duration.ofSeconds(10),
				(client != null) ? List.of(client.keyManager()) : List.of(), List.of(good.trustManagers()));
	}

	private static SendRequest request() {
		return new SendRequest(Signal.TRACES, List.of(Payload.of(new byte[0])), 1);
	}

	private static SendResult send(GrpcTransport transport) throws Exception {
		return transport.send(request()).get(20, TimeUnit.SECONDS);
	}

	private static void checkTlsFailure(SendResult result) {
		assertThat(result).isInstanceOfSatisfying(Retryable.class,
				(retryable) -> assertThat(retryable.failure().kind()).as(retryable.toString())
					.isEqualTo(SendFailure.Kind.TLS));
	}

}
