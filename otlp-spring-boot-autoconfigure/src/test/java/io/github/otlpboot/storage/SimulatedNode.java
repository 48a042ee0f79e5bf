package io.github.otlpboot.storage;

import java.util.Random;

/**
 * A file or a directory of a {@link SimulatedDisk}, whose lock guards it.
 */
sealed interface SimulatedNode permits SimulatedFile, SimulatedDirectory {

	/**
	 * Return how much it holds.
	 * @return the length in bytes, also of everything below it
	 */
	long totalSize();

	/**
	 * Return how many files and directories it is.
	 * @return the number, everything below it included
	 */
	long count();

	/**
	 * Forget what was not synced, or some of it.
	 * @param random the chance
	 */
	void powerLoss(Random random);

}
