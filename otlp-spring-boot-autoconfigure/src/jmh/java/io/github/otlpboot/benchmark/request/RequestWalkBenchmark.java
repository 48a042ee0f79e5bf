package io.github.otlpboot.benchmark.request;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.otlpboot.model.RequestWalker;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.WalkResult;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * Counting the items of a request without decoding it, against decoding it with
 * protobuf-java.
 */
@State(Scope.Thread)
public class RequestWalkBenchmark {

	/** Public for JMH. */
	@Param
	public Signal signal = Signal.TRACES;

	private byte[] request = {};

	@Setup
	public void serialize() throws InvalidProtocolBufferException {
		this.request = RealRequests.make(this.signal);
		if (!walk().equals(new WalkResult.Counted(decode()))) {
			throw new IllegalStateException("Not the same count");
		}
	}

	@Benchmark
	public WalkResult walk() {
		return RequestWalker.count(this.signal, this.request, 0, this.request.length);
	}

	@Benchmark
	public int decode() throws InvalidProtocolBufferException {
		return DecodedRequests.count(this.signal, this.request);
	}

}
