package io.github.otlpboot.tool;

import java.util.Arrays;

/**
 * Ranges of an array that are one message when they are put together: a message that
 * appears several times where one is expected is, to every protobuf parser, the message
 * of all its bytes.
 * <p>
 * Not thread-safe.
 */
final class Ranges {

	private int[] bounds = new int[2];

	private int count;

	static Ranges of(int offset, int length) {
		Ranges ranges = new Ranges();
		ranges.add(offset, length);
		return ranges;
	}

	void add(int offset, int length) {
		if (2 * this.count == this.bounds.length) {
			this.bounds = Arrays.copyOf(this.bounds, 2 * this.bounds.length);
		}
		this.bounds[2 * this.count] = offset;
		this.bounds[2 * this.count + 1] = offset + length;
		this.count++;
	}

	void clear() {
		this.count = 0;
	}

	int count() {
		return this.count;
	}

	int start(int index) {
		return this.bounds[2 * index];
	}

	int end(int index) {
		return this.bounds[2 * index + 1];
	}

}
