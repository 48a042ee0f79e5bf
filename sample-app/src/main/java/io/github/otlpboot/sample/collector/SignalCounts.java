package io.github.otlpboot.sample.collector;

/**
 * What has been taken of one signal.
 *
 * @param requests the number of requests that were answered with success
 * @param items the number of spans, data points, or log records in them
 * @param bytes the length of those requests after decompression
 */
public record SignalCounts(long requests, long items, long bytes) {

	static final SignalCounts NONE = new SignalCounts(0, 0, 0);

	SignalCounts plus(long items, long bytes) {
		return new SignalCounts(this.requests + 1, this.items + items, this.bytes + bytes);
	}

}
