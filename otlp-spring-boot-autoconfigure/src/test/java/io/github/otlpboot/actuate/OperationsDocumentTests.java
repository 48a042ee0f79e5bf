package io.github.otlpboot.actuate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.otlpboot.breaker.CircuitBreakerState;
import io.github.otlpboot.forwarder.RouteState;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.testing.OtlpTestServer;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * M20: the document for operators names everything that the code can say, and nothing
 * else.
 */
class OperationsDocumentTests {

	private static final Path DOCUMENT = Path.of("..", "docs", "OPERATIONS.md");

	private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");

	private static final Pattern CONSTANT = Pattern.compile("`([A-Z][A-Z_]+)`");

	private static final Pattern METRIC = Pattern.compile("\\botlp_[a-z_]+");

	private static final Pattern OPERATION = Pattern.compile("-X POST localhost:8080/actuator/otlp/([a-z-]+)");

	private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

	/** Constants that are not of an enumeration of ours. */
	private static final Set<String> OTHER_CONSTANTS = Set.of("DISK", "MEMORY", "LOCK", "META", "IO_ERROR");

	private final OtlpTestServer server = OtlpTestServer.open();

	private ConfigurableApplicationContext context;

	@AfterEach
	void tearDown() {
		if (this.context != null) {
			this.context.close();
		}
		this.server.close();
	}

	@Test
	@DisplayName("M20: meters, their tags, and the values of tags")
	void everyMeterIsToldAndNoneIsMadeUp() {
		start();
		MeterRegistry registry = this.context.getBean(PrometheusMeterRegistry.class);
		this.context.getBean(OpenTelemetry.class).getTracer("test").spanBuilder("work").startSpan().end();
		await().until(() -> registry.find("otlp.requests").timer() != null);
		Map<String, Set<String>> meters = new LinkedHashMap<>();
		Set<String> values = new TreeSet<>();
		for (Meter meter : registry.getMeters()) {
			String name = meter.getId().getName();
			if (name.startsWith("otlp.") || name.startsWith("otel.sdk.exporter.")) {
				Set<String> tags = meters.computeIfAbsent(name, (key) -> new TreeSet<>());
				meter.getId().getTags().forEach((tag) -> {
					tags.add(tag.getKey());
					if (Set.of("reason", "state").contains(tag.getKey())) {
						values.add(tag.getValue());
					}
				});
			}
		}
		Map<String, Set<String>> told = new LinkedHashMap<>();
		for (List<String> row : rows("Meters")) {
			code(row.get(0)).forEach((name) -> told.put(name, new TreeSet<>(code(row.get(1)))));
		}
		assertThat(told.keySet()).containsExactlyInAnyOrderElementsOf(meters.keySet());
		told.forEach((name, tags) -> {
			if (name.startsWith("otlp.")) {
				assertThat(tags).as(name).isEqualTo(meters.get(name));
			}
		});
		assertThat(code(document())).containsAll(values);
	}

	@Test
	void namesOfPrometheusAreThoseThatItShows() {
		start();
		String scrape = this.context.getBean(PrometheusMeterRegistry.class).scrape();
		List<String> metrics = found(METRIC, document());
		assertThat(metrics).isNotEmpty()
			.allSatisfy((metric) -> assertThat(scrape).containsPattern("(?m)^" + metric + "[{ ]"));
	}

	@Test
	void everyStatusIsTold() {
		assertThat(first(rows("Health").subList(0, Assessment.Level.values().length)))
			.containsExactly(names(Assessment.Level.values()));
	}

	@Test
	void everyReasonIsToldInTheWordsOfHealth() {
		Map<String, String> told = new LinkedHashMap<>();
		rows("Reasons").forEach((row) -> told.put(code(row.get(0)).get(0), row.get(1)));
		Map<String, String> reasons = new LinkedHashMap<>();
		Stream
			.concat(Arrays.stream(RefusalReason.values()).map(RefusalReason::id),
					Arrays.stream(LossReason.values()).map(LossReason::id))
			.forEach((reason) -> reasons.put(reason, Assessment.describe(reason)));
		assertThat(told).containsExactlyInAnyOrderEntriesOf(reasons);
	}

