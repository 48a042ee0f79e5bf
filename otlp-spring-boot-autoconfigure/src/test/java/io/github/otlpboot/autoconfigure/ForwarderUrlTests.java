package io.github.otlpboot.autoconfigure;

import java.net.URI;

import io.github.otlpboot.model.Signal;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ForwarderUrlTests {

	@ParameterizedTest
	@DisplayName("T42: of a URL nothing is shown that may be a credential, valid or not")
	@CsvSource({ "http://localhost:4318/v1/traces, http://localhost:4318/v1/traces",
			"http://host/v1?key=c4nary, http://host/v1?...", "http://user:c4nary@host:4318, http://host:4318",
			"http://user:c4nary?x@host:4318, http://...", "http://host/v1?key=a@c4nary, http://...",
			"user:c4nary@host, host", "c4nary?x@host, ..." })
	void showsNoCredential(String url, String shown) {
		assertThat(ForwarderUrl.shown(url)).isEqualTo(shown).doesNotContain("c4nary");
	}

	@ParameterizedTest
	@DisplayName("Whatever the path of a base URL is, the server stays the same")
	@CsvSource({ "http://collector:4318, http://collector:4318/v1/logs",
			"http://collector:4318/otlp/, http://collector:4318/otlp/v1/logs",
			"http://collector:4318//, http://collector:4318//v1/logs",
			"http://collector:4318//other, http://collector:4318//other/v1/logs" })
	void appendsThePathOfASignal(String base, String url) {
		assertThat(ForwarderUrl.ofBase("otlp.forwarder.endpoint", base, Signal.LOGS)).isEqualTo(URI.create(url));
	}

	@Test
	void aUrlWithAPasswordEndsStartUpWithoutShowingIt() {
		for (String url : new String[] { "http://user:c4nary@host:4318", "http://user:c4nary?x@host:4318" }) {
			assertThatExceptionOfType(InvalidOtlpPropertyException.class)
				.isThrownBy(() -> ForwarderUrl.complete("otlp.forwarder.endpoint", url))
				.satisfies((ex) -> assertThat(ex.getMessage() + ex.value() + ex.reason() + ex.remedy())
					.doesNotContain("c4nary"));
		}
	}

}
