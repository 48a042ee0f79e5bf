package io.github.otlpboot.buffer;

/**
 * How much a buffer holds at most.
 *
 * @param maxItems the most items, at least 1; also the most batches, so that batches
 * without items find an end too
 * @param maxBytes the most bytes, at least 1
 */
public record BufferLimits(long maxItems, long maxBytes) {

	public BufferLimits {
		requireAtLeastOne("maxItems", maxItems);
		requireAtLeastOne("maxBytes", maxBytes);
	}

	private static void requireAtLeastOne(String name, long value) {
		if (value < 1) {
			throw new IllegalArgumentException("'" + name + "' must be at least 1, but is " + value);
		}
	}

	/**
	 * Return whether something can be added without growing past a limit.
	 * @param held what is there, within the limits
	 * @param added what is to be added
	 * @return {@code true} if both fit together
	 */
	boolean allow(Tally held, Tally added) {
		return added.batches() <= this.maxItems - held.batches() && added.items() <= this.maxItems - held.items()
				&& added.bytes() <= this.maxBytes - held.bytes();
	}

}
