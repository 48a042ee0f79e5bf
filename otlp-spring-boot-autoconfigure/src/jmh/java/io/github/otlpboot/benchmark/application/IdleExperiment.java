package io.github.otlpboot.benchmark.application;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.otlpboot.benchmark.harness.ChildJvm;
import io.github.otlpboot.benchmark.harness.Experiment;
import io.github.otlpboot.benchmark.harness.Figure;
import io.github.otlpboot.benchmark.harness.Form;
import io.github.otlpboot.benchmark.harness.Sample;

/**
 * What a small web application costs that does nothing, with the starter and without:
 * CPU, threads and heap.
 */
final class IdleExperiment implements Experiment {

	private static final double MB = 1e6;

	@Override
	public String name() {
		return "idle";
	}

	@Override
	public String method(Form form) {
		return "%d of each side by side in JVMs of -Xmx512m, %d s after %d s of rest; medians, and the whole range"
			.formatted(rounds(form), seconds(form), seconds(form) / 2);
	}

	@Override
	public List<Figure> run(Form form) throws Exception {
		Map<Presence, Usage> usages = new EnumMap<>(Presence.class);
		List<Map<Presence, ChildJvm>> groups = new ArrayList<>();
		try (Workspace workspace = Workspace.open()) {
			try {
				for (int round = 0; round < rounds(form); round++) {
					Map<Presence, ChildJvm> group = new EnumMap<>(Presence.class);
					groups.add(group);
					for (Presence presence : Presence.values()) {
						group.put(presence, presence.start(workspace));
						usages.putIfAbsent(presence, new Usage());
					}
				}
				measure(form, groups, usages);
			}
			finally {
				for (Map<Presence, ChildJvm> group : groups) {
					for (ChildJvm application : group.values()) {
						application.kill();
						application.close();
					}
				}
			}
		}
		List<Figure> figures = new ArrayList<>();
		Usage off = usages.get(Presence.OFF);
		usages.forEach((presence, usage) -> figures.addAll(usage.toFigures(presence, off)));
		return figures;
	}

	private static void measure(Form form, List<Map<Presence, ChildJvm>> groups, Map<Presence, Usage> usages)
			throws IOException, InterruptedException {
		TimeUnit.SECONDS.sleep(seconds(form) / 2);
		Map<ChildJvm, List<String>> before = new HashMap<>();
		for (Map<Presence, ChildJvm> group : groups) {
			for (ChildJvm application : group.values()) {
				before.put(application, application.ask("cpu"));
			}
		}
		TimeUnit.SECONDS.sleep(seconds(form));
		for (Map<Presence, ChildJvm> group : groups) {
			for (Map.Entry<Presence, ChildJvm> entry : group.entrySet()) {
				ChildJvm application = entry.getValue();
				usages.get(entry.getKey()).add(before.get(application), application.ask("cpu"), application);
			}
		}
	}

	private static int rounds(Form form) {
		return (form == Form.FULL) ? 5 : 1;
	}

	private static int seconds(Form form) {
		return (form == Form.FULL) ? 60 : 2;
	}

	/**
	 * What the applications of one kind use.
	 */
	private static final class Usage {

		private final Sample cpu = new Sample();

		private final Sample threads = new Sample();

		private final Sample heap = new Sample();

		void add(List<String> before, List<String> after, ChildJvm application) throws IOException {
			double elapsed = Double.parseDouble(after.get(0)) - Double.parseDouble(before.get(0));
			double used = Double.parseDouble(after.get(1)) - Double.parseDouble(before.get(1));
			this.cpu.add(100 * used / elapsed);
			List<String> names = application.ask("threads");
			this.threads.add(names.stream()
				.mapToInt((name) -> Integer.parseInt(name.substring(name.lastIndexOf('=') + 1)))
				.sum());
			this.heap.add(Double.parseDouble(application.ask("heap").get(0)) / MB);
		}

		List<Figure> toFigures(Presence presence, Usage off) {
			List<Figure> figures = new ArrayList<>();
			String subject = presence.label();
			figures.add(this.cpu.toFigure(subject, "CPU", "% of a core"));
			figures.add(this.threads.toFigure(subject, "threads", "count"));
			figures.add(this.heap.toFigure(subject, "heap after a collection", "MB"));
			if (presence != Presence.OFF) {
				figures.add(this.cpu.minus(off.cpu).toFigure(subject, "CPU more than off", "% of a core"));
				figures.add(this.threads.minus(off.threads).toFigure(subject, "threads more", "count"));
				figures.add(this.heap.minus(off.heap).toFigure(subject, "heap more", "MB"));
			}
			return figures;
		}

	}

}
