package io.github.otlpboot.benchmark.recovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.benchmark.harness.Experiment;
import io.github.otlpboot.benchmark.harness.Figure;
import io.github.otlpboot.benchmark.harness.Form;
import io.github.otlpboot.benchmark.harness.Sample;

import org.springframework.util.FileSystemUtils;

/**
 * Opens directories that a killed process left, each in a process of its own.
 */
final class RecoveryExperiment implements Experiment {

	private static final int ROUNDS = 11;

	private static final int SMALLEST = 1;

	private static final int HALF = 24;

	private static final int FULL = 47;

	@Override
	public String name() {
		return "recovery";
	}

	@Override
	public String method(Form form) {
		return ("%d rounds, in each one new process for every row and column, from the creation of the pipeline to its "
				+ "first accepted batch; medians and the farther end of their 95%% intervals")
			.formatted(rounds(form));
	}

	@Override
	public List<Figure> run(Form form) throws IOException {
		Path directory = Files.createDirectories(Path.of("target")).toAbsolutePath();
		Path workspace = Files.createTempDirectory(directory, "recovery");
		try {
			return measure(form, states(form, workspace), workspace.resolve("opened"));
		}
		finally {
			FileSystemUtils.deleteRecursively(workspace);
		}
	}

	private static List<State> states(Form form, Path workspace) throws IOException {
		List<State> states = new ArrayList<>();
		states.add(new State("nothing", StoredLog.fill(workspace.resolve("empty"), 0), 0));
		Map<String, Integer> sizes = new LinkedHashMap<>();
		if (form == Form.SMOKE) {
			sizes.put("16 MiB", 2);
		}
		else {
			sizes.put("64 MiB", 8);
			sizes.put("256 MiB", 32);
			sizes.put("1 GiB", 128);
		}
		for (Map.Entry<String, Integer> size : sizes.entrySet()) {
			StoredLog log = StoredLog.fill(workspace.resolve(size.getValue().toString()), size.getValue());
			states.add(new State(size.getKey() + ", 0.2 MB of it not sealed", log, SMALLEST));
			if (size.getValue() >= 128 || form == Form.SMOKE) {
				states.add(new State(size.getKey() + ", 4 MB of it not sealed", log, HALF));
				states.add(new State(size.getKey() + ", 8 MB of it not sealed", log, FULL));
			}
		}
		return states;
	}

	private static List<Figure> measure(Form form, List<State> states, Path opened) throws IOException {
		List<Sample> warm = states.stream().map((state) -> new Sample()).toList();
		List<Sample> cold = states.stream().map((state) -> new Sample()).toList();
		boolean forgets = true;
		for (int round = 0; round < rounds(form); round++) {
			for (int i = 0; i < states.size(); i++) {
				State state = states.get(i);
				state.log().copyTo(opened, state.unsealed());
				warm.get(i).add(StoringProcess.run(opened, 1, StoredLog.FRAME));
				state.log().copyTo(opened, state.unsealed());
				forgets &= StoredLog.forget(opened);
				if (forgets) {
					cold.get(i).add(StoringProcess.run(opened, 1, StoredLog.FRAME));
				}
			}
		}
		List<Figure> figures = new ArrayList<>();
		for (int i = 0; i < states.size(); i++) {
			figures.add(warm.get(i).toFigure(states.get(i).label(), "page cache warm", "ms"));
			if (forgets) {
				figures.add(cold.get(i).toFigure(states.get(i).label(), "page cache dropped", "ms"));
			}
		}
		return figures;
	}

	private static int rounds(Form form) {
		return (form == Form.FULL) ? ROUNDS : 1;
	}

	/**
	 * What is opened.
	 *
	 * @param label the row of the table
	 * @param log what a process has left
	 * @param unsealed how many batches are in its last segment
	 */
	private record State(String label, StoredLog log, int unsealed) {

	}

}
