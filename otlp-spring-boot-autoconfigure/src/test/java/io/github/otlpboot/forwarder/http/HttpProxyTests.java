package io.github.otlpboot.forwarder.http;

import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLContext;

import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.forwarder.SendResult.Accepted;
import io.github.otlpboot.forwarder.SendResult.Held;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.OtlpTestServer;
import io.github.otlpboot.testing.TestAuthority;
import io.github.otlpboot.testing.TestCertificate;
import io.github.otlpboot.testing.TunnelProxy;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link HttpConnector}: the way through an HTTP proxy.
 */
class HttpProxyTests {

	@Test
	void plainTextGoesThroughTheProxyThatIsSet() throws Exception {
		try (OtlpTestServer proxy = OtlpTestServer.open();
				HttpConnector connector = HttpConnector.open(settings(null, selector(proxy.port())),
						Clock.systemUTC())) {
			// Resolved by the proxy, not here
			SendResult result = send(connector, URI.create("http://collector.invalid:4318/v1/traces"));
			assertThat(result).as("what a proxy that is none answers").isNotInstanceOf(Held.class);
			assertThat(proxy.requests()).singleElement()
				.satisfies(
						(request) -> assertThat(request.path()).isEqualTo("http://collector.invalid:4318/v1/traces"));
		}
	}

	@Test
	void systemPropertiesOfTheJdkCount() throws Exception {
		Map<String, String> before = Map.of("http.proxyHost", System.getProperty("http.proxyHost", ""),
				"http.proxyPort", System.getProperty("http.proxyPort", ""));
		try (OtlpTestServer proxy = OtlpTestServer.open()) {
			System.setProperty("http.proxyHost", "127.0.0.1");
			System.setProperty("http.proxyPort", String.valueOf(proxy.port()));
			try (HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC())) {
				send(connector, URI.create("http://collector.invalid:4318/v1/traces"));
				assertThat(proxy.requests()).hasSize(1);
			}
		}
		finally {
			before.forEach((name, value) -> {
				if (value.isEmpty()) {
					System.clearProperty(name);
				}
				else {
					System.setProperty(name, value);
				}
			});
		}
	}

	@Test
	void tlsGoesThroughATunnelThatSeesNothing() throws Exception {
		TestCertificate certificate = TestAuthority.found().issue("127.0.0.1");
		SSLContext context = new TestCertificate.Server(certificate).context(certificate);
		try (OtlpTestServer server = OtlpTestServer.openTls(context);
				TunnelProxy proxy = TunnelProxy.open();
				HttpConnector connector = HttpConnector.open(settings(context, selector(proxy.port())),
						Clock.systemUTC())) {
			assertThat(send(connector, server.endpoint(Signal.TRACES))).isEqualTo(new Accepted());
			assertThat(proxy.requests()).singleElement()
				.asString()
				.startsWith("CONNECT 127.0.0.1:" + server.port())
				.doesNotContainIgnoringCase("canary");
			assertThat(server.requests()).singleElement()
				.satisfies((request) -> assertThat(request.header("authorization")).isEqualTo("canary"));
		}
	}

	private static HttpConnectorSettings settings(SSLContext context, ProxySelector proxy) {
		return new HttpConnectorSettings(Duration.ofSeconds(10), context, null, proxy);
	}

	private static ProxySelector selector(int port) {
		return ProxySelector.of(InetSocketAddress.createUnresolved("127.0.0.1", port));
	}

	private static SendResult send(HttpConnector connector, URI endpoint) throws Exception {
		return connector.transport(HttpTransportSettings.of(endpoint), () -> Map.of("authorization", "canary"))
			.send(SampleRequests.one())
			.get(20, TimeUnit.SECONDS);
	}

}
