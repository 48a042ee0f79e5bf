package io.github.otlpboot.sample.status;

import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * What the pipeline says of itself.
 *
 * @param signals its figures, signal by signal
 */
public record PipelineFigures(List<SignalFigures> signals) {

	public PipelineFigures {
		signals = List.copyOf(signals);
	}

	/**
	 * Return the sums of all signals in one line.
	 * @return such as {@code accepted 120, delivered 120, pending 0, lost 0, breaker
	 * CLOSED}, with what earlier runs did where they did anything
	 */
	String describe() {
		long left = sum(SignalFigures::left);
		long lostEarlier = sum(SignalFigures::lostEarlier);
		long refused = sum(SignalFigures::refused);
		StringBuilder line = new StringBuilder("accepted ").append(sum(SignalFigures::accepted));
		if (left > 0) {
			line.append(" (and ").append(left).append(" left by earlier runs)");
		}
		if (refused > 0) {
			line.append(", refused ").append(refused);
		}
		line.append(", delivered ").append(sum(SignalFigures::delivered));
		line.append(", pending ").append(sum(SignalFigures::pending));
		line.append(", lost ").append(sum(SignalFigures::lost));
		if (lostEarlier > 0) {
			line.append(" (earlier runs ").append(lostEarlier).append(')');
		}
		return line.append(", breaker ").append(breakers()).toString();
	}

	private long sum(ToLongFunction<SignalFigures> figure) {
		return this.signals.stream().mapToLong(figure).sum();
	}

	private String breakers() {
		List<String> states = this.signals.stream().map(SignalFigures::breaker).distinct().toList();
		return (states.size() == 1) ? states.get(0)
				: this.signals.stream()
					.map((figures) -> figures.breaker() + " (" + figures.signal() + ")")
					.collect(Collectors.joining(", "));
	}

}
