package io.github.otlpboot.benchmark.harness;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * Which benchmarks of JMH run, how, and what their figures are called.
 *
 * @param include a regular expression for the benchmarks
 * @param threads the numbers of threads, each run for itself
 * @param forks how many processes run each benchmark
 * @param warmups iterations that are not counted
 * @param iterations iterations that are
 * @param iterationMillis how long each lasts, in milliseconds
 * @param jvmArguments further arguments of the processes
 * @param names what the figures are called
 * @param scale by what the score of each is multiplied
 * @param unit the unit after that
 * @param allocations whether the bytes allocated by an operation are figures too
 * @param counters the {@code AuxCounters} that are figures in place of the scores
 */
public record JmhPlan(String include, List<Integer> threads, int forks, int warmups, int iterations,
		int iterationMillis, List<String> jvmArguments, Names names, ToDoubleFunction<BenchmarkParams> scale,
		String unit, boolean allocations, List<String> counters) {

	String subject(BenchmarkParams params) {
		return this.names.subject().apply(params);
	}

	String measure(BenchmarkParams params) {
		return this.names.measure().apply(params);
	}

	/**
	 * What figures are called.
	 *
	 * @param subject the row of the table
	 * @param measure the column of the table
	 */
	public record Names(Function<BenchmarkParams, String> subject, Function<BenchmarkParams, String> measure) {

	}

}
