package io.github.otlpboot.benchmark.buffer;

import java.util.List;

import io.github.otlpboot.buffer.BufferedBatch;
import io.github.otlpboot.model.Batch;

/**
 * Takes batches of several writers for one that drains them, up to a number of items and
 * of bytes, which are given back after the batches have been dealt with.
 */
interface BoundedBuffer {

	/**
	 * The most items, which are also the most batches: the default.
	 */
	int MAX_ITEMS = 65_536;

	/**
	 * The most bytes, of which there are never as many: the limit has to be kept, not to
	 * be felt.
	 */
	int MAX_BYTES = 128 * 1024 * 1024;

	boolean offer(Batch batch);

	List<BufferedBatch> drain();

	void free(int batches, long items, long bytes);

}
