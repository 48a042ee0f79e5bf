package io.github.otlpboot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.StorageStatus;
import io.github.otlpboot.testing.OtlpTestServer;
import io.opentelemetry.api.OpenTelemetry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One storage directory under two names.
 */
@Tag("processes")
class StorageAliasTests {

	private static final Pattern SLOT = Pattern.compile("slot=(slot-[0-9]+) ");

	@TempDir
	private Path directory;

	private final OtlpTestServer server = OtlpTestServer.open();

	private final List<ConfigurableApplicationContext> contexts = new ArrayList<>();

	@AfterEach
	void tearDown() {
		this.contexts.forEach(ConfigurableApplicationContext::close);
		this.server.close();
	}

	@Test
	@DisplayName("T17: two contexts and two processes, one of each by a symbolic link: no two in one slot, L=0")
	void noTwoTakeTheSameSlot() throws Exception {
		Path real = Files.createDirectory(this.directory.resolve("real"));
		Path alias = Files.createSymbolicLink(this.directory.resolve("alias"), real);
		List<String> slots = new ArrayList<>();
		slots.add(slot(context(real)));
		slots.add(slot(context(alias)));
		try (CommandedProcess first = process(alias); CommandedProcess second = process(real)) {
			slots.add(slot(first));
			slots.add(slot(second));
			assertThat(slots).doesNotHaveDuplicates().allMatch((slot) -> Files.exists(real.resolve(slot)));
			for (ConfigurableApplicationContext context : this.contexts) {
				for (int i = 0; i < 20; i++) {
					context.getBean(OpenTelemetry.class).getTracer("test").spanBuilder("work").startSpan().end();
				}
			}
			first.ask("make 20");
			second.ask("make 20");
			await().atMost(Duration.ofSeconds(30)).until(() -> this.server.spanIds().size() == 80);
			first.process().endInput();
			second.process().endInput();
			assertThat(first.process().awaitExit(Duration.ofSeconds(30))).isZero();
			assertThat(second.process().awaitExit(Duration.ofSeconds(30))).isZero();
		}
		assertThat(this.server.spanIds()).hasSize(80);
	}

	private ConfigurableApplicationContext context(Path storage) {
		SpringApplication application = new SpringApplication(CommandedApplication.Telemetry.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		List<String> arguments = new ArrayList<>(arguments(storage));
		arguments
			.addAll(List.of("--management.tracing.sampling.probability=1.0", "--otlp.exporter.metrics.enabled=false",
					"--otlp.exporter.micrometer.enabled=false", "--otlp.exporter.logs.enabled=false"));
		ConfigurableApplicationContext context = application.run(arguments.toArray(String[]::new));
		this.contexts.add(context);
		return context;
	}

	private CommandedProcess process(Path storage) throws Exception {
		return CommandedProcess.start(List.of(), this.directory, arguments(storage));
	}

	private List<String> arguments(Path storage) {
		return List.of("--otlp.forwarder.endpoint=" + this.server.url(), "--otlp.storage.directory=" + storage);
	}

	private static String slot(ConfigurableApplicationContext context) {
		StorageStatus status = Objects.requireNonNull(context.getBean(Pipeline.class).storage());
		return Objects.requireNonNull(status.slot());
	}

	private static String slot(CommandedProcess process) throws Exception {
		Matcher matcher = SLOT.matcher(process.ask("ledger"));
		assertThat(matcher.find()).isTrue();
		return matcher.group(1);
	}

}
