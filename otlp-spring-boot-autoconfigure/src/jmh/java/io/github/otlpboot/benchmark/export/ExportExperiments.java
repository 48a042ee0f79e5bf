package io.github.otlpboot.benchmark.export;

import java.util.List;

import io.github.otlpboot.benchmark.harness.Experiment;
import io.github.otlpboot.benchmark.harness.JmhExperiment;
import io.github.otlpboot.benchmark.harness.JmhPlan;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What it costs to export a batch of spans.
 */
public final class ExportExperiments {

	private ExportExperiments() {
	}

	/**
	 * Return the experiments.
	 * @return all of this package
	 */
	public static List<Experiment> all() {
		return List.of(experiment("export", SpanExportBenchmark.class, 1, 4, 4),
				experiment("export-threads", ConcurrentSpanExportBenchmark.class, 4, 2, 3));
	}

	private static Experiment experiment(String name, Class<? extends SpanExport> benchmark, int threads, int forks,
			int iterations) {
		JmhPlan.Names names = new JmhPlan.Names((params) -> contestant(params).label(),
				(params) -> contestant(params).durability());
		JmhPlan plan = new JmhPlan("\\." + benchmark.getSimpleName() + "\\.", List.of(threads), forks, 10, iterations,
				800, List.of("-Xmx512m"), names, (params) -> 1, "exports/s", true, List.of());
		return new JmhExperiment(name, plan, ExportContestant.BY_HAND.label());
	}

	private static ExportContestant contestant(BenchmarkParams params) {
		return ExportContestant.valueOf(params.getParam("contestant"));
	}

}
