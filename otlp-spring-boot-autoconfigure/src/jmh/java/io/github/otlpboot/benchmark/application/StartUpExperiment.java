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
 * The time from the start of a JVM until a small web application is ready, with the
 * starter and without.
 */
final class StartUpExperiment implements Experiment {

	private static final List<Presence> PAIR = List.of(Presence.OFF, Presence.ON);

	/** For information, the others run in every so many rounds only. */
	private static final int SELDOM = 4;

	@Override
	public String name() {
		return "start-up";
	}

	@Override
	public String method(Form form) {
		return ("%d pairs of off and on, which goes first changing from pair to pair, and the others after each %dth "
				+ "pair; medians, and their 95%% intervals")
			.formatted(rounds(form), SELDOM);
	}

	@Override
	public List<Figure> run(Form form) throws IOException {
		Map<Presence, Sample> times = new EnumMap<>(Presence.class);
		Map<Presence, Sample> differences = new EnumMap<>(Presence.class);
		for (Presence presence : Presence.values()) {
			times.put(presence, new Sample());
			differences.put(presence, new Sample());
		}
		List<Presence> pair = new ArrayList<>(PAIR);
		try (Workspace workspace = Workspace.open()) {
			for (int round = 0; round < rounds(form); round++) {
				Map<Presence, Long> measured = new EnumMap<>(Presence.class);
				List<Presence> order = new ArrayList<>(pair);
				if (round % SELDOM == 0) {
					order.addAll(List.of(Presence.ABSENT, Presence.SPRING_BOOT));
				}
				for (Presence presence : order) {
					measured.put(presence, start(presence, workspace));
				}
				measured.forEach((presence, millis) -> {
					times.get(presence).add(millis);
					differences.get(presence).add(millis - measured.get(Presence.OFF));
				});
				Collections.rotate(pair, 1);
			}
		}
		List<Figure> figures = new ArrayList<>();
		times.forEach((presence, sample) -> {
			figures.add(sample.toFigure(presence.label(), "ready after", "ms"));
			if (presence != Presence.OFF) {
				figures.add(differences.get(presence).toFigure(presence.label(), "more than off", "ms"));
			}
		});
		return figures;
	}

	private static long start(Presence presence, Workspace workspace) throws IOException {
		try (ChildJvm application = presence.start(workspace)) {
			long millis = Long.parseLong(application.greeting().get(0));
			application.kill();
			return millis;
		}
		finally {
			workspace.deleteStorages();
		}
	}

	private static int rounds(Form form) {
		return (form == Form.FULL) ? 40 : 1;
	}

}
