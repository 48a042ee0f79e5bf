package io.github.otlpboot.benchmark.breaker;

/**
 * What classes loaded by the {@link CountingClassLoader} report. Not thread-safe: one
 * thread at a time is counted.
 */
public final class LockCounts {

	private static long locks;

	private static long updates;

	private LockCounts() {
	}

	/** A lock was taken, or tried. */
	public static void lock() {
		locks++;
	}

	/** An atomic variable was read, changed and written. */
	public static void update() {
		updates++;
	}

	static void clear() {
		locks = 0;
		updates = 0;
	}

	static long locks() {
		return locks;
	}

	static long updates() {
		return updates;
	}

}
