package io.github.otlpboot.benchmark.report;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

import io.github.otlpboot.benchmark.harness.Figure;
import io.github.otlpboot.benchmark.harness.Sample;

/**
 * Writes results as a table of Markdown: a row for each subject, a column for each
 * measure, and where there is a baseline, how many times its figure each one is.
 */
final class ResultsTable {

	private final Results results;

	ResultsTable(Results results) {
		this.results = results;
	}

	String toMarkdown() {
		StringBuilder table = new StringBuilder();
		Set<String> measures = new LinkedHashSet<>();
		Set<String> subjects = new LinkedHashSet<>();
		for (Figure figure : this.results.figures()) {
			measures.add(figure.measure());
			subjects.add(figure.subject());
		}
		table.append(this.results.machine()).append(", ").append(this.results.date()).append(". ");
		table.append(this.results.method()).append(".\n\n|");
		measures.forEach((measure) -> table.append(" | ").append(heading(measure)));
		table.append(" |\n|---").append("|---:".repeat(measures.size())).append("|\n");
		for (String subject : subjects) {
			table.append("| ").append(subject);
			for (String measure : measures) {
				table.append(" | ").append(find(subject, measure).map(this::cell).orElse(""));
			}
			table.append(" |\n");
		}
		return table.toString();
	}

	private String heading(String measure) {
		List<String> units = this.results.figures()
			.stream()
			.filter((figure) -> figure.measure().equals(measure))
			.map(Figure::unit)
			.distinct()
			.toList();
		return measure + " (" + String.join(" or ", units) + ")";
	}

	private Optional<Figure> find(String subject, String measure) {
		return this.results.figures()
			.stream()
			.filter((figure) -> figure.subject().equals(subject) && figure.measure().equals(measure))
			.findFirst();
	}

	private String cell(Figure figure) {
		StringBuilder cell = new StringBuilder(number(figure.value()));
		if (figure.error() != null) {
			cell.append(" ± ").append(number(figure.error()));
		}
		String baseline = this.results.baseline();
		if (baseline != null && !figure.subject().equals(baseline)) {
			// Next to nothing, such as the bytes of somebody else, is nothing to compare
			// with
			find(baseline, figure.measure()).filter((base) -> Math.abs(base.value()) >= 0.01)
				.ifPresent((base) -> cell.append(" (").append(ratio(figure, base)).append(')'));
		}
		return cell.toString();
	}

	// Round by round where there are rounds: a disturbance meets both of one round alike
	private static String ratio(Figure figure, Figure base) {
		int rounds = figure.rounds().size();
		if (rounds < 2 || rounds != base.rounds().size()) {
			return String.format(Locale.ROOT, "%.2fx", figure.value() / base.value());
		}
		Figure ratio = Sample.of(figure.rounds()).ratioTo(Sample.of(base.rounds())).toFigure("", "", "times");
		return String.format(Locale.ROOT, "%.2fx ± %.2f", ratio.value(), ratio.error());
	}

	private static String number(double value) {
		// Three digits say enough about figures that have an error
		double magnitude = Math.abs(value);
		if (magnitude >= 100 || value == Math.rint(value)) {
			return String.format(Locale.ROOT, "%,.0f", value);
		}
		if (magnitude >= 10) {
			return String.format(Locale.ROOT, "%.1f", value);
		}
		return String.format(Locale.ROOT, (magnitude >= 0.1) ? "%.2f" : "%.4f", value);
	}

}
