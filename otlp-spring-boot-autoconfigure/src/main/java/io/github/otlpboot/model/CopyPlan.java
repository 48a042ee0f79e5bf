package io.github.otlpboot.model;

import java.util.Arrays;

/**
 * What a part is made of: ranges of the request, and new headers of messages. The length
 * of a message is known only when its last item is, and decides how many bytes its header
 * has, so the bytes are written when the plan is complete.
 * <p>
 * Not thread-safe, but used by one call only.
 */
final class CopyPlan {

	private static final int TAG_TYPE_BITS = 3;

	private static final int NO_HEADER = -1;

	// Pairs: start and end of a range, or the negative field number and the length of a
	// message
	private int[] steps = new int[32];

	private int used;

	private boolean joinable;

	/**
	 * Return the length of the header of a message.
	 * @param field the number of the field that holds the message
	 * @param length the length of the message in bytes
	 * @return the length in bytes
	 */
	static int headerSize(int field, long length) {
		return (field == 0) ? 0 : varintSize((long) field << TAG_TYPE_BITS) + varintSize(length);
	}

	/**
	 * Plan a header.
	 * @param field the number of the field that holds the message, {@code 0} for the
	 * request
	 * @return what {@link #setLength} needs
	 */
	int addHeader(int field) {
		if (field == 0) {
			return NO_HEADER;
		}
		this.joinable = false;
		return addStep(-field, 0);
	}

	void setLength(int header, int length) {
		if (header != NO_HEADER) {
			this.steps[header + 1] = length;
		}
	}

	void addRange(int from, int to) {
		if (this.joinable && this.steps[this.used - 1] == from) {
			this.steps[this.used - 1] = to;
			return;
		}
		addStep(from, to);
		this.joinable = true;
	}

	/**
	 * Write the part and forget the plan.
	 * @param request the array of the request
	 * @param size the length of the part in bytes
	 * @return the part
	 */
	byte[] write(byte[] request, int size) {
		byte[] part = new byte[size];
		int position = 0;
		for (int i = 0; i < this.used; i += 2) {
			int first = this.steps[i];
			int second = this.steps[i + 1];
			if (first < 0) {
				position = writeVarint(part, position,
						((long) -first << TAG_TYPE_BITS) | ProtobufReader.LENGTH_DELIMITED);
				position = writeVarint(part, position, second);
			}
			else {
				System.arraycopy(request, first, part, position, second - first);
				position += second - first;
			}
		}
		clear();
		return part;
	}

	void clear() {
		this.used = 0;
		this.joinable = false;
	}

	private int addStep(int first, int second) {
		if (this.used == this.steps.length) {
			this.steps = Arrays.copyOf(this.steps, 2 * this.used);
		}
		int step = this.used;
		this.steps[this.used++] = first;
		this.steps[this.used++] = second;
		return step;
	}

	private static int writeVarint(byte[] target, int start, long value) {
		int position = start;
		long rest = value;
		while (rest > 0x7F) {
			target[position++] = (byte) (rest | 0x80);
			rest >>>= 7;
		}
		target[position++] = (byte) rest;
		return position;
	}

	private static int varintSize(long value) {
		return (Long.SIZE - Long.numberOfLeadingZeros(value | 1) + 6) / 7;
	}

}
