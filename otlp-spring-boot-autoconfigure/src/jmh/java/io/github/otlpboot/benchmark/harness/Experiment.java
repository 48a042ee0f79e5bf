package io.github.otlpboot.benchmark.harness;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Measures several contestants against each other in one run, for one table.
 */
public interface Experiment {

	/**
	 * Return the name, by which it is chosen on the command line, and under which its
	 * figures and its table are found.
	 * @return lower-case letters and hyphens
	 */
	String name();

	/**
	 * Return what the other contestants are compared with.
	 * @return the subject of its figures, {@code null} to print no ratios
	 */
	default @Nullable String baseline() {
		return null;
	}

	/**
	 * Return how the figures came about, beyond what all experiments have in common.
	 * @param form how long to measure
	 * @return one sentence, such as the number of forks and iterations
	 */
	String method(Form form);

	/**
	 * Measure.
	 * @param form how long to measure
	 * @return the figures in the order of the table's rows and columns
	 * @throws Exception if anything fails: no figure is better than half of them
	 */
	List<Figure> run(Form form) throws Exception;

}
