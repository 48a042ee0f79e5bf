package io.github.otlpboot.sample.collector;

/**
 * What has been taken of one signal.
 *
 * @param requests the number of requests that were answered with success
 * @param resources how many times they name a resource: once for all items of an
 * application where its exporter groups them
 * @param items the number of spans, data points, or log records in them
 * @param bytes the length of those requests after decompression
 */
public record SignalCounts(long requests, long resources, long items, long bytes) {

	static final SignalCounts NONE = new SignalCounts(0, 0, 0, 0);

	SignalCounts plus(OtlpRequest request) {
		return new SignalCounts(this.requests + 1, this.resources + request.resources(), this.items + request.items(),
				this.bytes + request.size());
	}

}
