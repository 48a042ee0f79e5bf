package io.github.otlpboot.sample.comparison;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

import io.github.otlpboot.sample.comparison.Figures.Outage;
import io.github.otlpboot.sample.comparison.Figures.Request;

/**
 * Writes figures as a Markdown table.
 */
final class ComparisonTable {

	private final Map<Starter, Figures> figures;

	private final StringBuilder text = new StringBuilder();

	private ComparisonTable(Map<Starter, Figures> figures) {
		this.figures = figures;
	}

	/**
	 * Write figures.
	 * @param figures the figures of both starters
	 * @param outage how long the collector was away
	 * @param kill how long after the spans the application was killed
	 * @return the table
	 */
	static String of(Map<Starter, Figures> figures, Duration outage, Duration kill) {
		ComparisonTable table = new ComparisonTable(figures);
		table.row("same application, same collector", Starter::label);
		table.text.append("|---|---|---|\n");
		table.figures("50,000 spans flat out on one thread: delivered", Figures::burst,
				(burst) -> count(burst.arrived()));
		table.figures("the same: time to make them", Figures::burst, (burst) -> seconds(burst.making()));
		table.figures("collector away for " + outage.toSeconds() + " s at " + Workload.SPANS_PER_SECOND
				+ " spans a second: delivered", Figures::outage, ComparisonTable::delivered);
		table.figures("the same: time from its return to the last of them", Figures::outage,
				(result) -> seconds(result.catchingUp()));
		table.figures(
				"collector down, " + count(StarterComparison.KILLED) + " spans, kill -9 " + kill.toSeconds()
						+ " s later, restart with the collector up: delivered",
				Figures::kill, (result) -> count(result.arrived()));
		table.figures("102 spans in one request, before compression", Figures::request, ComparisonTable::size);
		return table.text.toString();
	}

	private <T> void figures(String title, Function<Figures, T> part, Function<T, String> cell) {
		row(title, (starter) -> part.andThen(cell).apply(this.figures.get(starter)));
	}

	private void row(String title, Function<Starter, String> cell) {
		this.text.append("| ").append(title);
		for (Starter starter : Starter.values()) {
			this.text.append(" | ").append(cell.apply(starter));
		}
		this.text.append(" |\n");
	}

	private static String delivered(Outage outage) {
		return count(outage.arrived()) + " of " + count(outage.made());
	}

	private static String size(Request request) {
		return String.format(Locale.ROOT, "%.1f kB, resource %d times", request.bytes() / 1000.0, request.resources());
	}

	private static String seconds(Duration duration) {
		return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
	}

	private static String count(long count) {
		return String.format(Locale.ROOT, "%,d", count);
	}

}
