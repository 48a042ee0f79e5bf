package io.github.otlpboot.forwarder.http;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.otlpboot.forwarder.HeadersSupplier;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.forwarder.SendResult.Held;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HttpTransport}: headers that change, and credentials.
 */
class HttpHeadersTests {

	private final OtlpTestServer server = OtlpTestServer.open();

	private final HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC());

	@AfterEach
	void tearDown() {
		this.connector.close();
		this.server.close();
	}

	@Test
	@DisplayName("T33, T42: a redirect is held, and whoever it leads to never sees a credential")
	void credentialsNeverFollowARedirect() throws Exception {
		try (OtlpTestServer stranger = OtlpTestServer.open()) {
			HttpTransport transport = transport(Map.of("x-api-key", "canary-1"),
					() -> Map.of("authorization", "Bearer canary-2"));
			for (int status : List.of(301, 302, 303, 307, 308)) {
				this.server.enqueue(
						OtlpTestAnswer.status(status).header("Location", stranger.endpoint(Signal.TRACES).toString()));
				assertThat(send(transport)).isInstanceOf(Held.class);
			}
			assertThat(this.server.requests()).hasSize(5);
			assertThat(stranger.requests()).isEmpty();
			assertThat(stranger.connectionCount()).isZero();
		}
	}

	@Test
	@DisplayName("T42: headers are shown by name alone")
	void headersAreShownByName() {
		assertThat(SentHeaders.of(Map.of("a", "canary"), StatusPolicy.DEFAULT, Clock.systemUTC()).toString())
			.isEqualTo("SentHeaders[a]");
	}

	private HttpTransport transport(Map<String, String> fixed, HeadersSupplier supplier) {
		return this.connector.transport(new HttpTransportSettings(this.server.endpoint(Signal.TRACES), fixed,
				Compression.GZIP, StatusPolicy.DEFAULT, HttpTransportSettings.DEFAULT_USER_AGENT), supplier);
	}

	private static SendResult send(HttpTransport transport) throws Exception {
		return transport.send(SampleRequests.one()).get(20, TimeUnit.SECONDS);
	}

}
