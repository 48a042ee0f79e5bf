package io.github.otlpboot.benchmark.request;

import java.util.List;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.otlpboot.benchmark.harness.RealSpans;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.RequestSplitter;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.SplitResult;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Splitting a request without decoding it, against decoding it with protobuf-java and
 * encoding its halves.
 */
@State(Scope.Thread)
public class RequestSplitBenchmark {

	private static final RequestSplitter EIGHTHS = new RequestSplitter(RealSpans.BATCH / 8, Long.MAX_VALUE);

	/** Public for JMH. */
	@Param
	public Signal signal = Signal.TRACES;

	private byte[] request = {};

	private Batch batch = new Batch(Signal.TRACES, Payload.of(this.request), 0);

	@Setup
	public void serialize() {
		this.request = RealRequests.make(this.signal);
		this.batch = new Batch(this.signal, Payload.of(this.request), RealSpans.BATCH);
	}

	@Benchmark
	public SplitResult halve() {
		return RequestSplitter.halve(this.batch);
	}

	@Benchmark
	public SplitResult split() {
		return EIGHTHS.split(this.batch);
	}

	@Benchmark
	public List<byte[]> decode() throws InvalidProtocolBufferException {
		return DecodedRequests.halve(this.signal, this.request);
	}

}
