package io.github.otlpboot;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.testing.ApplicationProcess;
import io.github.otlpboot.testing.OtlpTestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Restarts by Spring Boot's devtools, which the build puts into
 * {@code target/companions}. An application has our classes in a jar, which devtools
 * leave alone; from directories, as in a workspace with our sources, they load them anew
 * each time.
 */
@Tag("processes")
class DevtoolsEndToEndTests {

	private static final Path DEVTOOLS = Path.of("target", "companions", "spring-boot-devtools.jar");

	@TempDir
	private Path directory;

	private final OtlpTestServer server = OtlpTestServer.open();

	@AfterEach
	void tearDown() {
		this.server.close();
	}

	@ParameterizedTest
	@CsvSource({ "AppClassLoader, 15", "RestartClassLoader, 5" })
	@DisplayName("20 restarts: the same slot, everything delivered, no pipeline and no class loader held")
	void restartsLeaveNothingBehind(String ourClassLoader, int restarts) throws Exception {
		assertThat(Files.exists(DEVTOOLS)).as("%s, of the build's phase process-test-resources", DEVTOOLS).isTrue();
		Path storage = this.directory.resolve("storage");
		try (ApplicationProcess application = ApplicationProcess.start(RestartedApplication.class,
				this.directory.resolve("console.txt"),
				// Caches may hold a loader softly: seconds, not minutes.
				List.of("-XX:SoftRefLRUPolicyMSPerMB=10", "-D" + RestartedApplication.RESTARTS + "=" + restarts, "-cp",
						classPath(ourClassLoader.equals("AppClassLoader"))),
				List.of("--otlp.forwarder.endpoint=" + this.server.url(), "--otlp.storage.directory=" + storage,
						"--spring.main.web-application-type=none", "--spring.devtools.livereload.enabled=false",
						"--management.tracing.sampling.probability=1.0"))) {
			for (int i = 0; i <= restarts; i++) {
				application.awaitOutput("@start " + i + " slot-0 " + ourClassLoader);
			}
			application.awaitOutput("@end locks=1");
			// The status tells nothing: devtools end the JVM's first thread by an
			// exception.
			application.awaitExit(Duration.ofSeconds(60));
			assertThat(application.output().lines().filter((line) -> line.startsWith("@"))).hasSize(restarts + 2);
		}
		assertThat(this.server.spanIds()).doesNotHaveDuplicates().hasSize((restarts + 1) * RestartedApplication.SPANS);
		assertThat(this.server.logRecords()).filteredOn((record) -> record.getBody().getStringValue().equals("work"))
			.hasSize(restarts + 1);
		try (Stream<Path> slots = Files.list(storage)) {
			assertThat(slots).extracting((slot) -> slot.getFileName().toString()).containsExactly("slot-0");
		}
	}

	private String classPath(boolean asJar) throws Exception {
		String tests = System.getProperty("java.class.path");
		if (asJar) {
			Path classes = Path.of(Pipeline.class.getProtectionDomain().getCodeSource().getLocation().toURI());
			tests = Stream.of(tests.split(File.pathSeparator))
				.map((entry) -> Path.of(entry).equals(classes) ? jar(classes).toString() : entry)
				.collect(Collectors.joining(File.pathSeparator));
		}
		return DEVTOOLS + File.pathSeparator + tests;
	}

	private Path jar(Path classes) {
		Path jar = this.directory.resolve("otlp-spring-boot-autoconfigure.jar");
		try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
				Stream<Path> files = Files.walk(classes)) {
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				out.putNextEntry(new JarEntry(classes.relativize(file).toString().replace(File.separatorChar, '/')));
				Files.copy(file, out);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return jar;
	}

}
