package io.github.otlpboot.forwarder.grpc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.forwarder.RequestPayloads;
import io.github.otlpboot.model.Payload;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for what a {@link GrpcTransport} is given and what it gives to the library.
 */
class GrpcSettingsTests {

	private static final URI ENDPOINT = URI.create("http://localhost:4317");

	@ParameterizedTest
	@ValueSource(strings = { "ftp://localhost", "localhost:4317", "http:///path", "http://localhost:0",
			"http://localhost:70000", "http://user:canary@localhost:4317" })
	void endpointsThatCannotWorkAreRefused(String endpoint) {
		assertThatIllegalArgumentException().isThrownBy(() -> settings(URI.create(endpoint), Map.of()))
			.withMessageContaining("'endpoint'")
			.withMessageNotContaining("canary");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "a b", "na\u00EFve", "Content-Type", "te", "grpc-timeout", "Host", "token-bin", ":path" })
	void headerNamesThatCannotWorkAreRefused(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> settings(ENDPOINT, Map.of(name, "canary")))
			.withMessageContaining("'headers'")
			.withMessageNotContaining("canary");
	}

	@ParameterizedTest
	@ValueSource(strings = { "canary\r\nx", "canary\u0000", "canary\u00FC", "canary\t" })
	@DisplayName("T41: what cannot be sent in a header")
	void headerValuesThatCannotWorkAreRefused(String value) {
		assertThatIllegalArgumentException().isThrownBy(() -> settings(ENDPOINT, Map.of("api-key", value)))
			.withMessageContaining("'api-key'")
			.withMessageNotContaining("canary");
	}

	@Test
	void otherSettingsAreChecked() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new GrpcTransportSettings(ENDPOINT, Map.of(), true, CodePolicy.DEFAULT, " "));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new GrpcConnectorSettings(Duration.ZERO, List.of(), List.of()));
		assertThat(GrpcConnectorSettings.DEFAULT.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
		assertThat(settings(ENDPOINT, Map.of("Api-Key", "canary"))).satisfies((settings) -> {
			assertThat(settings.headers()).isEqualTo(Map.of("api-key", "canary"));
			assertThat(settings.toString()).contains("api-key").doesNotContain("canary");
		});
	}

	@Test
	void codesAreFoundByName() {
		assertThat(GrpcCode.ofName("UNAVAILABLE")).contains(GrpcCode.UNAVAILABLE);
		assertThat(GrpcCode.ofName("OK")).isEmpty();
	}

	@Test
	void theMessageIsTheConcatenationOfThePayloads() throws IOException {
		byte[] array = "-ab-cde-".getBytes(StandardCharsets.US_ASCII);
		RequestPayloads payloads = new RequestPayloads(List.of(Payload.of(array, 1, 2, () -> {
		}), Payload.of(array, 4, 3, () -> {
		})));
		RequestStream drained = new RequestStream(payloads);
		ByteArrayOutputStream output = new ByteArrayOutputStream();
		assertThat(drained.available()).isEqualTo(5);
		assertThat(drained.drainTo(output)).isEqualTo(5);
		assertThat(output).hasToString("abcde");
		assertThat(drained.available()).isZero();
		assertThat(drained.read()).isEqualTo(-1);
		assertThat(drained.read(new byte[1], 0, 1)).isEqualTo(-1);
		RequestStream read = new RequestStream(payloads);
		assertThat(read.read()).isEqualTo('a');
		assertThat(read.available()).isEqualTo(4);
		assertThat(new String(read.readAllBytes(), StandardCharsets.US_ASCII)).isEqualTo("bcde");
		assertThat(read.available()).isZero();
		payloads.close();
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> new RequestStream(payloads).drainTo(new ByteArrayOutputStream()));
	}

	@Test
	void aProxyLooksUpNamesForUs() {
		NameLookup lookup = new NameLookup("collector.invalid:4317");
		assertThatExceptionOfType(UnknownHostException.class).isThrownBy(lookup::check);
		ProxySelector before = ProxySelector.getDefault();
		ProxySelector.setDefault(new ProxySelector() {
			@Override
			public List<Proxy> select(URI uri) {
				return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved("proxy", 3128)));
			}

			@Override
			public void connectFailed(URI uri, SocketAddress address, IOException ex) {
			}
		});
		try {
			assertThatNoException().isThrownBy(lookup::check);
		}
		finally {
			ProxySelector.setDefault(before);
		}
	}

	private static GrpcTransportSettings settings(URI endpoint, Map<String, String> headers) {
		return new GrpcTransportSettings(endpoint, headers, true, CodePolicy.DEFAULT, "agent");
	}

}
