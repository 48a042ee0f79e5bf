package io.github.otlpboot.exporter;

import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.BatchSink;
import io.github.otlpboot.model.Payload;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * A sink that keeps what it is offered and answers as it is told. Thread-safe.
 */
final class RecordingSink implements BatchSink {

	private final List<Batch> batches = new CopyOnWriteArrayList<>();

	private volatile Function<Batch, CompletableFuture<AcceptResult>> answer = (batch) -> CompletableFuture
		.completedFuture(AcceptResult.accepted(batch.items()));

	RecordingSink answering(Function<Batch, CompletableFuture<AcceptResult>> answer) {
		this.answer = answer;
		return this;
	}

	RecordingSink answering(AcceptResult result) {
		return answering((batch) -> CompletableFuture.completedFuture(result));
	}

	@Override
	public CompletableFuture<AcceptResult> accept(Batch batch) {
		this.batches.add(batch);
		return this.answer.apply(batch);
	}

	List<Batch> batches() {
		return this.batches;
	}

	/**
	 * Parse the payloads as they are now, which proves that nobody has written to their
	 * arrays since.
	 * @return the requests in the order of their arrival
	 */
	List<ExportTraceServiceRequest> requests() {
		return this.batches.stream().map((batch) -> parse(batch.payload())).toList();
	}

	List<Span> spans() {
		return requests().stream().flatMap((request) -> spans(request).stream()).toList();
	}

	static List<Span> spans(ExportTraceServiceRequest request) {
		return request.getResourceSpansList()
			.stream()
			.flatMap((resource) -> resource.getScopeSpansList().stream())
			.flatMap((scope) -> scope.getSpansList().stream())
			.toList();
	}

	static ExportTraceServiceRequest parse(Payload payload) {
		try {
			return ExportTraceServiceRequest
				.parseFrom(Arrays.copyOfRange(payload.array(), payload.offset(), payload.offset() + payload.length()));
		}
		catch (InvalidProtocolBufferException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
