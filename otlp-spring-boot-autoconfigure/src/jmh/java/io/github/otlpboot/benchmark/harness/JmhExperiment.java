package io.github.otlpboot.benchmark.harness;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * Benchmarks of JMH. Every round runs one fork of each contestant, so that a disturbance
 * of some minutes meets all of them. A fork counts once, by the mean of its iterations,
 * because the machine's speed differs more between forks than within one.
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
		return "JMH, %d rounds of one fork each, %d + %d iterations of %s; medians of the rounds and their range, ratios round by round"
			.formatted(rounds(form), warmups(form), iterations(form), time(form));
	}

	@Override
	public List<Figure> run(Form form) throws RunnerException {
		Map<Key, Sample> samples = new LinkedHashMap<>();
		for (int round = 0; round < rounds(form); round++) {
			for (int threads : threads(form)) {
				for (RunResult result : runOnce(form, threads)) {
					scores(result)
						.forEach((key, score) -> samples.computeIfAbsent(key, (absent) -> new Sample()).add(score));
				}
			}
		}
		List<Figure> figures = new ArrayList<>();
		samples.forEach((key, sample) -> figures.add(sample.toFigure(key.subject(), key.measure(), key.unit())));
		return figures;
	}

	private Collection<RunResult> runOnce(Form form, int threads) throws RunnerException {
		OptionsBuilder options = new OptionsBuilder();
		options.include(this.plan.include())
			.threads(threads)
			// Whether a benchmark still runs, one JVM can tell for all of them
			.forks((form == Form.FULL) ? 1 : 0)
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

	private Map<Key, Double> scores(RunResult result) {
		BenchmarkParams params = result.getParams();
		String subject = this.plan.subject(params);
		String measure = this.plan.measure(params);
		double scale = this.plan.scale().applyAsDouble(params);
		Map<Key, Double> scores = new LinkedHashMap<>();
		if (this.plan.counters().isEmpty()) {
			scores.put(new Key(subject, measure, this.plan.unit()), scale * result.getPrimaryResult().getScore());
		}
		for (String counter : this.plan.counters()) {
			scores.put(new Key(subject, measure + ", " + counter, this.plan.unit()),
					scale * result.getSecondaryResults().get(counter).getScore());
		}
		// An operation allocates the same however many threads there are
		if (this.plan.allocations() && params.getThreads() == this.plan.threads().get(0)) {
			scores.put(new Key(subject, measure + ", allocated", "B"), allocated(result));
		}
		return scores;
	}

	private static double allocated(RunResult result) {
		List<Double> found = new ArrayList<>();
		result.getSecondaryResults().forEach((label, secondary) -> {
			if (label.endsWith(ALLOCATED)) {
				found.add(secondary.getScore());
			}
		});
		return found.get(0);
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

	/**
	 * A cell of the table.
	 *
	 * @param subject the row
	 * @param measure the column
	 * @param unit its unit
	 */
	private record Key(String subject, String measure, String unit) {

	}

}
