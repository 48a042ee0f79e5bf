package io.github.otlpboot.benchmark.harness;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Benchmarks of JMH. Every round runs one fork of each contestant, so that a disturbance
 * of some minutes meets all of them; the error is half of JMH's interval of 99.9% over
 * the iterations of all rounds.
 */
public final class JmhExperiment implements Experiment {

	private static final String ALLOCATED = "gc.alloc.rate.norm";

	private final String name;

	private final JmhPlan plan;

	private final @Nullable String baseline;

	/**
	 * Create an experiment.
	 * @param name the name
	 * @param plan which benchmarks run, how, and what their figures are called
	 * @param baseline the subject that the others are compared with, if any
	 */
	public JmhExperiment(String name, JmhPlan plan, @Nullable String baseline) {
		this.name = name;
		this.plan = plan;
		this.baseline = baseline;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public @Nullable String baseline() {
		return this.baseline;
	}

	@Override
	public String method(Form form) {
		return "JMH, %d forks of each, interleaved, %d + %d iterations of %s each".formatted(rounds(form),
				warmups(form), iterations(form), time(form));
	}

	@Override
	public List<Figure> run(Form form) throws RunnerException {
		Map<String, List<BenchmarkResult>> merged = new LinkedHashMap<>();
		Map<String, BenchmarkParams> params = new LinkedHashMap<>();
		for (int round = 0; round < rounds(form); round++) {
			for (int threads : threads(form)) {
				for (RunResult result : runOnce(form, threads)) {
					String key = result.getParams().id() + "/" + threads;
					params.putIfAbsent(key, result.getParams());
					merged.computeIfAbsent(key, (absent) -> new ArrayList<>()).addAll(result.getBenchmarkResults());
				}
			}
		}
		List<Figure> figures = new ArrayList<>();
		merged.forEach(
				(key, results) -> figures.addAll(figures(params.get(key), new RunResult(params.get(key), results))));
		return figures;
	}

	private Collection<RunResult> runOnce(Form form, int threads) throws RunnerException {
		OptionsBuilder options = new OptionsBuilder();
		options.include(this.plan.include())
			.threads(threads)
			.forks(1)
			.warmupIterations(warmups(form))
			.warmupTime(time(form))
			.measurementIterations(iterations(form))
			.measurementTime(time(form))
			.jvmArgsAppend(this.plan.jvmArguments().toArray(String[]::new))
			.addProfiler(GCProfiler.class)
			.shouldFailOnError(true)
			.verbosity(VerboseMode.SILENT);
		return new Runner(options.build()).run();
	}

	private List<Figure> figures(BenchmarkParams params, RunResult result) {
		List<Figure> figures = new ArrayList<>();
		if (this.plan.counters().isEmpty()) {
			figures.add(figure(params, "", result.getPrimaryResult()));
		}
		this.plan.counters()
			.forEach((counter) -> figures
				.add(figure(params, ", " + counter, result.getSecondaryResults().get(counter))));
		result.getSecondaryResults().forEach((label, secondary) -> {
			// An operation allocates the same however many threads there are
			boolean first = params.getThreads() == this.plan.threads().get(0);
			if (label.endsWith(ALLOCATED) && this.plan.allocations() && first) {
				figures.add(new Figure(this.plan.subject(params), this.plan.measure(params) + ", allocated",
						secondary.getScore(), error(secondary.getScoreError()), "B"));
			}
		});
		return figures;
	}

	private Figure figure(BenchmarkParams params, String suffix, Result<?> result) {
		double scale = this.plan.scale().applyAsDouble(params);
		return new Figure(this.plan.subject(params), this.plan.measure(params) + suffix, scale * result.getScore(),
				error(scale * result.getScoreError()), this.plan.unit());
	}

	private static @Nullable Double error(double error) {
		return Double.isNaN(error) ? null : error;
	}

	private List<Integer> threads(Form form) {
		List<Integer> all = this.plan.threads();
		return (form == Form.FULL) ? all : all.subList(all.size() - 1, all.size());
	}

	private int rounds(Form form) {
		return (form == Form.FULL) ? this.plan.forks() : 1;
	}

	private int warmups(Form form) {
		return (form == Form.FULL) ? this.plan.warmups() : 1;
	}

	private int iterations(Form form) {
		return (form == Form.FULL) ? this.plan.iterations() : 1;
	}

	private TimeValue time(Form form) {
		return TimeValue.milliseconds((form == Form.FULL) ? this.plan.iterationMillis() : 50);
	}

}
