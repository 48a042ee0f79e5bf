package io.github.otlpboot.forwarder.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

import io.github.otlpboot.forwarder.RequestPayloads;
import io.github.otlpboot.forwarder.SendRequest;
import io.github.otlpboot.forwarder.SendResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link HttpCall} and {@link RequestPayloads}.
 */
class HttpCallTests {

	private final SendRequest request = SampleRequests.spans(3, 4);

	private final RequestPayloads payloads = new RequestPayloads(this.request.parts());

	private final HttpConnector connector = HttpConnector.open(HttpConnectorSettings.DEFAULT, Clock.systemUTC());

	private final HttpCall call = new HttpCall(
			this.connector.transport(HttpTransportSettings.of(URI.create("http://localhost/"))), this.payloads);

	@AfterEach
	void close() {
		this.connector.close();
	}

	static Stream<Consumer<HttpCall>> ends() {
		return Stream.of((call) -> call.cancel(true), (call) -> call.complete(new SendResult.Accepted()),
				(call) -> call.completeExceptionally(new TimeoutException()), HttpCall::onClose);
	}

	@ParameterizedTest
	@MethodSource("ends")
	void nothingIsReadOnceTheFutureIsDone(Consumer<HttpCall> end) throws IOException {
		InputStream stream = this.payloads.open();
		assertThat(stream.read()).isNotNegative();
		AtomicBoolean closedWhenTold = new AtomicBoolean();
		// The actions of a future run last in, first out: this one is the first
		this.call.whenComplete((result, ex) -> closedWhenTold.set(this.payloads.isClosed()));
		end.accept(this.call);
		assertThat(closedWhenTold).isTrue();
		assertThatIOException().isThrownBy(stream::read);
		assertThatIOException().isThrownBy(() -> this.payloads.open().read(new byte[10]));
	}

	@Test
	void anAnswerDoesNotAbortTheExchange() {
		CompletableFuture<Void> exchange = new CompletableFuture<>();
		this.call.onExchange(exchange);
		this.call.complete(new SendResult.Accepted());
		this.call.cancel(true);
		this.call.completeExceptionally(new TimeoutException());
		this.call.onClose();
		assertThat(exchange).isNotDone();
		assertThat(this.call).isCompletedWithValue(new SendResult.Accepted());
	}

	@Test
	void anEndBeforeTheExchangeAbortsItWhenItComes() {
		this.call.cancel(true);
		CompletableFuture<Void> exchange = new CompletableFuture<>();
		this.call.onExchange(exchange);
		assertThat(exchange).isCancelled();
	}

	@Test
	void aTimeoutOfTheCallersAbortsTheExchange() {
		CompletableFuture<Void> exchange = new CompletableFuture<>();
		this.call.onExchange(exchange);
		this.call.orTimeout(10, TimeUnit.MILLISECONDS);
		await().untilAsserted(() -> assertThat(exchange).isCancelled());
	}

	@Test
	void thePayloadsAreReadOneAfterTheOther() throws IOException {
		assertThat(this.payloads.length()).isEqualTo(this.request.size());
		byte[] expected = SampleRequests.bytes(this.request);
		assertThat(this.payloads.open().readAllBytes()).isEqualTo(expected);
		for (int block = 1; block <= expected.length + 1; block++) {
			InputStream stream = this.payloads.open();
			byte[] read = new byte[expected.length];
			int position = 0;
			while (position < expected.length) {
				position += stream.read(read, position, Math.min(block, expected.length - position));
			}
			assertThat(read).isEqualTo(expected);
			assertThat(stream.read()).isEqualTo(-1);
			assertThat(stream.read(new byte[0])).isZero();
		}
	}

}
