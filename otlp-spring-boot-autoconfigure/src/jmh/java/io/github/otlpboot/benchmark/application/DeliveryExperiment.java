package io.github.otlpboot.benchmark.application;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.benchmark.harness.ChildJvm;
import io.github.otlpboot.benchmark.harness.Experiment;
import io.github.otlpboot.benchmark.harness.Figure;
import io.github.otlpboot.benchmark.harness.Form;
import io.github.otlpboot.benchmark.harness.Sample;

/**
 * Spans that arrive at a sink from an application that makes them on one thread, flat out
 * or at a pace: how many a second while it makes them, and how many never do.
 */
final class DeliveryExperiment implements Experiment {

	private static final long DRAIN_MILLIS = 60_000;

	private final String name;

	private final boolean gzip;

	private final int seconds;

	private final long perSecond;

	private final List<Contestant> contestants;

	/**
	 * Create an experiment.
	 * @param name the name
	 * @param gzip whether requests are compressed
	 * @param seconds how long spans are made
	 * @param perSecond how many a second, {@code 0} for as many as it goes
	 * @param contestants who delivers
	 */
	DeliveryExperiment(String name, boolean gzip, int seconds, long perSecond, List<Contestant> contestants) {
		this.name = name;
		this.gzip = gzip;
		this.seconds = seconds;
		this.perSecond = perSecond;
		this.contestants = contestants;
	}

	@Override
	public String name() {
		return this.name;
	}

	@Override
	public String method(Form form) {
		return "%d rounds of each in turn, each in a new JVM of -Xmx512m, for %.1f s; medians, and the whole range"
			.formatted(rounds(form), millis(form) / 1000.0);
	}

	@Override
	public List<Figure> run(Form form) throws IOException {
		Map<Contestant, Outcome> outcomes = new EnumMap<>(Contestant.class);
		List<Contestant> order = new ArrayList<>(this.contestants);
		order.forEach((contestant) -> outcomes.put(contestant, new Outcome()));
		try (Workspace workspace = Workspace.open()) {
			for (int round = 0; round < rounds(form); round++) {
				for (Contestant contestant : order) {
					measure(contestant, millis(form), workspace, outcomes.get(contestant));
				}
				Collections.rotate(order, 1);
			}
		}
		List<Figure> figures = new ArrayList<>();
		Sample base = outcomes.get(Contestant.JDK).arriving;
		outcomes.forEach((contestant, outcome) -> figures.addAll(outcome.toFigures(contestant.label(), base)));
		return figures;
	}

	@SuppressWarnings("try") // it ends before what has arrived is counted
	private void measure(Contestant contestant, long millis, Workspace workspace, Outcome outcome) throws IOException {
		workspace.ask("forget");
		try (ChildJvm application = ChildJvm.start(TracedApplication.class, contestant.options(),
				contestant.arguments(workspace.url(), this.gzip, workspace.newStorage()))) {
			List<String> made = application.ask("make " + millis + " " + this.perSecond);
			long lost = Long.parseLong(application.ask("drain " + DRAIN_MILLIS).get(0));
			application.close();
			long count = Long.parseLong(made.get(0));
			double seconds = (Long.parseLong(made.get(2)) - Long.parseLong(made.get(1))) / 1e6;
			long within = workspace.askNumber("between " + made.get(1) + " " + made.get(2));
			long total = Long.parseLong(workspace.ask("total").get(2));
			outcome.made.add(count / seconds);
			outcome.arriving.add(within / seconds);
			outcome.missing.add(100.0 * (count - total) / count);
			outcome.lost.add(100.0 * lost / count);
		}
		workspace.deleteStorages();
	}

	private static int rounds(Form form) {
		return (form == Form.FULL) ? 3 : 1;
	}

	private long millis(Form form) {
		return (form == Form.FULL) ? this.seconds * 1000L : 500;
	}

	/**
	 * What the rounds of one contestant gave.
	 */
	private static final class Outcome {

		private final Sample arriving = new Sample();

		private final Sample made = new Sample();

		private final Sample missing = new Sample();

		private final Sample lost = new Sample();

		List<Figure> toFigures(String subject, Sample base) {
			return List.of(this.arriving.toFigure(subject, "arriving", "spans/s"),
					this.arriving.ratioTo(base).toFigure(subject, "against the JDK sender", "times"),
					this.made.toFigure(subject, "made", "spans/s"),
					this.missing.toFigure(subject, "never arrived", "% of made"),
					this.lost.toFigure(subject, "lost after they were accepted", "% of made"));
		}

	}

}
