package io.github.otlpboot.actuate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import io.github.otlpboot.breaker.CircuitBreakerState;
import io.github.otlpboot.forwarder.FailureRecord;
import io.github.otlpboot.forwarder.RouteState;
import io.github.otlpboot.forwarder.RouteStatus;
import io.github.otlpboot.pipeline.PipelineStatus;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a destination, told once although several signals may lead there.
 *
 * @param before the sentence up to its time
 * @param since when it began, in milliseconds since the epoch; {@code 0} if the sentence
 * holds no time
 * @param after the sentence after its time
 * @param signals which signals are concerned, empty if all of the destination are
 * @param now the present, in milliseconds since the epoch
 */
record Trouble(String before, long since, String after, List<String> signals, long now) {

	static final String KEPT = "data kept";

	private static final Duration RECOVERY = Duration.ofSeconds(60);

	/**
	 * Return what is wrong.
	 * @param status how the pipeline is doing
	 * @return one entry for each kind of trouble of each destination
	 */
	static List<Trouble> all(PipelineStatus status) {
		Map<String, List<Trouble>> byKind = new LinkedHashMap<>();
		for (RouteStatus route : status.routes()) {
			Trouble trouble = of(route, status.at());
			if (trouble != null) {
				byKind.computeIfAbsent(trouble.before + trouble.after, (key) -> new ArrayList<>()).add(trouble);
			}
		}
		return byKind.values().stream().map((troubles) -> merge(troubles, status.routes().size())).toList();
	}

	private static Trouble merge(List<Trouble> troubles, int routes) {
		Trouble first = troubles.stream().min(Comparator.comparingLong(Trouble::since)).orElseThrow();
		List<String> signals = (troubles.size() == routes) ? List.of()
				: troubles.stream().flatMap((trouble) -> trouble.signals().stream()).toList();
		return new Trouble(first.before, first.since, first.after, signals, first.now);
	}

	private static @Nullable Trouble of(RouteStatus route, long now) {
		FailureRecord failure = route.lastFailure();
		String destination = route.destination();
		if (route.state() == RouteState.PAUSED && failure != null) {
			return trouble(route, destination + " answers " + failure.failure().status() + "; paused, " + KEPT, 0, "",
					now);
		}
		if (route.state() == RouteState.RETRYING && failure != null) {
			String what = (failure.failure().status() != null) ? " answers " + failure.failure().status()
					: " unreachable";
			return trouble(route, destination + what + " for ", route.since(), "", now);
		}
		if (route.breaker().state() == CircuitBreakerState.FORCED_OPEN) {
			return trouble(route, "circuit breaker of " + destination + " forced open", 0, "", now);
		}
		if (failure != null && now - failure.at() < RECOVERY.toMillis()) {
			return trouble(route, destination + " failed ", failure.at(), " ago and delivers again", now);
		}
		return null;
	}

	private static Trouble trouble(RouteStatus route, String before, long since, String after, long now) {
		return new Trouble(before, since, after, List.of(route.signal().id()), now);
	}

	/**
	 * Put it into words.
	 * @return a sentence without a full stop
	 */
	String describe() {
		String time = (this.since > 0) ? describe(Duration.ofMillis(this.now - this.since)) : "";
		String concerned = this.signals.isEmpty() ? ""
				: this.signals.stream().collect(Collectors.joining(", ", " (", " only)"));
		return this.before + time + this.after + concerned;
	}

	static String describe(Duration duration) {
		if (duration.toMinutes() < 1) {
			return Math.max(0, duration.toSeconds()) + "s";
		}
		if (duration.toHours() < 1) {
			return duration.toMinutes() + "m";
		}
		if (duration.toDays() < 2) {
			return duration.toHours() + "h" + duration.toMinutesPart() + "m";
		}
		return duration.toDays() + "d" + duration.toHoursPart() + "h";
	}

}
