package io.github.otlpboot.model;

import java.util.Arrays;

/**
 * One message on the way from a request to an item: its fields other than those that lead
 * to items, to be repeated in every part, and how much of it the part that is being
 * assembled holds.
 * <p>
 * Not thread-safe, but used by one call only.
 */
final class Envelope {

	// Pairs of start and end in the request
	private int[] ranges = new int[8];

	private int used;

	private long size;

	private int field;

	private boolean open;

	private int header;

	private long partSize;

	/**
	 * Begin with another message of this level.
	 * @param field the number of the field that holds it
	 */
	void begin(int field) {
		this.field = field;
		this.used = 0;
		this.size = 0;
	}

	/**
	 * Add fields to be repeated.
	 * @param from where they start in the array of the request
	 * @param to where they end
	 */
	void add(int from, int to) {
		this.size += to - from;
		if (this.used > 0 && this.ranges[this.used - 1] == from) {
			this.ranges[this.used - 1] = to;
			return;
		}
		if (this.used == this.ranges.length) {
			this.ranges = Arrays.copyOf(this.ranges, 2 * this.used);
		}
		this.ranges[this.used++] = from;
		this.ranges[this.used++] = to;
	}

	int field() {
		return this.field;
	}

	/**
	 * Return the length of the message in the part, without a child that is still open.
	 * @param fresh whether to look at a part that holds nothing yet
	 * @return the length in bytes
	 */
	long size(boolean fresh) {
		return (this.open && !fresh) ? this.partSize : this.size;
	}

	boolean isOpen() {
		return this.open;
	}

	/**
	 * Put the message into the part.
	 * @param plan the plan of the part
	 */
	void open(CopyPlan plan) {
		this.open = true;
		this.header = plan.addHeader(this.field);
		for (int i = 0; i < this.used; i += 2) {
			plan.addRange(this.ranges[i], this.ranges[i + 1]);
		}
		this.partSize = this.size;
	}

	void grow(long bytes) {
		this.partSize += bytes;
	}

	/**
	 * Take no more into the message of this part.
	 * @param plan the plan of the part
	 * @return the length of the message in bytes, its header excluded
	 */
	long close(CopyPlan plan) {
		this.open = false;
		plan.setLength(this.header, (int) this.partSize);
		return this.partSize;
	}

}
