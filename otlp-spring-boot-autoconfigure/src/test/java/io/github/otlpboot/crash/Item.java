package io.github.otlpboot.crash;

import io.github.otlpboot.model.Signal;

/**
 * A span, log record or data point that tells by itself who made it, and whether it is
 * whole.
 *
 * @param signal the signal
 * @param generation the number of the process that made it
 * @param number its number among those of that process and signal, starting at 0
 */
record Item(Signal signal, int generation, long number) {

	/**
	 * Return what names it among those of its signal.
	 * @return such as {@code 3-4711}
	 */
	String id() {
		return this.generation + "-" + this.number;
	}

	/**
	 * Return text of any length that only this one carries.
	 * @return the text
	 */
	String check() {
		int hash = (this.signal.id() + id()).hashCode();
		return Integer.toHexString(hash).repeat(1 + Math.floorMod(hash, 40));
	}

	static Item of(Signal signal, String id) {
		String[] parts = id.split("-", 2);
		return new Item(signal, Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
	}

}
