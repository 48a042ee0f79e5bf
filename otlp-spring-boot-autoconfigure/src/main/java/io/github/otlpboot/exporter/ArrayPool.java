package io.github.otlpboot.exporter;

import java.util.ArrayList;
import java.util.List;

/**
 * A few arrays that go from export to export, so that storing a request allocates next to
 * nothing beyond what serializing it does. Where requests are held for long, in memory
 * mode, arrays are allocated as if there were no pool.
 * <p>
 * Thread-safe; one private lock guards the idle arrays.
 */
final class ArrayPool {

	/** No more arrays are kept. */
	private static final int MAX_ARRAYS = 4;

	/** A larger array is not kept, in bytes. */
	static final int MAX_LENGTH = 1024 * 1024;

	/**
	 * Lengths are multiples of this, so that requests of nearly one size share arrays.
	 */
	private static final int STEP = 512;

	/** An array that is longer by more than this factor would waste memory while held. */
	private static final int MAX_WASTE = 2;

	private final Object lock = new Object();

	private final List<byte[]> idle = new ArrayList<>(MAX_ARRAYS);

	/**
	 * Take an array.
	 * @param length the least length in bytes
	 * @return an array of at least that length, with any content
	 */
	byte[] take(int length) {
		synchronized (this.lock) {
			for (int i = this.idle.size() - 1; i >= 0; i--) {
				byte[] array = this.idle.get(i);
				if (array.length >= length && array.length <= Math.max(STEP, MAX_WASTE * (long) length)) {
					this.idle.remove(i);
					return array;
				}
			}
		}
		return new byte[(length <= MAX_LENGTH) ? (length + STEP - 1) / STEP * STEP : length];
	}

	/**
	 * Give an array back.
	 * @param array the array, not to be used by the caller any more
	 */
	void give(byte[] array) {
		if (array.length == 0 || array.length > MAX_LENGTH) {
			return;
		}
		synchronized (this.lock) {
			if (this.idle.size() == MAX_ARRAYS) {
				// The one that has been idle longest is the least likely to fit.
				this.idle.remove(0);
			}
			this.idle.add(array);
		}
	}

}
