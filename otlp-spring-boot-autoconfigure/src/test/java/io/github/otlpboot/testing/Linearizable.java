package io.github.otlpboot.testing;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Assumptions;

/**
 * Checks with Lincheck that what threads see of a class is what they would see if they
 * used it one after the other.
 * <p>
 * It takes a minute, and changes the byte code of whatever else runs in the same process,
 * so it is run by a command of its own: without the system property
 * {@code lincheck.iterations}, which is how many scenarios each test tries, the tests are
 * skipped.
 */
public final class Linearizable {

	/** Lincheck changes the byte code of the JDK, and knows none that is newer. */
	private static final int LAST_KNOWN_JDK = 24;

	private static final int ITERATIONS = Integer.getInteger("lincheck.iterations", 0);

	private Linearizable() {
	}

	/**
	 * Try every way in which threads may be switched, up to a limit.
	 * @param type what to check: its state, and methods marked as operations
	 */
	public static void modelCheck(Class<?> type) {
		assumeItIsAskedFor();
		new ModelCheckingOptions().iterations(ITERATIONS)
			.threads(2)
			.actorsPerThread(3)
			.actorsBefore(2)
			.actorsAfter(1)
			.invocationsPerIteration(500)
			.check(type);
	}

	/**
	 * Let real threads run against each other.
	 * @param type what to check: its state, and methods marked as operations
	 */
	public static void stress(Class<?> type) {
		assumeItIsAskedFor();
		new StressOptions().iterations(ITERATIONS)
			.threads(2)
			.actorsPerThread(3)
			.actorsBefore(2)
			.actorsAfter(1)
			.invocationsPerIteration(150)
			.check(type);
	}

	private static void assumeItIsAskedFor() {
		Assumptions.assumeTrue(ITERATIONS > 0, "Run it with -Dlincheck.iterations=15");
		Assumptions.assumeTrue(Runtime.version().feature() <= LAST_KNOWN_JDK,
				() -> "Lincheck does not know JDK " + Runtime.version().feature() + "; run this with JDK 17 to 24");
	}

}
