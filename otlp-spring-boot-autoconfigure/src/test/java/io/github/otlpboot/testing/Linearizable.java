package io.github.otlpboot.testing;

import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.junit.jupiter.api.Assumptions;

/**
 * Checks with Lincheck that what threads see of a class is what they would see if they
 * used it one after the other.
 * <p>
 * The system property {@code lincheck.iterations} is how many scenarios each test tries,
 * instead of as many as take a few seconds.
 */
public final class Linearizable {

	/** Lincheck changes the byte code of the JDK, and knows none that is newer. */
	private static final int LAST_KNOWN_JDK = 24;

	private Linearizable() {
	}

	/**
	 * Try every way in which threads may be switched, up to a limit.
	 * @param type what to check: its state, and methods marked as operations
	 */
	public static void modelCheck(Class<?> type) {
		assumeJdk();
		new ModelCheckingOptions().iterations(Integer.getInteger("lincheck.iterations", 15))
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
		assumeJdk();
		new StressOptions().iterations(Integer.getInteger("lincheck.iterations", 15))
			.threads(2)
			.actorsPerThread(3)
			.actorsBefore(2)
			.actorsAfter(1)
			.invocationsPerIteration(150)
			.check(type);
	}

	private static void assumeJdk() {
		Assumptions.assumeTrue(Runtime.version().feature() <= LAST_KNOWN_JDK,
				() -> "Lincheck does not know JDK " + Runtime.version().feature() + "; run this with JDK 17 to 24");
	}

}
