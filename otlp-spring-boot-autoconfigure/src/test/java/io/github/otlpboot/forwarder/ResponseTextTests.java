package io.github.otlpboot.forwarder;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link ResponseText}.
 */
class ResponseTextTests {

	private final ResponseText text = new ResponseText(Map.of());

	@Test
	@DisplayName("C17: the message of a google.rpc.Status")
	void readsAStatusWithOrWithoutType() {
		byte[] status = { 0x08, 3, 0x12, 4, 'b', 'u', 's', 'y' };
		assertThat(this.text.ofError("application/x-protobuf", status)).isEqualTo("busy");
		assertThat(this.text.ofError("application/X-Protobuf; charset=x", status)).isEqualTo("busy");
		assertThat(this.text.ofError("", status)).isEqualTo("busy");
	}

	@Test
	void readsTheBeginningOfAText() {
		assertThat(ofError("text/html", "<h1>Bad gateway</h1>\r\n")).isEqualTo("<h1>Bad gateway</h1>");
		assertThat(ofError("application/json", "{\"message\":\"no\"}")).isEqualTo("{\"message\":\"no\"}");
		assertThat(ofError("", "no such tenant")).isEqualTo("no such tenant");
		assertThat(ofError("text/plain", "é".repeat(3000))).isEqualTo("é".repeat(256));
		assertThat(ofError("text/plain", "x" + "é".repeat(3000))).hasSize(256);
	}

	@Test
	void isNullForWhatIsNoText() {
		assertThat(this.text.ofError("text/plain", new byte[0])).isNull();
		assertThat(this.text.ofError("text/plain", " \r\n".getBytes(StandardCharsets.UTF_8))).isNull();
		assertThat(this.text.ofError("text/plain", new byte[] { 'a', 0, 'b' })).isNull();
		assertThat(this.text.ofError("image/png", new byte[] { (byte) 0x89, 'P', 'N', 'G', 'x', 'y' })).isNull();
		assertThat(this.text.ofError("application/x-protobuf", new byte[] { 'o', 'o', 'p', 's' })).isNull();
	}

	@Test
	void removesControlAndFormatCharacters() {
		assertThat(this.text.show("a\r\nERROR b\u0000\u001b[31m\u202ec\u2028d\u0085"))
			.isEqualTo("a  ERROR b  [31m c d");
	}

	@Test
	@DisplayName("T42: a long credential of which only the beginning is left")
	void masksTheBeginningOfACredential() {
		String token = "canary".repeat(400);
		ResponseText masking = new ResponseText(Map.of("Authorization", "Bearer " + token));
		String body = "invalid token: " + token + " and more";
		assertThat(masking.ofError("text/plain", body.getBytes(StandardCharsets.UTF_8)))
			.isEqualTo("invalid token: ***");
	}

	@Test
	@DisplayName("T42: credentials that the server repeats")
	void masksCredentialsThatTheServerRepeats() {
		ResponseText masking = new ResponseText(
				Map.of("Authorization", "Bearer canary-token", "x-key", "canary-token-2", "x-tenant", "a"));
		assertThat(masking.show("bad header Bearer canary-token")).isEqualTo("bad header ***");
		assertThat(masking.show("bad token 'canary-token'")).isEqualTo("bad token '***'");
		assertThat(masking.show("canary-token-2 is a key")).isEqualTo("*** is a key");
		assertThat(masking.show("x".repeat(250) + "canary-token")).hasSize(253).endsWith("x***");
	}

	private String ofError(String contentType, String body) {
		return this.text.ofError(contentType, body.getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void basicWithoutAPairIsHiddenAsItIs() {
		ResponseText text = new ResponseText(Map.of("authorization", "Basic not!base64"));
		assertThat(text.show("got Basic not!base64")).isEqualTo("got ***");
	}

}
