package io.github.otlpboot.benchmark.report;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.otlpboot.benchmark.application.ApplicationExperiments;
import io.github.otlpboot.benchmark.breaker.BreakerExperiments;
import io.github.otlpboot.benchmark.buffer.BufferExperiments;
import io.github.otlpboot.benchmark.export.ExportExperiments;
import io.github.otlpboot.benchmark.harness.Experiment;
import io.github.otlpboot.benchmark.harness.Figure;
import io.github.otlpboot.benchmark.harness.Form;
import io.github.otlpboot.benchmark.recovery.RecoveryExperiments;
import io.github.otlpboot.benchmark.request.RequestExperiments;

/**
 * Runs the experiments, one after the other, and writes what they found into the
 * documents.
 * <p>
 * Arguments: the directory of the documents, the form ({@code smoke} or {@code full}),
 * and the names of experiments separated by commas, or {@code all}.
 */
public final class Benchmarks {

	private static final List<Experiment> EXPERIMENTS = Stream
		.of(BreakerExperiments.all(), BufferExperiments.all(), ExportExperiments.all(), RecoveryExperiments.all(),
				RequestExperiments.all(), ApplicationExperiments.all())
		.flatMap(List::stream)
		.toList();

	private Benchmarks() {
	}

	public static void main(String[] args) throws Exception {
		BenchmarksDocument document = new BenchmarksDocument(Path.of(args[0]));
		Form form = Form.valueOf(args[1].toUpperCase(Locale.ROOT));
		for (Experiment experiment : chosen(args[2])) {
			run(experiment, form, document);
		}
		if (form == Form.FULL) {
			document.writeTables(EXPERIMENTS);
		}
	}

	private static List<Experiment> chosen(String names) {
		if (names.equals("all")) {
			return EXPERIMENTS;
		}
		Set<String> wanted = Set.of(names.split(","));
		Set<String> known = EXPERIMENTS.stream().map(Experiment::name).collect(Collectors.toSet());
		if (!known.containsAll(wanted)) {
			throw new IllegalArgumentException("There is no such experiment among " + known + ": " + wanted);
		}
		return EXPERIMENTS.stream().filter((experiment) -> wanted.contains(experiment.name())).toList();
	}

	private static void run(Experiment experiment, Form form, BenchmarksDocument document) throws Exception {
		long start = System.nanoTime();
		List<Figure> figures = experiment.run(form);
		if (figures.isEmpty()) {
			throw new IllegalStateException("The experiment '" + experiment.name() + "' measured nothing");
		}
		Results results = new Results(experiment.name(), LocalDate.now().toString(), machine(),
				command(experiment, form), experiment.method(form), experiment.baseline(), figures);
		System.out.printf("== %s (%s, %d s)%n%s%n", experiment.name(), form.name().toLowerCase(Locale.ROOT),
				Duration.ofNanos(System.nanoTime() - start).toSeconds(), new ResultsTable(results).toMarkdown());
		keep(results, form, document);
	}

	private static void keep(Results results, Form form, BenchmarksDocument document) throws IOException {
		if (form == Form.FULL) {
			document.keep(results);
		}
	}

	private static String command(Experiment experiment, Form form) {
		return "./mvnw -q -Pbenchmarks -pl otlp-spring-boot-autoconfigure verify -Dbenchmarks.form="
				+ form.name().toLowerCase(Locale.ROOT) + " -Dbenchmarks.only=" + experiment.name();
	}

	private static String machine() {
		return "%s %s, %s %s, %d cores".formatted(System.getProperty("java.vm.name"), Runtime.version(),
				System.getProperty("os.name"), System.getProperty("os.arch"),
				Runtime.getRuntime().availableProcessors());
	}

}