	/**
	 * What an indicator puts together stands in its sources; whatever of it has a word
	 * must stand in the document.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "Assessment", "Trouble", "StorageOutlook" })
	void everyPartOfADescriptionIsTold(String source) throws IOException {
		String code = Files.readString(Path.of("src/main/java/io/github/otlpboot/actuate", source + ".java"));
		String document = document();
		List<String> parts = found(LITERAL, code).stream()
			.filter((literal) -> literal.matches(".*[a-z]{2,} .*|.* [a-z]{2,}.*"))
			.map(String::strip)
			.toList();
		assertThat(parts).hasSizeGreaterThan(4).allSatisfy((part) -> assertThat(document).contains(part));
	}

	@Test
	void everyConstantIsToldAndNoneIsMadeUp() {
		Set<String> ours = new HashSet<>();
		for (Enum<?>[] constants : List.of(Assessment.Level.values(), RouteState.values(), CircuitBreakerState.values(),
				SendFailure.Kind.values())) {
			ours.addAll(List.of(names(constants)));
		}
		Set<String> told = new HashSet<>(found(CONSTANT, document()));
		assertThat(told).containsAll(ours);
		told.removeAll(ours);
		assertThat(OTHER_CONSTANTS).containsAll(told);
	}

	@Test
	void everyOperationIsToldAndNoneIsMadeUp() {
		assertThat(found(OPERATION, document())).containsExactlyInAnyOrder(
				Arrays.stream(RouteOperation.values()).map(RouteOperation::id).toArray(String[]::new));
	}

	@Test
	@DisplayName("The worked example of storage is calculated, and is what the configuration amounts to")
	void arithmeticIsRight() {
		List<List<String>> measured = rows("How much disk");
		double spansAndHour = Double.parseDouble(measured.get(0).get(1)) * Double.parseDouble(measured.get(0).get(2))
				* 3600;
		String document = document();
		assertThat(measured.get(0).get(3)).isEqualTo(Math.round(spansAndHour / 1e6) + " MB");
		assertThat(document).contains("66.7 * 393 * 3600 * 4 = " + Math.round(4 * spansAndHour / 1e6) + " MB")
			.contains("lasts for " + Math.round(256 / 3.0 * 1024 * 1024 / spansAndHour * 60) + " minutes of spans");
		start("otlp.storage.max-size=576MB", "otlp.storage.traces.max-size=512MB");
		assertThat(document).contains("512 + 2 * 32 = 576 MiB");
		assertThat(this.context.getBean(Pipeline.class).storage().limit()).isEqualTo(576L << 20);
	}

	private static String[] names(Enum<?>[] constants) {
		return Arrays.stream(constants).map(Enum::name).toArray(String[]::new);
	}

	private static List<String> first(List<List<String>> rows) {
		return rows.stream().map((row) -> code(row.get(0)).get(0)).toList();
	}

	/**
	 * Return the rows of the tables of a section.
	 * @param section its heading
	 * @return the cells of each row, without heads
	 */
	private static List<List<String>> rows(String section) {
		List<List<String>> rows = new ArrayList<>();
		List<String> lines = document().lines()
			.dropWhile((line) -> !line.equals("## " + section))
			.skip(1)
			.takeWhile((line) -> !line.startsWith("## "))
			.collect(Collectors.toList());
		boolean head = true;
		for (String line : lines) {
			if (!line.startsWith("|")) {
				head = true;
			}
			else if (line.startsWith("|---")) {
				head = false;
			}
			else if (!head) {
				rows.add(Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList());
			}
		}
		return rows;
	}

	private static List<String> code(String text) {
		return found(CODE, text);
	}

	private static List<String> found(Pattern pattern, String text) {
		return pattern.matcher(text).results().map((MatchResult result) -> result.group(result.groupCount())).toList();
	}

	private static String document() {
		try {
			return Files.readString(DOCUMENT);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void start(String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--otlp.forwarder.endpoint=" + this.server.url(),
				"--otlp.shutdown-timeout=1s", "--management.tracing.sampling.probability=1.0"));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		this.context = application.run(arguments.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
