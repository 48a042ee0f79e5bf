package io.github.otlpboot.benchmark.buffer;

import java.util.List;

import io.github.otlpboot.benchmark.harness.Experiment;
import io.github.otlpboot.benchmark.harness.JmhExperiment;
import io.github.otlpboot.benchmark.harness.JmhPlan;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What a buffer takes of several writers.
 */
public final class BufferExperiments {

	private BufferExperiments() {
	}

	/**
	 * Return the experiments.
	 * @return all of this package
	 */
	public static List<Experiment> all() {
		JmhPlan.Names names = new JmhPlan.Names(BufferExperiments::subject, BufferExperiments::measure);
		JmhPlan plan = new JmhPlan(BufferBenchmark.class.getName(), List.of(1, 2, 4, 8), 5, 3, 3, 250, List.of(), names,
				(params) -> 1e-6, "M/s", true, List.of("accepted", "refused"));
		return List.of(new JmhExperiment("buffer", plan, Contestant.LOCKED_LIST.subject()));
	}

	private static String subject(BenchmarkParams params) {
		return Contestant.valueOf(params.getParam("contestant")).subject();
	}

	private static String measure(BenchmarkParams params) {
		return (params.getThreads() == 1) ? "1 writer" : params.getThreads() + " writers";
	}

}
