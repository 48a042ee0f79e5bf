package io.github.otlpboot.benchmark.request;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.otlpboot.benchmark.harness.RealSpans;
import io.github.otlpboot.forwarder.RequestPayloads;
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
 * Merging requests as they are sent, one behind the other, against decoding them with
 * protobuf-java and encoding them as one.
 */
@State(Scope.Thread)
public class RequestMergeBenchmark {

	/** Public for JMH. */
	@Param
	public Signal signal = Signal.TRACES;

	/** As the HTTP client of the JDK reads. */
	private final byte[] block = new byte[16 * 1024];

	private List<Payload> payloads = List.of();

	private List<byte[]> requests = List.of();

	@Setup
	public void serialize() {
		byte[] request = RealRequests.make(this.signal);
		SplitResult result = new RequestSplitter(RealSpans.BATCH / 4, Long.MAX_VALUE)
			.split(new Batch(this.signal, Payload.of(request), RealSpans.BATCH));
		if (!(result instanceof SplitResult.Parts parts)) {
			throw new IllegalStateException(result.toString());
		}
		this.payloads = parts.batches().stream().map(Batch::payload).toList();
		this.requests = this.payloads.stream().map(RequestMergeBenchmark::copy).toList();
	}

	private static byte[] copy(Payload payload) {
		byte[] copy = new byte[payload.length()];
		payload.asByteBuffer().get(copy);
		return copy;
	}

	@Benchmark
	public int concatenate() throws IOException {
		int sum = 0;
		try (InputStream stream = new RequestPayloads(this.payloads).open()) {
			int count = stream.read(this.block, 0, this.block.length);
			while (count >= 0) {
				sum += this.block[count - 1];
				count = stream.read(this.block, 0, this.block.length);
			}
		}
		return sum;
	}

	@Benchmark
	public byte[] decode() throws InvalidProtocolBufferException {
		return DecodedRequests.merge(this.signal, this.requests);
	}

}
