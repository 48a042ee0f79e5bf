package io.github.otlpboot.forwarder.http;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

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
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link HttpConnector}: certificates that fail and are renewed.
 */
class HttpConnectorRenewalTests {

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
		SSLContext context = keys.context(good);
		try (OtlpTestServer server = OtlpTestServer.openTls(context);
				HttpConnector connector = HttpConnector.open(settings(context), Clock.systemUTC())) {
			HttpTransport transport = connector.transport(HttpTransportSettings.of(server.endpoint(Signal.TRACES)));
			checkTlsFailure(send(transport));
			assertThat(server.requests()).as("no plain text either").isEmpty();
			keys.renew(good);
			assertThat(send(transport)).isEqualTo(new Accepted());
		}
	}

	@Test
	@DisplayName("T31: requests under way end on their connection, the next ones use the renewed certificates")
	void renewalLetsRequestsUnderWayEnd() throws Exception {
		SSLContext context = new TestCertificate.Server(good).context(good);
		try (OtlpTestServer server = OtlpTestServer.openTls(context);
				HttpConnector connector = HttpConnector.open(settings(context), Clock.systemUTC())) {
			HttpTransport transport = connector.transport(HttpTransportSettings.of(server.endpoint(Signal.TRACES)));
			server.enqueue(OtlpTestAnswer.ok().delay(Duration.ofSeconds(1)));
			CompletableFuture<SendResult> underWay = transport.send(SampleRequests.one());
			await().until(() -> server.requests().size() == 1);
			// Trusts the authorities of the JDK alone
			connector.renew(settings(SSLContext.getDefault()));
			checkTlsFailure(send(transport));
			assertThat(underWay.get(10, TimeUnit.SECONDS)).isEqualTo(new Accepted());
			connector.renew(settings(context));
			assertThat(send(transport)).isEqualTo(new Accepted());
			assertThat(server.requests().get(1).connection()).isNotEqualTo(server.requests().get(0).connection());
			if (Runtime.version().feature() >= 21) {
				await().until(() -> server.openConnections() == 1);
			}
		}
	}

	@Test
	void renewalAfterCloseChangesNothing() throws Exception {
		try (OtlpTestServer server = OtlpTestServer.open()) {
			HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC());
			HttpTransport transport = connector.transport(HttpTransportSettings.of(server.endpoint(Signal.TRACES)));
			connector.close();
			connector.renew(HttpConnectorSettings.DEFAULT);
			assertThat(send(transport)).isInstanceOf(Retryable.class);
			assertThat(server.requests()).isEmpty();
		}
	}

	private static HttpConnectorSettings settings(SSLContext context) {
		return new HttpConnectorSettings(Duration.ofSeconds(10), context);
	}

	private static SendResult send(HttpTransport transport) throws Exception {
		return transport.send(SampleRequests.one()).get(20, TimeUnit.SECONDS);
	}

	private static void checkTlsFailure(SendResult result) {
		assertThat(result).isInstanceOfSatisfying(Retryable.class,
				(retryable) -> assertThat(retryable.failure().kind()).as(retryable.toString())
					.isEqualTo(SendFailure.Kind.TLS));
	}

}
