package io.github.otlpboot.exporter;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.stream.Stream;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.MessageWriter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SinkHttpSender}, {@link SinkResponse} and {@link RequestOutputStream}.
 */
class SinkHttpSenderTests {

	private static final byte[] REQUEST = request(3);

	private final RecordingSink sink = new RecordingSink();

	private final SinkHttpSender sender = new SinkHttpSender(Signal.TRACES, this.sink);

	private final List<HttpResponse> responses = new ArrayList<>();

	private final List<Throwable> errors = new ArrayList<>();

	@Test
	void offersTheRequest() {
		send(new Writer(REQUEST.length, REQUEST));
		assertThat(this.sink.batches()).singleElement().satisfies((batch) -> {
			assertThat(batch.signal()).isEqualTo(Signal.TRACES);
			assertThat(batch.items()).isEqualTo(3);
			assertThat(batch.payload().asByteBuffer()).isEqualTo(ByteBuffer.wrap(REQUEST));
			assertThat(batch.payload().offset()).isZero();
			assertThat(batch.payload().length()).isEqualTo(REQUEST.length);
		});
		assertThat(this.responses).singleElement().satisfies((response) -> {
			assertThat(response.getStatusCode()).isEqualTo(200);
			assertThat(response.getResponseBody()).isEmpty();
			assertThat(response).hasToString("200 OK");
		});
		assertThat(this.errors).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(ints = { -1, Integer.MIN_VALUE, 0, 1, 20, 100_000, Integer.MAX_VALUE })
	void whenAnnouncedLengthIsUnknownOrWrongOffersWhatWasWritten(int announced) {
		byte[] request = request(1_000);
		send(new Writer(announced, request));
		assertThat(this.sink.batches()).singleElement()
			.satisfies((batch) -> assertThat(batch.payload().asByteBuffer()).isEqualTo(ByteBuffer.wrap(request)));
		assertThat(this.responses).hasSize(1);
	}

	@Test
	void writesRequestBeforeReturningAndAnswersOnceTheSinkHas() {
		CompletableFuture<AcceptResult> undecided = new CompletableFuture<>();
		this.sink.answering((batch) -> undecided);
		Writer writer = new Writer(REQUEST.length, REQUEST);
		send(writer);
		assertThat(writer.written).isTrue();
		assertThat(this.responses).isEmpty();
		undecided.complete(AcceptResult.accepted(3));
		assertThat(this.responses).hasSize(1);
	}

	@Test
	@DisplayName("C14: an empty request succeeds and is not sent")
	void whenRequestHoldsNoItemsAnswersSuccessWithoutAnOffer() {
		send(new Writer(0, new byte[0]));
		send(new Writer(request(0).length, request(0)));
		assertThat(this.responses).extracting(HttpResponse::getStatusCode).containsExactly(200, 200);
		assertThat(this.sink.batches()).isEmpty();
	}

	@ParameterizedTest
	@MethodSource("refusals")
	void whenRefusedAnswersWithAStatusThatSaysWhy(Signal signal, RefusalReason reason, int items, int statusCode,
			String statusMessage, int code, String words) throws InvalidProtocolBufferException {
		HttpResponse response = SinkResponse.of(signal, AcceptResult.refused(items, reason));
		assertThat(response.getStatusCode()).isEqualTo(statusCode);
		assertThat(response.getStatusMessage()).isEqualTo(statusMessage);
		UnknownFieldSet status = UnknownFieldSet.parseFrom(response.getResponseBody());
		assertThat(status.asMap()).containsOnlyKeys(1, 2);
		assertThat(status.getField(1).getVarintList()).containsExactly((long) code);
		assertThat(status.getField(2).getLengthDelimitedList()).singleElement()
			.extracting(ByteString::toStringUtf8)
			.isEqualTo(words + ": all " + items + " " + signal.itemName()
					+ " of this export were refused and counted (reason " + reason.id() + ")");
	}

	static Stream<Arguments> refusals() {
		return Stream.of(
				Arguments.of(Signal.TRACES, RefusalReason.BUFFER_FULL, 102, 429, "Too Many Requests", 8,
						"The memory buffer for traces is full"),
				Arguments.of(Signal.METRICS, RefusalReason.LOG_FULL, Integer.MAX_VALUE, 429, "Too Many Requests", 8,
						"The log on disk for metrics is full"),
				Arguments.of(Signal.LOGS, RefusalReason.TOO_LARGE, 1_234_567, 413, "Content Too Large", 8,
						"A single item is larger than one request of logs may be"),
				Arguments.of(Signal.TRACES, RefusalReason.CLOSED, 1, 503, "Service Unavailable", 14,
						"The pipeline for traces has been closed"));
	}

	@Test
	void whenAPartIsAcceptedAnswersSuccess() {
		this.sink.answering(new AcceptResult(2, 1, RefusalReason.TOO_LARGE));
		send(new Writer(REQUEST.length, REQUEST));
		assertThat(this.responses).extracting(HttpResponse::getStatusCode).containsExactly(200);
	}

	@Test
	void whenWriterFailsTellsTheError() {
		IOException failure = new IOException("disk of the writer");
		send(new Writer(3, (output) -> {
			throw failure;
		}));
		LinkageError error = new LinkageError("no such class");
		send(new Writer(3, (output) -> {
			throw error;
		}));
		assertThat(this.errors).containsExactly(failure, error);
		assertThat(this.sink.batches()).isEmpty();
		assertThat(this.responses).isEmpty();
	}

	@Test
	void whenRequestIsMalformedTellsTheErrorWithoutAnOffer() {
		send(new Writer(2, new byte[] { 0x0A, 0x7F }));
		assertThat(this.errors).singleElement().isInstanceOf(IllegalStateException.class);
		assertThat(this.sink.batches()).isEmpty();
	}

	@Test
	void whenRequestIsMalformedItsArrayIsGivenBackOnce() {
		byte[] malformed = new byte[REQUEST.length + 1];
		Arrays.fill(malformed, (byte) 0x7F);
		send(new Writer(malformed.length, malformed));
		send(new Writer(REQUEST.length, REQUEST));
		send(new Writer(REQUEST.length, REQUEST));
		assertThat(this.errors).hasSize(1);
		assertThat(this.sink.batches()).extracting((batch) -> batch.payload().array()[REQUEST.length])
			.as("what the request before left behind the end of the next one")
			.containsExactly((byte) 0x7F, (byte) 0);
	}

	@Test
	void whenSinkThrowsTellsTheError() {
		IllegalStateException failure = new IllegalStateException("broken sink");
		whenSinkAnswers((batch) -> {
			throw failure;
		});
		assertThat(this.errors).containsExactly(failure);
		assertThat(this.responses).isEmpty();
	}

	@Test
	void whenFutureFailsTellsTheCause() {
		IOException failure = new IOException("disk full");
		whenSinkAnswers((batch) -> CompletableFuture.failedFuture(failure));
		whenSinkAnswers((batch) -> CompletableFuture.<AcceptResult>failedFuture(failure).thenApply((result) -> result));
		CompletionException bare = new CompletionException("no cause", null);
		whenSinkAnswers((batch) -> CompletableFuture.failedFuture(bare));
		assertThat(this.errors).containsExactly(failure, failure, bare);
		assertThat(this.responses).isEmpty();
	}

	@Test
	void whenSinkDoesNotAnswerTellsAnError() {
		whenSinkAnswers((batch) -> null);
		whenSinkAnswers((batch) -> CompletableFuture.completedFuture(null));
		assertThat(this.errors).hasSize(2)
			.allSatisfy((error) -> assertThat(error).isInstanceOf(IllegalStateException.class)
				.hasMessage("The sink did not say what became of the request"));
		assertThat(this.responses).isEmpty();
	}

	@Test
	void whenACallbackThrowsCallsNoOtherAndDoesNotThrow() {
		this.sender.send(new Writer(REQUEST.length, REQUEST), (response) -> {
			this.responses.add(response);
			throw new IllegalStateException("broken callback");
		}, this.errors::add);
		assertThat(this.responses).hasSize(1);
		assertThat(this.errors).isEmpty();
	}

	@Test
	void whenShutDownSucceedsAtOnce() {
		assertThat(this.sender.shutdown().isSuccess()).isTrue();
		assertThat(this.sender.shutdown().isSuccess()).isTrue();
	}

	@Test
	void whenThePayloadIsReleasedTheNextRequestUsesItsArray() {
		send(new Writer(REQUEST.length, REQUEST));
		byte[] array = this.sink.batches().get(0).payload().array();
		send(new Writer(REQUEST.length, REQUEST));
		assertThat(this.sink.batches().get(1).payload().array()).isNotSameAs(array);
		this.sink.batches().get(0).payload().release();
		send(new Writer(REQUEST.length, REQUEST));
		assertThat(this.sink.batches().get(2).payload().array()).isSameAs(array);
	}

	@Test
	void whenWrittenByteByByteGrows() throws IOException {
		try (RequestOutputStream output = new RequestOutputStream(1, new ArrayPool())) {
			for (byte value : REQUEST) {
				output.write(value);
			}
			assertThat(output.toPayload().asByteBuffer()).isEqualTo(ByteBuffer.wrap(REQUEST));
		}
	}

	private void whenSinkAnswers(Function<Batch, CompletableFuture<AcceptResult>> answer) {
		this.sink.answering(answer);
		send(new Writer(REQUEST.length, REQUEST));
	}

	private void send(MessageWriter writer) {
		this.sender.send(writer, this.responses::add, this.errors::add);
	}

	private static byte[] request(int spans) {
		ScopeSpans.Builder scope = ScopeSpans.newBuilder();
		for (int i = 0; i < spans; i++) {
			scope.addSpans(Span.newBuilder().setName("span-" + i));
		}
		return ExportTraceServiceRequest.newBuilder()
			.addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
			.build()
			.toByteArray();
	}

	private static final class Writer implements MessageWriter {

		private final int announced;

		private final Body body;

		private boolean written;

		Writer(int announced, byte[] bytes) {
			this(announced, (output) -> output.write(bytes));
		}

		Writer(int announced, Body body) {
			this.announced = announced;
			this.body = body;
		}

		@Override
		public void writeMessage(OutputStream output) throws IOException {
			this.body.writeTo(output);
			this.written = true;
		}

		@Override
		public int getContentLength() {
			return this.announced;
		}

	}

	@FunctionalInterface
	private interface Body {

		void writeTo(OutputStream output) throws IOException;

	}

}
