package io.github.otlpboot.documents;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an application shows to Prometheus.
 *
 * @param series each series, with its labels and their values
 */
record PrometheusPage(Map<String, Map<String, Set<String>>> series) {

	private static final Pattern LINE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? \\S+");

	private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

	static PrometheusPage parse(String text) {
		Map<String, Map<String, Set<String>>> series = new TreeMap<>();
		for (String line : text.lines().toList()) {
			Matcher matcher = LINE.matcher(line);
			if (line.startsWith("#") || !matcher.matches()) {
				continue;
			}
			Map<String, Set<String>> labels = series.computeIfAbsent(matcher.group(1), (name) -> new TreeMap<>());
			if (matcher.group(2) != null) {
				LABEL.matcher(matcher.group(2))
					.results()
					.forEach((label) -> labels.computeIfAbsent(label.group(1), (name) -> new TreeSet<>())
						.add(label.group(2)));
			}
		}
		return new PrometheusPage(series);
	}

	Set<String> names() {
		return this.series.keySet();
	}

	Set<String> labels(String metric) {
		return this.series.getOrDefault(metric, Map.of()).keySet();
	}

	Set<String> values(String metric, String label) {
		return this.series.getOrDefault(metric, Map.of()).getOrDefault(label, Set.of());
	}

}
