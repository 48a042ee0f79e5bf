package io.github.otlpboot;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.github.otlpboot.testing.ApplicationProcess;
import io.github.otlpboot.testing.OtlpTestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Restarts by Spring Boot's devtools, which the build puts into
 * {@code target/companions}. Our classes are in directories here, so devtools load them
 * anew each time, while an application has them in a jar: the harder case.
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

	@Test
	@DisplayName("20 restarts: the same slot, everything delivered, no class loader held")
	void restartsLeaveNothingBehind() throws Exception {
		assertThat(Files.exists(DEVTOOLS)).as("%s, of the build's phase process-test-resources", DEVTOOLS).isTrue();
		Path storage = this.directory.resolve("storage");
		try (ApplicationProcess application = ApplicationProcess.start(RestartedApplication.class,
				this.directory.resolve("console.txt"),
				// A cache of the JDK or of Spring may hold a loader softly.
				List.of("-XX:SoftRefLRUPolicyMSPerMB=0", "-cp",
						DEVTOOLS + File.pathSeparator + System.getProperty("java.class.path")),
				List.of("--otlp.forwarder.endpoint=" + this.server.url(), "--otlp.storage.directory=" + storage,
						"--spring.main.web-application-type=none", "--spring.devtools.livereload.enabled=false",
						"--management.tracing.sampling.probability=1.0"))) {
			application.awaitOutput("@end");
			assertThat(application.awaitExit(Duration.ofSeconds(60))).isZero();
			List<String> said = application.output().lines().filter((line) -> line.startsWith("@")).toList();
			assertThat(said).hasSize(RestartedApplication.RESTARTS + 2).last().isEqualTo("@end locks=1");
			assertThat(said.subList(0, said.size() - 1)).containsOnly("@slot slot-0 RestartClassLoader");
		}
		assertThat(this.server.spanIds()).doesNotHaveDuplicates()
			.hasSize((RestartedApplication.RESTARTS + 1) * RestartedApplication.SPANS);
		assertThat(this.server.logRecords()).filteredOn((record) -> record.getBody().getStringValue().equals("work"))
			.hasSize(RestartedApplication.RESTARTS + 1);
		try (Stream<Path> slots = Files.list(storage)) {
			assertThat(slots).extracting((slot) -> slot.getFileName().toString()).containsExactly("slot-0");
		}
	}

}
