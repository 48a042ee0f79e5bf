package io.github.otlpboot.benchmark.application;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.otlpboot.benchmark.harness.ChildJvm;
import io.github.otlpboot.benchmark.harness.Experiment;
import io.github.otlpboot.benchmark.harness.Figure;
import io.github.otlpboot.benchmark.harness.Form;
import io.github.otlpboot.benchmark.harness.Sample;

/**
 * A backlog larger than the heap: stored by an application while nobody listens, and
 * delivered by the next one, against posting the same bytes out of memory.
 */
final class CatchUpExperiment implements Experiment {

	private static final List<String> OPTIONS = List.of("-Xmx96m");

	private static final long MIB = 1 << 20;

	private static final String THIS = "this starter, from disk";

	private static final String BARE = "a bare JDK HttpClient, from memory";

	@Override
	public String name() {
		return "catch-up";
	}

	@Override
	public String method(Form form) {
		return "%d MiB in each of %d rounds (%d with gzip), in turn, each in a new JVM of -Xmx96m; medians, and the "
			.formatted(bytes(form) / MIB, rounds(form, false), rounds(form, true)) + "whole range";
	}

	@Override
	public List<Figure> run(Form form) throws IOException {
		List<Figure> figures = new ArrayList<>();
		try (Workspace workspace = Workspace.open()) {
			for (boolean gzip : List.of(false, true)) {
				Sample ours = new Sample();
				Sample bare = new Sample();
				for (int round = 0; round < rounds(form, gzip); round++) {
					ours.add(deliver(workspace, gzip, bytes(form)));
					bare.add(post(workspace, gzip, bytes(form)));
				}
				String measure = gzip ? "gzip" : "no compression";
				figures.add(ours.toFigure(THIS, measure, "MB/s"));
				figures.add(bare.toFigure(BARE, measure, "MB/s"));
				figures.add(ours.ratioTo(bare).toFigure(THIS, measure + ", against the client", "times"));
			}
		}
		return figures;
	}

	private static double deliver(Workspace workspace, boolean gzip, long bytes) throws IOException {
		Path storage = workspace.newStorage();
		List<String> stored;
		// At the same URL: what is stored belongs to its destination
		workspace.ask("hang-up");
		try (ChildJvm application = ChildJvm.start(TracedApplication.class, OPTIONS,
				arguments(workspace.url(), gzip, storage))) {
			stored = application.ask("store " + bytes);
		}
		workspace.ask("forget");
		try (ChildJvm application = ChildJvm.start(TracedApplication.class, OPTIONS,
				arguments(workspace.url(), gzip, storage))) {
			application.ask("drain 300000");
		}
		double rate = rate(workspace, stored);
		workspace.deleteStorages();
		return rate;
	}

	private static List<String> arguments(String url, boolean gzip, Path storage) {
		List<String> arguments = new ArrayList<>(Contestant.THIS.arguments(url, gzip, storage));
		arguments.addAll(List.of("--otlp.storage.max-size=4GB", "--otlp.shutdown-timeout=1s"));
		return arguments;
	}

	private static double post(Workspace workspace, boolean gzip, long bytes) throws IOException {
		workspace.ask("forget");
		try (ChildJvm client = ChildJvm.start(PostingClient.class, OPTIONS,
				List.of(workspace.url() + "/v1/traces", String.valueOf(gzip)))) {
			return rate(workspace, client.ask(String.valueOf(bytes)));
		}
	}

	// From the arrival of the first body to that of the last, for both
	private static double rate(Workspace workspace, List<String> sent) throws IOException {
		List<String> total = workspace.ask("total");
		if (!total.subList(1, 3).equals(sent)) {
			throw new IllegalStateException("Arrived instead of " + sent + ": " + total);
		}
		return Double.parseDouble(total.get(1)) / Double.parseDouble(total.get(3));
	}

	private static long bytes(Form form) {
		return (form == Form.FULL) ? 1024 * MIB : 16 * MIB;
	}

	private static int rounds(Form form, boolean gzip) {
		if (form == Form.SMOKE) {
			return 1;
		}
		return gzip ? 3 : 5;
	}

}
