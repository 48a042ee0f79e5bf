package io.github.otlpboot.forwarder.http;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link HttpTransportSettings}, {@link StatusPolicy}, and
 * {@link HttpConnectorSettings}.
 */
class HttpTransportSettingsTests {

	private static final URI ENDPOINT = URI.create("http://collector:4318/v1/traces");

	@Test
	void hasDefaults() {
		HttpTransportSettings settings = HttpTransportSettings.of(ENDPOINT);
		assertThat(settings.compression()).isEqualTo(Compression.GZIP);
		assertThat(settings.headers()).isEmpty();
		assertThat(settings.statusPolicy().retryable()).containsExactlyInAnyOrder(429, 502, 503, 504);
		assertThat(settings.statusPolicy().hold()).hasSize(106).contains(300, 399, 401, 403, 404, 405, 407, 501);
		assertThat(HttpConnectorSettings.DEFAULT.connectTimeout()).isEqualTo(Duration.ofSeconds(10));
	}

	@ParameterizedTest
	@ValueSource(strings = { "http://h/", "HTTPS://h:1/x?y=z", "http://[::1]:4318/v1/traces", "http://h:65535" })
	void takesHttpUrls(String endpoint) {
		assertThat(HttpTransportSettings.of(URI.create(endpoint)).endpoint()).hasToString(endpoint);
	}

	@ParameterizedTest
	@ValueSource(strings = { "collector:4318", "/v1/traces", "ftp://canary/", "http:/canary", "http:canary",
			"http://under_score/", "http://h:0/", "http://h:65536/", "http://user:canary@h/", "http://canary@h/" })
	void refusesOtherUrlsWithoutShowingThem(String endpoint) {
		assertThatIllegalArgumentException().isThrownBy(() -> HttpTransportSettings.of(URI.create(endpoint)))
			.withMessageStartingWith("'endpoint' must ")
			.withMessageNotContaining("canary");
	}

	@ParameterizedTest
	@ValueSource(strings = { "canary\r\nX: y", "canary\n", "\rcanary", "canary\0", "canary\u007f", "canary\u20ac" })
	@DisplayName("T41, T42: control characters in a header's value")
	void refusesControlCharactersInValuesWithoutShowingThem(String value) {
		assertThatIllegalArgumentException().isThrownBy(() -> withHeaders(Map.of("api-key", value)))
			.withMessageContainingAll("'headers'", "'api-key'")
			.withMessageNotContaining("canary")
			.withNoCause();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "canary: x", "canary\r\nX", "canary\0", "can ary", "canaré" })
	@DisplayName("T41: no header name")
	void refusesInvalidNamesWithoutShowingThem(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> withHeaders(Map.of(name, "value")))
			.withMessageContaining("'headers'")
			.withMessageNotContaining("can");
	}

	@ParameterizedTest
	@ValueSource(strings = { "Host", "connection", "Content-Length", "Expect", "Upgrade", "Content-Type",
			"CONTENT-ENCODING", "Transfer-Encoding" })
	void refusesHeadersThatAreNotTheUsersToSet(String name) {
		assertThatIllegalArgumentException().isThrownBy(() -> withHeaders(Map.of(name, "canary")))
			.withMessageContainingAll("'headers'", "'" + name + "'")
			.withMessageNotContaining("canary");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "a\r\nb" })
	void refusesInvalidUserAgents(String userAgent) {
		assertThatIllegalArgumentException().isThrownBy(
				() -> new HttpTransportSettings(ENDPOINT, Map.of(), Compression.GZIP, StatusPolicy.DEFAULT, userAgent))
			.withMessageContaining("'userAgent'");
	}

	@Test
	@DisplayName("T42: secrets are not shown")
	void toStringShowsNoSecret() {
		HttpTransportSettings settings = new HttpTransportSettings(URI.create("http://h:1/v1/traces?key=canary"),
				Map.of("Authorization", "Bearer canary"), Compression.NONE, StatusPolicy.DEFAULT, "agent");
		assertThat(settings.toString()).contains("endpoint=http://h:1/v1/traces,", "headers=[Authorization]", "NONE")
			.doesNotContain("canary");
		assertThat(HttpTransportSettings.of(URI.create("https://h/x")).toString()).contains("endpoint=https://h/x,");
	}

	@Test
	void refusesStatusesThatAreNoFailures() {
		assertThatIllegalArgumentException().isThrownBy(() -> new StatusPolicy(Set.of(200), Set.of()))
			.withMessage("'retryable' must hold statuses from 300 to 599, but holds 200");
		assertThatIllegalArgumentException().isThrownBy(() -> new StatusPolicy(Set.of(), Set.of(600)))
			.withMessage("'hold' must hold statuses from 300 to 599, but holds 600");
	}

	@Test
	void refusesConnectTimeoutsThatAreNotPositive() {
		assertThatIllegalArgumentException().isThrownBy(() -> new HttpConnectorSettings(Duration.ZERO, null))
			.withMessageContaining("'connectTimeout'");
		assertThatIllegalArgumentException().isThrownBy(() -> new HttpConnectorSettings(Duration.ofMillis(-1), null))
			.withMessageContaining("'connectTimeout'");
	}

	private static HttpTransportSettings withHeaders(Map<String, String> headers) {
		return new HttpTransportSettings(ENDPOINT, headers, Compression.GZIP, StatusPolicy.DEFAULT, "agent");
	}

}
