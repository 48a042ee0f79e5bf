package io.github.otlpboot.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

import com.sun.management.ThreadMXBean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Checks something with many hostile inputs, each made of a seed of its own, so that what
 * failed is repeated with its seed alone.
 * <p>
 * Two system properties: {@code fuzz.runs} is how many inputs each test tries, instead of
 * as many as take a moment; {@code fuzz.first-seed} is the seed of the first, of which
 * the others follow. {@code -Dfuzz.first-seed=4711 -Dfuzz.runs=1} repeats one.
 */
public final class Fuzz {

	private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

	/**
	 * Much more than any of the inputs takes, and much less than one that is read again
	 * and again.
	 */
	private static final Duration MAX_CPU_TIME = Duration.ofSeconds(2);

	/** What the JVM and the measurement may take besides, in bytes. */
	private static final long SLACK = 64 * 1024;

	/** Whether an input that takes too much fails. */
	private boolean strict;

	/** Whether the input has taken too much. */
	private boolean exceeded;

	private Fuzz() {
	}

	/**
	 * Check inputs.
	 * @param runs how many, unless a system property says otherwise
	 * @param check makes an input of what it is given, and checks what comes of it
	 */
	public static void run(int runs, Check check) {
		long first = Long.getLong("fuzz.first-seed", 1);
		long count = Long.getLong("fuzz.runs", runs);
		Fuzz fuzz = new Fuzz();
		for (long seed = first; seed < first + count; seed++) {
			fuzz.run(seed, check);
		}
	}

	// An input that is the first on its way has classes loaded, which the agent of the
	// coverage then rewrites, all on this thread. What the input itself takes it takes a
	// second time, too, and only that counts.
	private void run(long seed, Check check) {
		this.strict = false;
		this.exceeded = false;
		check(seed, check);
		if (this.exceeded) {
			this.strict = true;
			check(seed, check);
		}
	}

	private void check(long seed, Check check) {
		try {
			check.check(this, new Mutator(seed));
		}
		catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError ex) {
			throw new AssertionError(
					"Seed " + seed + " fails (again with -Dfuzz.first-seed=" + seed + " -Dfuzz.runs=1): " + ex, ex);
		}
	}

	/**
	 * Do something that must take no more memory and time than it should.
	 * @param <T> the type of the result
	 * @param maxBytes the most bytes that it may allocate, besides a constant
	 * @param action what to do
	 * @return its result
	 * @throws Exception if the action fails
	 */
	public <T> T bounded(long maxBytes, Callable<T> action) throws Exception {
		long cpuTime = THREADS.getCurrentThreadCpuTime();
		long allocated = THREADS.getCurrentThreadAllocatedBytes();
		try {
			return action.call();
		}
		finally {
			allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
			cpuTime = THREADS.getCurrentThreadCpuTime() - cpuTime;
			this.exceeded |= allocated > maxBytes + SLACK || cpuTime >= MAX_CPU_TIME.toNanos();
			if (this.strict) {
				assertThat(allocated).as("bytes allocated").isLessThanOrEqualTo(maxBytes + SLACK);
				assertThat(Duration.ofNanos(cpuTime)).as("CPU time").isLessThan(MAX_CPU_TIME);
			}
		}
	}

	/**
	 * Read inputs that are worth to begin with.
	 * @param name the name of a file of the corpus, with an input a line; what starts
	 * with {@code #} and a blank is a comment, and escapes are those of Java's strings
	 * @return the inputs
	 */
	public static List<String> corpus(String name) {
		Path file = Path.of("src", "test", "resources", "io", "github", "otlpboot", "fuzz", name);
		try {
			return Files.readAllLines(file, StandardCharsets.UTF_8)
				.stream()
				.filter((line) -> !line.startsWith("# "))
				.map(String::translateEscapes)
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Checks one input.
	 */
	@FunctionalInterface
	public interface Check {

		/**
		 * Make an input and check it.
		 * @param fuzz measures
		 * @param mutator makes what the input is made of, the same for the same seed
		 * @throws Exception if something is not as it should be
		 */
		void check(Fuzz fuzz, Mutator mutator) throws Exception;

	}

}
