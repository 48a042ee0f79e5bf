package io.github.otlpboot.benchmark.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import io.github.otlpboot.benchmark.harness.Experiment;
import tools.jackson.databind.json.JsonMapper;

/**
 * docs/BENCHMARKS.md with the tables in it, and the figures beside it as JSON: the tables
 * are made of these files alone.
 */
final class BenchmarksDocument {

	private final Path document;

	private final Path figures;

	private final JsonMapper mapper = JsonMapper.builder().build();

	/**
	 * Create the document.
	 * @param docs the directory of the documents
	 */
	BenchmarksDocument(Path docs) {
		this.document = docs.resolve("BENCHMARKS.md");
		this.figures = docs.resolve("benchmarks");
	}

	/**
	 * Keep the figures of one experiment.
	 * @param results the figures
	 * @throws IOException if they cannot be written
	 */
	void keep(Results results) throws IOException {
		Files.createDirectories(this.figures);
		String json = this.mapper.writerWithDefaultPrettyPrinter().writeValueAsString(results);
		Files.writeString(file(results.experiment()), json + "\n");
	}

	/**
	 * Write the table of each experiment between its two marks.
	 * @param experiments the experiments that have a table
	 * @throws IOException if a file cannot be read or written
	 */
	void writeTables(List<Experiment> experiments) throws IOException {
		String text = Files.readString(this.document);
		for (Experiment experiment : experiments) {
			if (Files.exists(file(experiment.name()))) {
				Results results = this.mapper.readValue(file(experiment.name()).toFile(), Results.class);
				text = replace(text, experiment.name(), new ResultsTable(results).toMarkdown());
			}
		}
		Files.writeString(this.document, text);
	}

	private static String replace(String text, String name, String table) {
		String begin = "<!-- table: " + name + " -->\n";
		String end = "<!-- end of table: " + name + " -->";
		int from = text.indexOf(begin);
		int to = text.indexOf(end);
		if (from < 0 || to < from) {
			throw new IllegalStateException("docs/BENCHMARKS.md has no place for the table '" + name
					+ "': it needs the lines '" + begin.strip() + "' and '" + end + "'");
		}
		return text.substring(0, from + begin.length()) + "\n" + table + "\n" + text.substring(to);
	}

	private Path file(String experiment) {
		return this.figures.resolve(experiment + ".json");
	}

}
