package io.github.otlpboot.benchmark.request;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.otlpboot.benchmark.harness.RealSpans;
import io.github.otlpboot.model.RequestWalker;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.WalkResult;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Counting the items of a request without decoding it, against decoding it with
 * protobuf-java.
 */
@State(Scope.Thread)
public class RequestWalkBenchmark {

	private byte[] request = {};

	@Setup
	public void serialize() {
		this.request = RealSpans.serialize(RealSpans.make(RealSpans.BATCH));
	}

	@Benchmark
	public WalkResult walk() {
		return RequestWalker.count(Signal.TRACES, this.request, 0, this.request.length);
	}

	@Benchmark
	public int decode() throws InvalidProtocolBufferException {
		return ExportTraceServiceRequest.parseFrom(this.request)
			.getResourceSpansList()
			.stream()
			.flatMap((resource) -> resource.getScopeSpansList().stream())
			.mapToInt(ScopeSpans::getSpansCount)
			.sum();
	}

}
