package io.github.otlpboot.documents;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The dashboard for Grafana and the alerts for Prometheus in docs/monitoring.
 */
final class MonitoringFiles {

	static final Path ALERTS = Documents.docs("monitoring/prometheus-alerts.yml");

	static final Path ALERT_TESTS = Documents.docs("monitoring/prometheus-alerts-tests.yml");

	static final Path DASHBOARD = Documents.docs("monitoring/grafana-dashboard.json");

	private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), (\\w+)\\)");

	/** In an annotation, and in a legend. */
	private static final Pattern SHOWN = Pattern.compile("\\{\\{ *(?:\\$labels\\.)?([a-z_]+) *}}");

	private MonitoringFiles() {
	}

	/**
	 * Return every expression of both files.
	 * @return the expressions, each with the labels that are shown of what it finds
	 */
	static List<Query> queries() {
		List<Query> queries = new ArrayList<>();
		rules().forEach((rule) -> queries.add(new Query("alert " + rule.get("alert"),
				new PromExpression(String.valueOf(rule.get("expr"))), shown(rule.get("annotations").toString()))));
		queries.addAll(panelQueries());
		for (JsonNode variable : dashboard().at("/templating/list")) {
			if (variable.at("/type").asString().equals("query")) {
				Matcher matcher = LABEL_VALUES.matcher(variable.at("/query/query").asString());
				if (!matcher.matches()) {
					throw new IllegalStateException("Nobody knows what " + variable + " asks for");
				}
				queries.add(new Query("variable " + variable.at("/name").asString(),
						new PromExpression(matcher.group(1)), Set.of(matcher.group(2))));
			}
		}
		return queries;
	}

	static List<Query> panelQueries() {
		List<Query> queries = new ArrayList<>();
		for (JsonNode panel : dashboard().at("/panels")) {
			for (JsonNode target : panel.at("/targets")) {
				queries.add(new Query("panel " + panel.at("/title").asString() + " " + target.at("/refId").asString(),
						new PromExpression(target.at("/expr").asString()),
						shown(target.at("/legendFormat").asString())));
			}
		}
		return queries;
	}

	/**
	 * Return the rules.
	 * @return what stands in the file of each
	 */
	static List<Map<?, ?>> rules() {
		return children(children(yaml(ALERTS), "groups").get(0), "rules");
	}

	/**
	 * Return the cases of the rules' tests.
	 * @return an alert each, with what is expected of it
	 */
	static List<Map<?, ?>> alertCases() {
		return children(yaml(ALERT_TESTS), "tests").stream()
			.flatMap((test) -> children(test, "alert_rule_test").stream())
			.collect(Collectors.toList());
	}

	static JsonNode dashboard() {
		return JsonMapper.builder().build().readTree(Documents.read(DASHBOARD));
	}

	private static Map<?, ?> yaml(Path file) {
		return (Map<?, ?>) new Yaml(new SafeConstructor(new LoaderOptions())).load(Documents.read(file));
	}

	private static List<Map<?, ?>> children(Map<?, ?> parent, String name) {
		List<Map<?, ?>> children = new ArrayList<>();
		((List<?>) parent.get(name)).forEach((child) -> children.add((Map<?, ?>) child));
		return children;
	}

	private static Set<String> shown(String text) {
		return SHOWN.matcher(text).results().map((label) -> label.group(1)).collect(Collectors.toSet());
	}

	/**
	 * An expression and what is made of it.
	 *
	 * @param place where it stands
	 * @param expression the expression
	 * @param shownLabels the labels that a person sees
	 */
	record Query(String place, PromExpression expression, Set<String> shownLabels) {

		@Override
		public String toString() {
			return this.place;
		}

	}

}
