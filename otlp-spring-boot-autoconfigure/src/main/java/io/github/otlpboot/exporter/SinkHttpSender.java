package io.github.otlpboot.exporter;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.BatchSink;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.RequestWalker;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.WalkResult;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.HttpResponse;
import io.opentelemetry.sdk.common.export.HttpSender;
import io.opentelemetry.sdk.common.export.MessageWriter;
import org.jspecify.annotations.Nullable;

/**
 * Offers what an official exporter has serialized to a sink instead of a network, and
 * answers what the sink decides as an OTLP/HTTP server would.
 * <p>
 * Thread-safe; the sink is not owned. Never throws: the exporter's result would stay
 * incomplete for ever.
 */
final class SinkHttpSender implements HttpSender {

	private final Signal signal;

	private final BatchSink sink;

	private final ArrayPool arrays = new ArrayPool();

	SinkHttpSender(Signal signal, BatchSink sink) {
		this.signal = signal;
		this.sink = sink;
	}

	/**
	 * Serialize the request before returning, because the exporter may reuse the writer
	 * afterwards, and offer it.
	 * @param messageWriter writes the request
	 * @param onResponse told what the sink decided, by the thread that decided
	 * @param onError told of everything that was thrown
	 */
	@Override
	public void send(MessageWriter messageWriter, Consumer<HttpResponse> onResponse, Consumer<Throwable> onError) {
		// The callbacks run in whenComplete and not in a try block of ours: what they
		// throw ends in the future that nobody looks at, and never calls the other one.
		CompletableFuture<AcceptResult> unused = offer(messageWriter)
			.whenComplete((result, failure) -> answer(result, failure, onResponse, onError));
	}

	private CompletableFuture<AcceptResult> offer(MessageWriter messageWriter) {
		RequestOutputStream output = null;
		Payload request = null;
		try {
			output = new RequestOutputStream(messageWriter.getContentLength(), this.arrays);
			messageWriter.writeMessage(output);
			request = output.toPayload();
			int items = count(request);
			if (items == 0) {
				// Nothing to keep, and an empty request succeeds (C14).
				request.release();
				return CompletableFuture.completedFuture(AcceptResult.accepted(0));
			}
			Batch batch = new Batch(this.signal, request, items);
			// From here on the array belongs to the sink.
			request = null;
			CompletableFuture<AcceptResult> future = this.sink.accept(batch);
			return (future != null) ? future : CompletableFuture.failedFuture(unanswered());
		}
		catch (Throwable ex) {
			// Also an Error, such as a class that is missing: whoever waits for this
			// export is better told than left waiting.
			if (request != null) {
				request.release();
			}
			else if (output != null) {
				output.discard();
			}
			return CompletableFuture.failedFuture(ex);
		}
	}

	private int count(Payload request) {
		WalkResult result = RequestWalker.count(this.signal, request);
		if (result instanceof WalkResult.Counted counted) {
			return counted.items();
		}
		throw new IllegalStateException("The exporter wrote a request that is no valid protobuf: " + result);
	}

	private void answer(@Nullable AcceptResult result, @Nullable Throwable failure, Consumer<HttpResponse> onResponse,
			Consumer<Throwable> onError) {
		if (failure != null) {
			onError.accept(unwrap(failure));
		}
		else if (result == null) {
			onError.accept(unanswered());
		}
		else {
			onResponse.accept(SinkResponse.of(this.signal, result));
		}
	}

	private static Throwable unwrap(Throwable failure) {
		Throwable cause = failure.getCause();
		return (failure instanceof CompletionException && cause != null) ? cause : failure;
	}

	private static IllegalStateException unanswered() {
		return new IllegalStateException("The sink did not say what became of the request");
	}

	/**
	 * Do nothing: the sink has other producers, and its owner closes it after all of
	 * them.
	 */
	@Override
	public CompletableResultCode shutdown() {
		return CompletableResultCode.ofSuccess();
	}

}
