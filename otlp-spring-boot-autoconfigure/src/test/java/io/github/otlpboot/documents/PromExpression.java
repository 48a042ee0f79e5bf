package io.github.otlpboot.documents;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * An expression in Prometheus's language, as far as names go: which series it selects, by
 * which labels, and by which it groups.
 *
 * @param text the expression
 */
record PromExpression(String text) {

	private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";

	private static final Pattern STRING = Pattern.compile("\"[^\"]*\"");

	private static final Pattern SELECTOR = Pattern.compile("(" + NAME + ")\\s*\\{([^}]*)}");

	private static final Pattern MATCHER = Pattern.compile("(" + NAME + ")\\s*(?:=~|!~|!=|=)\\s*\"([^\"]*)\"");

	private static final Pattern GROUPING = Pattern
		.compile("\\b(by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");

	private static final Pattern ALONE = Pattern.compile("(?<![\\w.$])" + NAME + "(?!\\s*\\(|\\w)");

	private static final Set<String> OPERATORS = Set.of("and", "or", "unless", "bool", "offset");

	/**
	 * Return what it selects.
	 * @return the names of all series
	 */
	Set<String> metrics() {
		String rest = STRING.matcher(this.text).replaceAll("\"\"");
		rest = GROUPING.matcher(rest).replaceAll(" ");
		rest = rest.replaceAll("\\{[^}]*}|\\[[^]]*]", " ");
		Set<String> names = new LinkedHashSet<>();
		ALONE.matcher(rest).results().map(MatchResult::group).forEach(names::add);
		names.removeAll(OPERATORS);
		return names;
	}

	/**
	 * Return by which labels it selects.
	 * @return each label, with the values that it is compared with
	 */
	List<Match> matches() {
		List<Match> matches = new ArrayList<>();
		SELECTOR.matcher(this.text)
			.results()
			.forEach((selector) -> MATCHER.matcher(selector.group(2))
				.results()
				.forEach((matcher) -> matches.add(new Match(selector.group(1), matcher.group(1),
						Arrays.stream(matcher.group(2).split("\\|")).toList()))));
		return matches;
	}

	/**
	 * Return by which labels it groups, or matches one series with another.
	 * @return the labels
	 */
	Set<String> groupingLabels() {
		return labels(Set.of("by", "without", "on", "ignoring", "group_left", "group_right"));
	}

	/**
	 * Return the labels that an aggregation leaves.
	 * @return the labels, none if it does not aggregate by label
	 */
	Set<String> resultLabels() {
		return labels(Set.of("by"));
	}

	private Set<String> labels(Set<String> clauses) {
		Set<String> labels = new LinkedHashSet<>();
		GROUPING.matcher(this.text)
			.results()
			.filter((grouping) -> clauses.contains(grouping.group(1)))
			.flatMap((grouping) -> Arrays.stream(grouping.group(2).split(",")))
			.map(String::strip)
			.filter((label) -> !label.isEmpty())
			.forEach(labels::add);
		return labels;
	}

	/**
	 * A condition on a label.
	 *
	 * @param metric the series
	 * @param label the label
	 * @param values what it is compared with
	 */
	record Match(String metric, String label, List<String> values) {

	}

}
