package io.github.otlpboot.forwarder;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.autoconfigure.TransportType;
import io.github.otlpboot.forwarder.grpc.CodePolicy;
import io.github.otlpboot.forwarder.grpc.GrpcConnector;
import io.github.otlpboot.forwarder.grpc.GrpcConnectorSettings;
import io.github.otlpboot.forwarder.grpc.GrpcTransportSettings;
import io.github.otlpboot.forwarder.http.HttpConnector;
import io.github.otlpboot.forwarder.http.HttpConnectorSettings;
import io.github.otlpboot.forwarder.http.HttpTransportSettings;
import io.github.otlpboot.testing.SpanBatches;
import io.github.otlpboot.testing.TcpFaultProxy;
import io.github.otlpboot.testing.TcpFaultProxy.Fault;
import io.github.otlpboot.testing.TestAuthority;
import io.github.otlpboot.testing.TestCertificate;
import io.github.otlpboot.testing.TestCollector;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A connection that is reset at any byte of an exchange, from its first one on.
 * {@code -Dreset.step=1} tries every byte.
 */
class ResetTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(10);

	private static TestCertificate certificate;

	private final SpanBatches batches = new SpanBatches();

	@BeforeAll
	static void foundAuthority() throws Exception {
		certificate = TestAuthority.found().issue("127.0.0.1");
	}

	@ParameterizedTest
	@CsvSource({ "HTTP, false, 7", "HTTP, true, 127", "GRPC, false, 11", "GRPC, true, 127" })
	@DisplayName("T23: reset at any byte of a request and of a response: L = 0, D no more than what was under way")
	void whereverItIsResetEverythingArrives(TransportType type, boolean tls, int usualStep) throws Exception {
		int step = Math.min(usualStep, Integer.getInteger("reset.step", usualStep));
		try (TestCollector collector = tls ? TestCollector.openTls(type, certificate) : TestCollector.open(type);
				TcpFaultProxy proxy = TcpFaultProxy.open(collector.url());
				Client client = Client.open(type, proxy.url())) {
			RouteDriver driver = new RouteDriver(client.transport(), TIMEOUT, 1, RouteDriver.QUICK_BREAKER);
			driver.offer(this.batches.make(1).batch());
			driver.run();
			long up = proxy.passedUp();
			long down = proxy.passedDown();
			assertThat(up).isPositive();
			assertThat(down).isPositive();
			int tried = 0;
			for (long offset = 0; offset < up; offset += step) {
				SpanBatches.Made made = resetAt(Fault.resetAfterUp(offset), proxy, driver);
				assertThat(timesArrived(collector, made)).as("%s byte %d of a request", type, offset).isBetween(1, 2);
				tried++;
			}
			for (long offset = 0; offset < down; offset += step) {
				SpanBatches.Made made = resetAt(Fault.resetAfterDown(offset), proxy, driver);
				assertThat(timesArrived(collector, made)).as("%s byte %d of a response", type, offset).isBetween(1, 2);
				tried++;
			}
			System.out.printf("%s, TLS %s: %d bytes up, %d down, reset at %d of them%n", type, tls, up, down, tried);
			assertThat(driver.source.ledger().lost()).isEmpty();
			assertThat(driver.source.ledger().delivered()).isEqualTo(1 + tried);
		}
	}

	private SpanBatches.Made resetAt(Fault fault, TcpFaultProxy proxy, RouteDriver driver) {
		// A new connection, whose bytes are counted from the first one on
		proxy.down();
		proxy.up();
		int before = proxy.resets();
		proxy.set(fault);
		SpanBatches.Made made = this.batches.make(1);
		driver.offer(made.batch());
		driver.runUntil(() -> proxy.resets() > before || driver.source.ledger().pending().items() == 0);
		proxy.set(Fault.NONE);
		driver.run();
		return made;
	}

	private static int timesArrived(TestCollector collector, SpanBatches.Made made) {
		List<String> ids = new ArrayList<>();
		collector.spans().forEach((span) -> ids.add(HexFormat.of().formatHex(span.getSpanId().toByteArray())));
		return Collections.frequency(ids, made.ids().get(0));
	}

	/**
	 * A transport and what it needs.
	 *
	 * @param transport the transport
	 * @param end closes its connections
	 */
	private record Client(Transport transport, Runnable end) implements AutoCloseable {

		static Client open(TransportType type, URI url) throws Exception {
			if (type == TransportType.GRPC) {
				GrpcConnector connector = GrpcConnector.open(new GrpcConnectorSettings(Duration.ofSeconds(10),
						List.of(), List.of(certificate.trustManagers())));
				return new Client(
						connector
							.transport(new GrpcTransportSettings(url, Map.of(), false, CodePolicy.DEFAULT, "agent")),
						connector::close);
			}
			HttpConnector connector = HttpConnector.open(new HttpConnectorSettings(Duration.ofSeconds(10),
					new TestCertificate.Server(certificate).context(certificate)), Clock.systemUTC());
			return new Client(connector.transport(HttpTransportSettings.of(url.resolve("/v1/traces"))),
					connector::close);
		}

		@Override
		public void close() {
			this.end.run();
		}

	}

}
