package io.github.otlpboot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.otlpboot.testing.ApplicationProcess;
import io.github.otlpboot.testing.OtlpTestServer;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application in a process of its own, configured as README says, from its first line
 * of log to its very last.
 */
@Tag("processes")
class ShutdownEndToEndTests {

	private static final Pattern YAML = Pattern.compile("```yaml\\R(.*?)```", Pattern.DOTALL);

	private static final List<String> OWN_LOGGERS = List.of("@io.github.otlpboot.autoconfigure.",
			"@io.github.otlpboot.pipeline.", "@io.micrometer.registry.otlp.");

	private final OtlpTestServer server = OtlpTestServer.open();

	@TempDir
	private Path directory;

	private Path configuration;

	@BeforeEach
	void setUp() throws IOException {
		Matcher readme = YAML.matcher(Files.readString(Path.of("..", "README.md")));
		assertThat(readme.find()).isTrue();
		String yaml = readme.group(1).replace("http://localhost:4318", this.server.url().toString());
		this.configuration = Files.writeString(this.directory.resolve("readme.yml"), yaml);
	}

	@AfterEach
	void tearDown() {
		this.server.close();
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("All four kinds arrive whole and once, from \"Starting ...\" to the last @PreDestroy")
	void everythingArrives(Ending ending) throws Exception {
		try (ApplicationProcess application = ApplicationProcess.start(ShutdownApplication.class,
				this.directory.resolve("console.txt"),
				// With steps of a minute, one in a few dozen runs would publish a meter
				// twice
				List.of("--spring.config.location=" + this.configuration, "--server.port=0",
						"--management.otlp.metrics.export.step=1h",
						"--otlp.storage.directory=" + this.directory.resolve("storage"),
						"--logging.pattern.console=@%logger|%level|%msg%n"))) {
			application.awaitOutput(ShutdownApplication.READY);
			assertThat(ending.end(application)).as(application.output()).isEqualTo(ending.exitStatus);
			assertThat(application.output()).contains("log records delivered to default, 0 lost, 0 refused")
				.doesNotContain("|WARN|", "|ERROR|");
			assertThat(this.server.logRecords()).as("every line on the console, once")
				.extracting((record) -> record.getBody().getStringValue())
				.containsExactlyInAnyOrderElementsOf(linesOfTheApplication(application.output()));
		}
		// Two requests are under way at once, so the order of arrival says nothing.
		List<String> lines = this.server.logRecords()
			.stream()
			.sorted(Comparator.comparing(LogRecord::getTimeUnixNano))
			.map((record) -> record.getBody().getStringValue())
			.toList();
		assertThat(lines.get(0)).matches("Starting ShutdownApplication using Java .*");
		assertThat(lines).contains("first bean is made", "early line", ShutdownApplication.READY, "last line");
		assertThat(lines).last().isEqualTo("first bean is destroyed");
		assertThat(this.server.spans()).extracting(Span::getName).containsOnlyOnce("early span", "last span");
		assertThat(record("last line").getSpanId()).isEqualTo(span("last span").getSpanId());
		assertThat(metrics("early.sdk")).hasSize(1);
		assertThat(metrics("last.sdk")).singleElement()
			.satisfies((metric) -> assertThat(metric.getSum().getDataPoints(0).getAsInt()).isEqualTo(3));
		assertThat(metrics("last.histogram")).hasSize(1);
		assertThat(metrics("early.micrometer")).singleElement()
			.satisfies((metric) -> assertThat(metric.getSum().getDataPoints(0).getAsDouble()).isEqualTo(2));
		assertThat(metrics("early.timer")).hasSize(1);
		// Its registry is closed before any bean: a limit that README names.
		assertThat(metrics("last.micrometer")).isEmpty();
	}

	// Without those of the exporting itself.
	private static List<String> linesOfTheApplication(String console) {
		return console.lines()
			.filter((line) -> line.startsWith("@") && OWN_LOGGERS.stream().noneMatch(line::startsWith))
			.map((line) -> line.split("\\|", 3)[2])
			.toList();
	}

	private LogRecord record(String body) {
		return this.server.logRecords()
			.stream()
			.filter((record) -> record.getBody().getStringValue().equals(body))
			.findFirst()
			.orElseThrow();
	}

	private Span span(String name) {
		return this.server.spans().stream().filter((span) -> span.getName().equals(name)).findFirst().orElseThrow();
	}

	private List<Metric> metrics(String name) {
		return this.server.metrics().stream().filter((metric) -> metric.getName().equals(name)).toList();
	}

	private enum Ending {

		CLOSE(0) {

			@Override
			void request(ApplicationProcess application) throws IOException {
				application.endInput();
			}

		},

		SIGTERM(128 + 15) {

			@Override
			void request(ApplicationProcess application) {
				application.terminate();
			}

		};

		private final int exitStatus;

		Ending(int exitStatus) {
			this.exitStatus = exitStatus;
		}

		abstract void request(ApplicationProcess application) throws IOException;

		int end(ApplicationProcess application) throws IOException, InterruptedException {
			request(application);
			return application.awaitExit(Duration.ofSeconds(30));
		}

	}

}
