package io.github.otlpboot.benchmark.application;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.benchmark.harness.ChildJvm;
import io.github.otlpboot.benchmark.harness.Experiment;
import io.github.otlpboot.benchmark.harness.Figure;
import io.github.otlpboot.benchmark.harness.Form;
import io.github.otlpboot.benchmark.harness.Sample;

/**
 * The time from the end of a span to its arrival at the sink, at a low load, with the
 * delay of the SDK's batch processor as it is by default, and with a short one.
 */
final class DelayExperiment implements Experiment {

	private static final List<String> SCHEDULES = List.of("5s", "100ms");

	private static final int PER_SECOND = 20;

	@Override
	public String name() {
		return "delay";
	}

	@Override
	public String method(Form form) {
		return ("%d rounds of each in turn, each in a new JVM of -Xmx512m, of %d spans, %d a second, after half as many "
				+ "to warm up; no compression; medians of the rounds and their range")
			.formatted(rounds(form), count(form), PER_SECOND);
	}

	@Override
	public List<Figure> run(Form form) throws IOException {
		Map<Cell, Sample> samples = new LinkedHashMap<>();
		try (Workspace workspace = Workspace.open()) {
			for (int round = 0; round < rounds(form); round++) {
				for (Contestant contestant : Contestant.UNTUNED) {
					for (String schedule : (form == Form.FULL) ? SCHEDULES : SCHEDULES.subList(1, 2)) {
						List<String> delays = measure(contestant, schedule, count(form), workspace);
						add(samples, contestant, "p50, exported every " + schedule, delays.get(1));
						add(samples, contestant, "p99, exported every " + schedule, delays.get(2));
					}
				}
			}
		}
		List<Figure> figures = new ArrayList<>();
		samples
			.forEach((cell, sample) -> figures.add(sample.toFigure(cell.contestant().label(), cell.measure(), "ms")));
		return figures;
	}

	private static void add(Map<Cell, Sample> samples, Contestant contestant, String measure, String micros) {
		samples.computeIfAbsent(new Cell(contestant, measure), (absent) -> new Sample())
			.add(Long.parseLong(micros) / 1000.0);
	}

	private static List<String> measure(Contestant contestant, String schedule, int count, Workspace workspace)
			throws IOException {
		List<String> arguments = new ArrayList<>(contestant.arguments(workspace.url(), false, workspace.newStorage()));
		arguments.add("--management.opentelemetry.tracing.export.schedule-delay=" + schedule);
		try (ChildJvm application = ChildJvm.start(TracedApplication.class, contestant.options(), arguments)) {
			application.ask("steady " + PER_SECOND + " " + count / 2);
			application.ask("drain 10000");
			workspace.ask("keep");
			application.ask("steady " + PER_SECOND + " " + count);
		}
		List<String> delays = workspace.ask("delays");
		if (Integer.parseInt(delays.get(0)) != count) {
			throw new IllegalStateException("Arrived instead of " + count + ": " + delays.get(0));
		}
		return delays;
	}

	private static int count(Form form) {
		return (form == Form.FULL) ? 140 : 8;
	}

	private static int rounds(Form form) {
		return (form == Form.FULL) ? 3 : 1;
	}

	/**
	 * A cell of the table.
	 *
	 * @param contestant the row
	 * @param measure the column
	 */
	private record Cell(Contestant contestant, String measure) {

	}

}
