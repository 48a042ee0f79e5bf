package io.github.otlpboot.autoconfigure;

import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

import io.github.otlpboot.autoconfigure.SignalEndpoint.Source;
import io.github.otlpboot.forwarder.http.HttpConnector;
import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link HttpConnectors} and {@link GrpcConnectors}.
 */
@ExtendWith(OutputCaptureExtension.class)
class ConnectorsTests {

	private static final Duration TIMEOUT = Duration.ofSeconds(1);

	private static final SslBundle UNUSABLE = SslBundle.of(new UnusableStores());

	private final SslBundleLookup ssl = new SslBundleLookup(null, () -> {
	});

	private final HttpConnectors http = new HttpConnectors(Clock.systemUTC(), this.ssl, null);

	private final GrpcConnectors grpc = new GrpcConnectors(this.ssl, new GrpcFrameLoggers(null));

	@AfterEach
	void close() {
		this.http.close();
		this.grpc.close();
	}

	@Test
	void signalsWithTheSameNeedsShareAConnector() {
		HttpConnector connector = this.http.connector(TIMEOUT, endpoint(Source.OTLP, "otlp.forwarder.endpoint", null));
		assertThat(this.http.connector(TIMEOUT, endpoint(Source.OTLP, "otlp.forwarder.endpoint", null)))
			.isSameAs(connector);
		SslBundle bundle = SslBundle.of(SslStoreBundle.NONE);
		HttpConnector other = this.http.connector(TIMEOUT, endpoint(Source.OTLP, "otlp.forwarder.endpoint", bundle));
		assertThat(other).isNotSameAs(connector);
		assertThat(this.http.connector(TIMEOUT, endpoint(Source.OTLP, "otlp.forwarder.endpoint", bundle)))
			.isSameAs(other);
	}

	@ParameterizedTest
	@DisplayName("T31: a bundle that cannot be used ends start-up and names its property, with either transport")
	@CsvSource({ "OTLP, otlp.forwarder.endpoint, otlp.forwarder.ssl.bundle",
			"MANAGEMENT, management.otlp.metrics.export.endpoint, management.otlp.metrics.export.ssl.bundle",
			"ENVIRONMENT, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_CERTIFICATE",
			"CONNECTION_DETAILS, MyConnectionDetails, MyConnectionDetails" })
	void aBundleThatCannotBeUsedIsAnError(Source source, String configuredBy, String property) {
		SignalEndpoint endpoint = endpoint(source, configuredBy, UNUSABLE);
		assertThatExceptionOfType(InvalidOtlpPropertyException.class)
			.isThrownBy(() -> this.http.connector(TIMEOUT, endpoint))
			.satisfies((ex) -> assertThat(ex.property()).isEqualTo(property))
			.withMessageContaining("cannot be used")
			.withMessageContaining("no such store");
		assertThatExceptionOfType(InvalidOtlpPropertyException.class)
			.isThrownBy(() -> this.grpc.connector(TIMEOUT, endpoint))
			.satisfies((ex) -> assertThat(ex.property()).isEqualTo(property));
	}

	@Test
	void ciphersAndProtocolsOfABundleAreUsedByHttpAndNotByGrpc(CapturedOutput output) {
		SslBundle bundle = SslBundle.of(SslStoreBundle.NONE, SslBundleKey.NONE,
				SslOptions.of(Set.of("TLS_AES_128_GCM_SHA256"), Set.of("TLSv1.3")));
		SignalEndpoint endpoint = endpoint(Source.OTLP, "otlp.forwarder.endpoint", bundle);
		assertThat(this.http.connector(TIMEOUT, endpoint)).isNotNull();
		assertThat(output).doesNotContain("which gRPC does not use");
		assertThat(this.grpc.connector(TIMEOUT, endpoint))
			.isSameAs(this.grpc.connector(TIMEOUT, endpoint(Source.OTLP, "otlp.forwarder.endpoint", bundle)));
		assertThat(output).contains("otlp.forwarder.ssl.bundle names an SSL bundle with ciphers or protocols");
	}

	private static SignalEndpoint endpoint(Source source, String configuredBy, @Nullable SslBundle bundle) {
		return new SignalEndpoint(Signal.TRACES, source, "https://localhost:4318/v1/traces", configuredBy, Map.of(),
				bundle, null, null, null, null);
	}

	/**
	 * Files that are not there.
	 */
	private static final class UnusableStores implements SslStoreBundle {

		@Override
		public @Nullable KeyStore getKeyStore() {
			throw new IllegalStateException("no such store");
		}

		@Override
		public @Nullable String getKeyStorePassword() {
			return null;
		}

		@Override
		public @Nullable KeyStore getTrustStore() {
			throw new IllegalStateException("no such store");
		}

	}

}
