package io.github.otlpboot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import io.github.otlpboot.testing.ApplicationProcess;
import io.github.otlpboot.testing.OtlpTestServer;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The OpenTelemetry Java agent, which the build puts into {@code target/companions}.
 */
@Tag("processes")
class JavaAgentEndToEndTests {

	private static final Path AGENT = Path.of("target", "companions", "opentelemetry-javaagent.jar");

	@TempDir
	private Path directory;

	private final OtlpTestServer server = OtlpTestServer.open();

	@AfterEach
	void tearDown() {
		this.server.close();
	}

	@Test
	@DisplayName("the agent is detected: the log says once what doubles and what stops it, and it is true")
	void whatDoublesIsSaidAndTrue() throws Exception {
		assertThat(Files.exists(AGENT)).as("%s, of the build's phase process-test-resources", AGENT).isTrue();
		try (ApplicationProcess application = start()) {
			application.awaitOutput(ShutdownApplication.READY);
			assertThat(application.output()).containsOnlyOnce("The OpenTelemetry Java agent exports by itself, so "
					+ "telemetry of the same work arrives twice (traces, logs). Keep one of each: "
					+ "-Dotel.traces.exporter=none, -Dotel.logs.exporter=none stop the agent's, "
					+ "otlp.exporter.traces.enabled=false, otlp.exporter.logs.enabled=false stop ours.");
			await().atMost(Duration.ofSeconds(30)).until(() -> copies(ShutdownApplication.READY) == 2);
			application.endInput();
			assertThat(application.awaitExit(Duration.ofSeconds(60))).isZero();
		}
		assertThat(this.server.spans()).extracting(Span::getName).containsOnlyOnce("early span", "last span");
		assertThat(copies("early line")).isEqualTo(2);
	}

	private ApplicationProcess start() throws Exception {
		return ApplicationProcess.start(ShutdownApplication.class, this.directory.resolve("console.txt"),
				List.of("-javaagent:" + AGENT, "-Dotel.exporter.otlp.endpoint=" + this.server.url(),
						"-Dotel.exporter.otlp.protocol=http/protobuf", "-Dotel.metrics.exporter=none",
						"-Dotel.blrp.schedule.delay=200"),
				List.of("--otlp.forwarder.endpoint=" + this.server.url(), "--spring.main.web-application-type=none",
						"--otlp.storage.directory=" + this.directory.resolve("storage"),
						"--management.tracing.sampling.probability=1.0"));
	}

	private long copies(String line) {
		return this.server.logRecords()
			.stream()
			.filter((record) -> record.getBody().getStringValue().equals(line))
			.count();
	}

}
