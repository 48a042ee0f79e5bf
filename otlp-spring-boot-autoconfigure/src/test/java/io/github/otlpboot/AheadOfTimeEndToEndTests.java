package io.github.otlpboot;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

import io.github.otlpboot.testing.ApplicationProcess;
import io.github.otlpboot.testing.OtlpTestServer;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplicationAotProcessor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application whose context was processed ahead of time, as the {@code process-aot}
 * goal of Spring Boot's Maven plugin does it: by the same program, in processes of its
 * own.
 */
@Tag("processes")
class AheadOfTimeEndToEndTests {

	@TempDir
	private Path directory;

	private final OtlpTestServer server = OtlpTestServer.open();

	@AfterEach
	void tearDown() {
		this.server.close();
	}

	@Test
	@DisplayName("all four kinds arrive from a context that was processed ahead of time")
	void everythingArrives() throws Exception {
		Path classes = process();
		compile(classes);
		try (ApplicationProcess application = ApplicationProcess.start(ShutdownApplication.class,
				this.directory.resolve("console.txt"),
				List.of("-Dspring.aot.enabled=true", "-cp",
						classes + File.pathSeparator + System.getProperty("java.class.path")),
				List.of("--otlp.forwarder.endpoint=" + this.server.url(), "--server.port=0",
						"--otlp.storage.directory=" + this.directory.resolve("storage"),
						"--management.tracing.sampling.probability=1.0"))) {
			application.awaitOutput(ShutdownApplication.READY);
			application.endInput();
			assertThat(application.awaitExit(Duration.ofMinutes(2))).isZero();
			assertThat(application.output()).contains("Starting AOT-processed ShutdownApplication",
					"log records delivered to default, 0 lost, 0 refused");
		}
		assertThat(this.server.spans()).extracting(Span::getName).containsOnlyOnce("early span", "last span");
		assertThat(this.server.metrics()).extracting(Metric::getName).contains("early.micrometer", "last.sdk");
		List<String> lines = this.server.logRecords()
			.stream()
			.map((record) -> record.getBody().getStringValue())
			.toList();
		assertThat(lines).containsOnlyOnce("first bean is made", "early line", "last line", "first bean is destroyed");
		assertThat(lines).anyMatch((line) -> line.startsWith("Starting AOT-processed"));
	}

	// Which beans there are is decided now, so it is here that there must be an endpoint.
	private Path process() throws Exception {
		Path classes = Files.createDirectories(this.directory.resolve("classes"));
		try (ApplicationProcess processor = ApplicationProcess.start(SpringApplicationAotProcessor.class,
				this.directory.resolve("processor.txt"),
				List.of(ShutdownApplication.class.getName(), sources().toString(), classes.toString(),
						classes.toString(), "io.github.otlpboot", "test",
						"--otlp.forwarder.endpoint=http://localhost:4318"))) {
			assertThat(processor.awaitExit(Duration.ofMinutes(2))).as(processor.output()).isZero();
		}
		Path hints = classes.resolve("META-INF/native-image/io.github.otlpboot/test/reachability-metadata.json");
		assertThat(hints).content().contains("java.net.http.HttpClient", "\"shutdownNow\"", "OtlpProperties$Forwarder");
		return classes;
	}

	private Path sources() {
		return this.directory.resolve("sources");
	}

	private void compile(Path classes) throws IOException {
		JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
		StringWriter messages = new StringWriter();
		List<Path> sources = new ArrayList<>();
		try (Stream<Path> files = Files.walk(sources())) {
			files.filter((file) -> file.toString().endsWith(".java")).forEach(sources::add);
		}
		assertThat(sources).anyMatch((source) -> source.endsWith("OtlpPipelineConfigurations__BeanDefinitions.java"));
		try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
			List<String> options = List.of("-nowarn", "-proc:none", "--release", "17", "-cp",
					classes + File.pathSeparator + System.getProperty("java.class.path"), "-d", classes.toString());
			assertThat(compiler
				.getTask(messages, manager, null, options, null, manager.getJavaFileObjectsFromPaths(sources))
				.call()).as(messages.toString()).isTrue();
		}
	}

}
