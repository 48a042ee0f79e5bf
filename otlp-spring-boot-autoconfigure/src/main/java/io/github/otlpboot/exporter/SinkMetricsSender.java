package io.github.otlpboot.exporter;

import java.util.concurrent.CompletableFuture;

import io.github.otlpboot.model.AcceptResult;
import io.github.otlpboot.model.Batch;
import io.github.otlpboot.model.BatchSink;
import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.RequestWalker;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.model.WalkResult;
import io.micrometer.registry.otlp.OtlpMetricsSender;

/**
 * Offers what Micrometer's OTLP registry publishes to a sink instead of a network.
 * Address, headers and compression of a request are the registry's idea of a destination
 * and are not used.
 * <p>
 * Thread-safe and stateless; the sink is not owned.
 */
public final class SinkMetricsSender implements OtlpMetricsSender {

	private final BatchSink sink;

	/**
	 * Create a sender.
	 * @param sink takes the requests
	 */
	public SinkMetricsSender(BatchSink sink) {
		this.sink = sink;
	}

	/**
	 * Offer a request. A refusal is counted by the sink and not thrown: the registry
	 * could only log it with a stack trace, at every interval.
	 * @param request what the registry publishes
	 */
	@Override
	public void send(Request request) {
		byte[] data = request.getMetricsData();
		WalkResult result = RequestWalker.count(Signal.METRICS, data, 0, data.length);
		if (!(result instanceof WalkResult.Counted counted)) {
			throw new IllegalStateException("The registry wrote a request that is no valid protobuf: " + result);
		}
		if (counted.items() > 0) {
			CompletableFuture<AcceptResult> unused = this.sink
				.accept(new Batch(Signal.METRICS, Payload.of(data), counted.items()));
		}
	}

}
