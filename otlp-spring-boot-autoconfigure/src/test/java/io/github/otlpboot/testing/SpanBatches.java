package io.github.otlpboot.testing;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import com.google.protobuf.ByteString;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * Makes batches of real spans with distinct ids. Thread-safe.
 */
public final class SpanBatches {

	private final AtomicLong nextId = new AtomicLong(1);

	/**
	 * Make a batch.
	 * @param spans the number of spans in it
	 * @return the batch and the ids of its spans
	 */
	public Made make(int spans) {
		return make(spans, "work");
	}

	/**
	 * Make a batch.
	 * @param spans the number of spans in it
	 * @param name the name of the spans
	 * @return the batch and the ids of its spans
	 */
	public Made make(int spans, String name) {
		List<String> ids = new ArrayList<>();
		ScopeSpans.Builder scope = ScopeSpans.newBuilder();
		for (int i = 0; i < spans; i++) {
			byte[] id = ByteBuffer.allocate(8).putLong(this.nextId.getAndIncrement()).array();
			ids.add(HexFormat.of().formatHex(id));
			byte[] traceId = ByteBuffer.allocate(16).putLong(1).put(id).array();
			scope.addSpans(Span.newBuilder()
				.setName(name)
				.setSpanId(ByteString.copyFrom(id))
				.setTraceId(ByteString.copyFrom(traceId)));
		}
		byte[] bytes = ExportTraceServiceRequest.newBuilder()
			.addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(scope))
			.build()
			.toByteArray();
		return new Made(new Batch(Signal.TRACES, Payload.of(bytes), spans), ids);
	}

	/**
	 * A batch and what is in it.
	 *
	 * @param batch the batch
	 * @param ids the span ids in hex
	 */
	public record Made(Batch batch, List<String> ids) {

	}

}
