package io.github.otlpboot.forwarder.http;

import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

import io.github.otlpboot.forwarder.HeadersSupplier;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.forwarder.SendResult.Accepted;
import io.github.otlpboot.forwarder.SendResult.Held;
import io.github.otlpboot.forwarder.SendResult.Retryable;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestRequest;
import io.github.otlpboot.testing.OtlpTestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
	void supplierIsAskedAtEachAttemptAndWinsWhateverTheCase() throws Exception {
		AtomicInteger count = new AtomicInteger();
		HttpTransport transport = transport(Map.of("Authorization", "static", "x-tenant", "shop"),
				() -> Map.of("authorization", "token-" + count.incrementAndGet()));
		assertThat(send(transport)).isEqualTo(new Accepted());
		assertThat(send(transport)).isEqualTo(new Accepted());
		assertThat(this.server.requests()).extracting((request) -> request.header("authorization"))
			.containsExactly("token-1", "token-2");
		assertThat(this.server.requests()).extracting((request) -> request.header("x-tenant")).containsOnly("shop");
	}

	@Test
	void supplierThatThrowsIsAFailureThatMayPass() throws Exception {
		HttpTransport transport = transport(Map.of(), () -> {
			throw new IllegalStateException("canary");
		});
		assertThat(send(transport)).isInstanceOfSatisfying(Retryable.class, (retryable) -> {
			assertThat(retryable.failure().kind()).isEqualTo(SendFailure.Kind.OTHER);
			assertThat(retryable.failure().unhealthy()).isFalse();
			assertThat(retryable.failure().message()).contains("IllegalStateException").doesNotContain("canary");
		});
		assertThat(this.server.requests()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "canary\r\nx-evil: 1", "canary\0", "canary\n" })
	@DisplayName("T41: what a supplier returns cannot smuggle a header in")
	void suppliedHeaderThatCannotBeSentIsAFailureThatMayPass(String value) throws Exception {
		HttpTransport transport = transport(Map.of(), () -> Map.of("x-token", value));
		assertThat(send(transport)).isInstanceOfSatisfying(Retryable.class,
				(retryable) -> assertThat(retryable.toString()).contains("supplier of headers")
					.doesNotContain("canary"));
		assertThat(this.server.requests()).isEmpty();
	}

	@Test
	void supplierThatReturnsNothingAtAllIsAFailureThatMayPass() throws Exception {
		assertThat(send(transport(Map.of(), () -> null))).isInstanceOf(Retryable.class);
		assertThat(this.server.requests()).isEmpty();
	}

	@Test
	void slowSupplierIsCutOffByWhoeverEndsTheAttempt() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		HttpTransport transport = transport(Map.of(), () -> {
			asked.countDown();
			try {
				release.await(10, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
			return Map.of();
		});
		CompletableFuture<SendResult> first = transport.send(SampleRequests.one());
		assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
		first.cancel(true);
		release.countDown();
		assertThat(send(transport)).isEqualTo(new Accepted());
		assertThat(this.server.requests()).as("the cancelled one never left").hasSize(1);
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
	@DisplayName("T42: a server that repeats what it was sent tells nobody")
	void suppliedSecretsAreHiddenInWhatTheServerSays() throws Exception {
		AtomicReference<String> token = new AtomicReference<>("first-canary");
		String basic = "Basic " + Base64.getEncoder().encodeToString("me:pass-canary".getBytes());
		HttpTransport transport = transport(Map.of("x-basic", basic),
				() -> Map.of("authorization", "Bearer " + token.get()));
		this.server.answer((request) -> OtlpTestAnswer.status(403).text("no: " + secrets(request)));
		for (String value : List.of("first-canary", "second-canary")) {
			token.set(value);
			assertThat(send(transport)).isInstanceOfSatisfying(Held.class,
					(held) -> assertThat(held.failure().message()).startsWith("no: ").doesNotContain("canary"));
		}
		assertThat(transport.toString()).doesNotContain("canary");
		assertThat(SentHeaders
			.of(HttpTransportSettings.of(this.server.endpoint(Signal.TRACES)), Map.of("a", "canary"), Clock.systemUTC())
			.toString()).contains("a").doesNotContain("canary");
	}

	@Test
	void basicWithoutAPairIsHiddenAsItIs() {
		ResponseText text = new ResponseText(Map.of("authorization", "Basic not!base64"));
		assertThat(text.show("got Basic not!base64")).isEqualTo("got ***");
	}

	private static String secrets(OtlpTestRequest request) {
		String basic = request.header("x-basic");
		return request.header("authorization") + " " + basic + " "
				+ new String(Base64.getDecoder().decode(basic.substring(6))) + " pass-canary";
	}

	private HttpTransport transport(Map<String, String> fixed, HeadersSupplier supplier) {
		return this.connector.transport(new HttpTransportSettings(this.server.endpoint(Signal.TRACES), fixed,
				Compression.GZIP, StatusPolicy.DEFAULT, HttpTransportSettings.DEFAULT_USER_AGENT), supplier);
	}

	private static SendResult send(HttpTransport transport) throws Exception {
		return transport.send(SampleRequests.one()).get(20, TimeUnit.SECONDS);
	}

}
