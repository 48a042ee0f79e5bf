package io.github.otlpboot.documents;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.github.otlpboot.documents.MonitoringFiles.Query;
import io.github.otlpboot.documents.PromExpression.Match;
import io.github.otlpboot.testing.OtlpTestServer;
import io.opentelemetry.api.OpenTelemetry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The dashboard and the alerts ask for what a running application shows, the alerts are
 * raised when they should be, and the document for operators tells all of them.
 */
class MonitoringFilesTests {

	/** Prometheus adds them to what it scrapes. */
	private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance");

	/** Variables of Grafana itself. */
	private static final Set<String> OF_GRAFANA = Set.of("__range", "__rate_interval");

	private static final Pattern VARIABLE = Pattern.compile("\\$\\{?(\\w+)");

	private static final OtlpTestServer server = OtlpTestServer.open();

	private static ConfigurableApplicationContext context;

	private static PrometheusPage page;

	@TempDir
	private Path directory;

	static List<Query> queries() {
		return MonitoringFiles.queries();
	}

	@BeforeAll
	static void start() throws Exception {
		context = new SpringApplication(Application.class).run("--otlp.forwarder.endpoint=" + server.url(),
				"--server.port=0", "--otlp.shutdown-timeout=1s", "--management.tracing.sampling.probability=1.0",
				"--management.endpoints.web.exposure.include=prometheus");
		context.getBean(OpenTelemetry.class).getTracer("test").spanBuilder("work").startSpan().end();
		await("the first request").until(() -> scrape().names().contains("otlp_requests_seconds_count"));
		page = scrape();
	}

	@AfterAll
	static void close() {
		context.close();
		server.close();
	}

	@ParameterizedTest
	@MethodSource("queries")
	void queryAsksForWhatApplicationShows(Query query) {
		PromExpression expression = query.expression();
		assertThat(expression.metrics()).isNotEmpty();
		assertThat(page.names()).containsAll(expression.metrics());
		for (Match match : expression.matches()) {
			assertThat(labels(match.metric())).contains(match.label());
			List<String> values = match.values().stream().filter((value) -> !value.startsWith("$")).toList();
			assertThat(page.values(match.metric(), match.label())).containsAll(values);
		}
		for (String metric : expression.metrics()) {
			assertThat(labels(metric)).as(metric).containsAll(expression.groupingLabels());
			assertThat(expression.resultLabels().isEmpty() ? labels(metric) : expression.resultLabels()).as(metric)
				.containsAll(query.shownLabels());
		}
	}

	@Test
	void dashboardFitsOnScreenAndKnowsItsVariables() {
		JsonNode dashboard = MonitoringFiles.dashboard();
		Set<String> variables = new HashSet<>(OF_GRAFANA);
		dashboard.at("/templating/list").forEach((variable) -> variables.add(variable.at("/name").asString()));
		assertThat(variables).containsAll(VARIABLE.matcher(dashboard.toString().replace("$__all", ""))
			.results()
			.map((variable) -> variable.group(1))
			.collect(Collectors.toSet()));
		Set<String> ids = new HashSet<>();
		Set<String> cells = new HashSet<>();
		for (JsonNode panel : dashboard.at("/panels")) {
			assertThat(ids.add(panel.at("/id").asString())).isTrue();
			assertThat(panel.at("/description").asString()).isNotBlank();
			JsonNode position = panel.at("/gridPos");
			assertThat(position.at("/x").asInt() + position.at("/w").asInt()).isLessThanOrEqualTo(24);
			for (int x = 0; x < position.at("/w").asInt(); x++) {
				for (int y = 0; y < position.at("/h").asInt(); y++) {
					String cell = (position.at("/x").asInt() + x) + ":" + (position.at("/y").asInt() + y);
					assertThat(cells.add(cell)).as("only one panel at " + cell).isTrue();
				}
			}
		}
		assertThat(ids).hasSizeGreaterThan(10);
	}

	@Test
	void everyAlertIsToldToOperatorsAndTestedBothWays() {
		List<String> alerts = MonitoringFiles.rules().stream().map((rule) -> (String) rule.get("alert")).toList();
		List<String> told = Documents.read(Documents.docs("OPERATIONS.md"))
			.lines()
			.filter((line) -> line.startsWith("| `Otlp"))
			.map((line) -> line.split("`")[1])
			.toList();
		assertThat(told).isEqualTo(alerts).hasSizeGreaterThanOrEqualTo(5);
		for (boolean raised : new boolean[] { true, false }) {
			assertThat(MonitoringFiles.alertCases()).filteredOn((test) -> test.containsKey("exp_alerts") == raised)
				.extracting((test) -> (String) test.get("alertname"))
				.containsAll(alerts);
		}
	}

	@Test
	void alertsAreRulesThatPrometheusTakes() throws Exception {
		promtool("check", "rules", MonitoringFiles.ALERTS.toString());
	}

	@Test
	void alertsAreRaisedWhenTheyShouldBe() throws Exception {
		promtool("test", "rules", MonitoringFiles.ALERT_TESTS.toString());
	}

	@Test
	void queriesOfDashboardAreExpressionsThatPrometheusTakes() throws Exception {
		StringBuilder rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
		for (Query query : MonitoringFiles.panelQueries()) {
			String expression = query.expression().text().replaceAll("\\[\\$\\w+]", "[5m]").replace("'", "''");
			rules.append("      - {record: '")
				.append(query.place().replaceAll("\\W", "_"))
				.append("', expr: '")
				.append(expression)
				.append("'}\n");
		}
		promtool("check", "rules", Files.writeString(this.directory.resolve("dashboard.yml"), rules).toString());
	}

	private void promtool(String... arguments) throws IOException, InterruptedException {
		assumeTrue(isInstalled("promtool"),
				"promtool is not installed; Debian's package prometheus and Prometheus's releases have it");
		Path output = this.directory.resolve("output");
		List<String> command = new ArrayList<>(List.of("promtool"));
		command.addAll(List.of(arguments));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()).start();
		assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
		assertThat(process.exitValue()).as(Documents.read(output)).isZero();
		assertThat(Documents.read(output)).contains("SUCCESS").doesNotContain("FAILED");
	}

	private static boolean isInstalled(String program) {
		return Pattern.compile(Pattern.quote(System.getProperty("path.separator")))
			.splitAsStream(System.getenv("PATH"))
			.anyMatch((directory) -> Files.isExecutable(Path.of(directory, program)));
	}

	private static Set<String> labels(String metric) {
		Set<String> labels = new HashSet<>(page.labels(metric));
		labels.addAll(OF_PROMETHEUS);
		return labels;
	}

	private static PrometheusPage scrape() throws IOException, InterruptedException {
		int port = ((WebServerApplicationContext) context).getWebServer().getPort();
		return PrometheusPage.parse(HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/prometheus")).build(),
					BodyHandlers.ofString())
			.body());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
