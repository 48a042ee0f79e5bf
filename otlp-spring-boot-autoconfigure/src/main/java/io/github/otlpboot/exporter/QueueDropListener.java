package io.github.otlpboot.exporter;

import io.github.otlpboot.model.Signal;

/**
 * Is told what the SDK dropped in front of an exporter.
 */
@FunctionalInterface
public interface QueueDropListener {

	/**
	 * Called for items dropped since the last call, because a queue of the SDK was full.
	 * @param signal what they were
	 * @param items how many, at least 1
	 */
	void onDropped(Signal signal, long items);

}
