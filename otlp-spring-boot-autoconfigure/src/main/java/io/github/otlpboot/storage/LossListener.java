package io.github.otlpboot.storage;

import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Signal;

/**
 * Is told of accepted items that a destination will never get, by the thread that found
 * out, which it must not keep.
 */
@FunctionalInterface
public interface LossListener {

	/**
	 * Called after items were lost, outside any lock.
	 * @param destination the name of the destination
	 * @param signal the signal
	 * @param items how many items
	 * @param reason why
	 */
	void onLoss(String destination, Signal signal, long items, LossReason reason);

}
