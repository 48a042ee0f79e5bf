package io.github.otlpboot.benchmark.application;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import io.github.otlpboot.benchmark.harness.ChildJvm;
import io.github.otlpboot.benchmark.harness.Experiment;
import io.github.otlpboot.benchmark.harness.Figure;
import io.github.otlpboot.benchmark.harness.Form;

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
		return ("%d spans of each, %d a second, after half as many to warm up, in a new JVM of -Xmx512m; "
				+ "no compression")
			.formatted(count(form), PER_SECOND);
	}

	@Override
	public List<Figure> run(Form form) throws IOException {
		List<Figure> figures = new ArrayList<>();
		try (Workspace workspace = Workspace.open()) {
			for (Contestant contestant : Contestant.values()) {
				for (String schedule : (form == Form.FULL) ? SCHEDULES : SCHEDULES.subList(1, 2)) {
					figures.addAll(measure(contestant, schedule, count(form), workspace));
				}
			}
		}
		return figures;
	}

	private static List<Figure> measure(Contestant contestant, String schedule, int count, Workspace workspace)
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
		return List.of(milliseconds(contestant, "p50, exported every " + schedule, delays.get(1)),
				milliseconds(contestant, "p99, exported every " + schedule, delays.get(2)));
	}

	private static Figure milliseconds(Contestant contestant, String measure, String micros) {
		return Figure.counted(contestant.label(), measure, Long.parseLong(micros) / 1000.0, "ms");
	}

	private static int count(Form form) {
		return (form == Form.FULL) ? 400 : 8;
	}

}
