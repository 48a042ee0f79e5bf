package io.github.otlpboot.benchmark.harness;

import java.util.ArrayList;
import java.util.List;

/**
 * The same figure of several rounds. Not thread-safe.
 */
public final class Sample {

	private static final double CONFIDENCE = 0.95;

	private final List<Double> values = new ArrayList<>();

	/**
	 * Return the figures of rounds.
	 * @param rounds the figures in order
	 * @return a sample of them
	 */
	public static Sample of(List<Double> rounds) {
		Sample sample = new Sample();
		rounds.forEach(sample::add);
		return sample;
	}

	/**
	 * Add the figure of one round.
	 * @param value the figure
	 */
	public void add(double value) {
		this.values.add(value);
	}

	/**
	 * Return what the figures of both were against each other, round by round.
	 * @param base what is compared with
	 * @return the ratios
	 */
	public Sample ratioTo(Sample base) {
		Sample ratios = new Sample();
		for (int i = 0; i < this.values.size(); i++) {
			ratios.add(this.values.get(i) / base.values.get(i));
		}
		return ratios;
	}

	/**
	 * Return by how much the figures differed, round by round.
	 * @param base what is compared with
	 * @return the differences
	 */
	public Sample minus(Sample base) {
		Sample differences = new Sample();
		for (int i = 0; i < this.values.size(); i++) {
			differences.add(this.values.get(i) - base.values.get(i));
		}
		return differences;
	}

	/**
	 * Return the median, with its distance to the farther end of its 95% interval. That
	 * is the one between order statistics, which supposes nothing about the distribution;
	 * with fewer than six rounds it is the whole range.
	 * @param subject what was measured
	 * @param measure under which conditions
	 * @param unit the unit
	 * @return a new figure
	 */
	public Figure toFigure(String subject, String measure, String unit) {
		List<Double> sorted = this.values.stream().sorted().toList();
		int count = sorted.size();
		double median = (sorted.get((count - 1) / 2) + sorted.get(count / 2)) / 2;
		int outside = outside(count);
		double lower = sorted.get(outside);
		double upper = sorted.get(count - 1 - outside);
		Double error = (count > 1) ? Math.max(median - lower, upper - median) : null;
		return new Figure(subject, measure, median, error, unit, this.values);
	}

	// How many values of each end the interval leaves out: those of a binomial
	// distribution
	private static int outside(int count) {
		double tail = Math.pow(0.5, count);
		double term = tail;
		int outside = 0;
		while (2 * tail <= 1 - CONFIDENCE && outside < (count - 1) / 2) {
			outside++;
			term = term * (count - outside + 1) / outside;
			tail += term;
		}
		return Math.max(0, outside - 1);
	}

}
