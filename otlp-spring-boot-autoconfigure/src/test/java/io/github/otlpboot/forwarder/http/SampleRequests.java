package io.github.otlpboot.forwarder.http;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.google.protobuf.ByteString;
import io.github.otlpboot.forwarder.SendRequest;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;

/**
 * Requests to send.
 */
final class SampleRequests {

	private SampleRequests() {
	}

	/**
	 * Return a request of several payloads, each a range in the middle of its array.
	 */
	static SendRequest spans(int parts, int spansEach) {
		List<Payload> payloads = new ArrayList<>();
		for (int part = 0; part < parts; part++) {
			ScopeSpans.Builder spans = ScopeSpans.newBuilder();
			for (int i = 0; i < spansEach; i++) {
				spans.addSpans(Span.newBuilder().setSpanId(spanId(part * spansEach + i + 1)).setName("span " + i));
			}
			byte[] bytes = ExportTraceServiceRequest.newBuilder()
				.addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(spans))
				.build()
				.toByteArray();
			byte[] array = new byte[bytes.length + 7];
			Arrays.fill(array, (byte) 0xFF);
			System.arraycopy(bytes, 0, array, 3, bytes.length);
			payloads.add(Payload.of(array, 3, bytes.length, () -> {
			}));
		}
		return new SendRequest(Signal.TRACES, payloads, parts * spansEach);
	}

	static SendRequest one() {
		return spans(1, 1);
	}

	/**
	 * Return the concatenation of a request's payloads.
	 */
	static byte[] bytes(SendRequest request) {
		ByteBuffer buffer = ByteBuffer.allocate(request.size());
		request.parts().forEach((part) -> buffer.put(part.asByteBuffer()));
		return buffer.array();
	}

	private static ByteString spanId(long id) {
		return ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(0, id));
	}

}
