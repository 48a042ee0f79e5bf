package io.github.otlpboot.buffer;

import io.github.otlpboot.model.Batch;

/**
 * A sum over batches.
 *
 * @param batches the number of batches
 * @param items the number of items in them
 * @param bytes their length in bytes
 */
record Tally(long batches, long items, long bytes) {

	static final Tally NOTHING = new Tally(0, 0, 0);

	Tally plus(Batch batch) {
		return new Tally(this.batches + 1, this.items + batch.items(), this.bytes + batch.size());
	}

	Tally minus(Batch batch) {
		return new Tally(this.batches - 1, this.items - batch.items(), this.bytes - batch.size());
	}

	Tally minus(Tally other) {
		return new Tally(this.batches - other.batches, this.items - other.items, this.bytes - other.bytes);
	}

}
