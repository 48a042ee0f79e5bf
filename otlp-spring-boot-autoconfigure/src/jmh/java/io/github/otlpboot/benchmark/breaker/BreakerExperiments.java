package io.github.otlpboot.benchmark.breaker;

import java.util.List;

import io.github.otlpboot.benchmark.harness.Experiment;
import io.github.otlpboot.benchmark.harness.JmhExperiment;
import io.github.otlpboot.benchmark.harness.JmhPlan;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What a circuit breaker costs each call.
 */
public final class BreakerExperiments {

	private BreakerExperiments() {
	}

	/**
	 * Return the experiments.
	 * @return all of this package
	 */
	public static List<Experiment> all() {
		return List.of(new LockExperiment(), throughput("breaker-healthy", "healthy"),
				throughput("breaker-failing", "failing"), throughput("breaker-open", "open"));
	}

	private static Experiment throughput(String name, String method) {
		JmhPlan.Names names = new JmhPlan.Names(BreakerExperiments::subject, BreakerExperiments::measure);
		JmhPlan plan = new JmhPlan(BreakerBenchmark.class.getName() + "\\." + method + "$", List.of(1, 2, 8), 5, 3, 3,
				150, List.of(), names, (params) -> 1e-6, "M/s", true, List.of());
		return new JmhExperiment(name, plan, Contestant.RESILIENCE4J.subject());
	}

	private static String subject(BenchmarkParams params) {
		return Contestant.valueOf(params.getParam("contestant")).subject();
	}

	private static String measure(BenchmarkParams params) {
		return (params.getThreads() == 1) ? "1 thread" : params.getThreads() + " threads";
	}

}
