package io.github.otlpboot.buffer;

/**
 * A sum over batches that changes with every one of them, in place: what is done under a
 * lock should not allocate. Not thread-safe.
 */
final class RunningTally {

	private long batches;

	private long items;

	private long bytes;

	long batches() {
		return this.batches;
	}

	long items() {
		return this.items;
	}

	long bytes() {
		return this.bytes;
	}

	void add(Tally tally) {
		this.batches += tally.batches();
		this.items += tally.items();
		this.bytes += tally.bytes();
	}

	void subtract(Tally tally) {
		this.batches -= tally.batches();
		this.items -= tally.items();
		this.bytes -= tally.bytes();
	}

	void clear() {
		this.batches = 0;
		this.items = 0;
		this.bytes = 0;
	}

	/**
	 * Return whether this is at least as much as two others together.
	 * @param one the one
	 * @param other the other
	 * @return {@code true} if nothing would become negative by subtracting both
	 */
	boolean covers(RunningTally one, Tally other) {
		return this.batches - one.batches >= other.batches() && this.items - one.items >= other.items()
				&& this.bytes - one.bytes >= other.bytes();
	}

	Tally toTally() {
		return new Tally(this.batches, this.items, this.bytes);
	}

}
