package io.github.otlpboot.benchmark.harness;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * One figure of one contestant.
 *
 * @param subject what was measured, a row of the table
 * @param measure under which conditions, a column of the table
 * @param value the figure
 * @param error half of the interval around the figure, {@code null} for what is counted
 * @param unit the unit of figure and error
 * @param rounds the figures of the rounds that this is the median of, in order; empty if
 * there was one
 */
public record Figure(String subject, String measure, double value, @Nullable Double error, String unit,
		List<Double> rounds) {

	public Figure {
		rounds = List.copyOf(rounds);
	}

	/**
	 * Return a figure that was counted, and has no error.
	 * @param subject what was measured
	 * @param measure under which conditions
	 * @param value the figure
	 * @param unit the unit
	 * @return a new figure
	 */
	public static Figure counted(String subject, String measure, double value, String unit) {
		return new Figure(subject, measure, value, null, unit, List.of());
	}

}
