package io.github.otlpboot;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.actuate.OtlpEndpoint;
import io.github.otlpboot.actuate.OtlpHealthIndicator;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.testing.OtlpTestServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * A whole application that stores what it makes: what its users and operators see.
 */
@ExtendWith(OutputCaptureExtension.class)
class StorageEndToEndTests {

	@TempDir
	private Path directory;

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
	@DisplayName("M07: an outage that outlives the process costs nothing, and the ledger goes on")
	void outageOutlivesTheProcess(CapturedOutput output) {
		start();
		assertThat(output).contains("up to 256 MB are stored in " + this.directory.resolve("slot-0"))
			.doesNotContain("new container");
		List<String> ids = new ArrayList<>(makeSpans(30));
		await().until(() -> this.server.spanIds().size() == 30);
		await().until(() -> ledger().routes().get(0).delivered() == 30);
		assertThat(health().health().getStatus()).isEqualTo(Status.UP);
		this.server.stop();
		ids.addAll(makeSpans(500));
		await().until(() -> ledger().accepted() == 530);
		await().untilAsserted(() -> assertThat(String.valueOf(health().health().getStatus().getDescription()))
			.startsWith("default unreachable for ")
			.contains("; everything stored; storage "));
		this.context.close();
		assertThat(output).contains("traces: 30 of 530 spans delivered to default, 500 left on disk in "
				+ this.directory.resolve("slot-0") + ", 0 lost, 0 refused");
		this.server.start();
		start();
		await().until(() -> this.server.spanIds().size() == 530);
		assertThat(this.server.spanIds()).containsExactlyInAnyOrderElementsOf(ids);
		ids.addAll(makeSpans(7));
		await().until(() -> ledger().routes().get(0).delivered() == 537);
		assertThat(ledger().isBalanced()).isTrue();
		assertThat(this.server.spanIds()).containsExactlyInAnyOrderElementsOf(ids);
		assertEndpointTellsBothProcesses();
		assertThat(count("otlp.accepted")).isEqualTo(7);
		assertThat(count("otlp.delivered")).isEqualTo(507);
		this.context.close();
		assertThat(output).contains("traces: 507 of 507 spans delivered to default, 0 lost, 0 refused");
	}

	@SuppressWarnings("unchecked")
	private void assertEndpointTellsBothProcesses() {
		Map<String, Object> document = this.context.getBean(OtlpEndpoint.class).otlp();
		assertThat(document).containsEntry("slot", "slot-0");
		assertThat((Map<String, Object>) document.get("storage")).containsEntry("mode", "DISK")
			.containsEntry("path", this.directory.resolve("slot-0").toString())
			.containsKeys("used", "limit", "free", "threshold");
		Map<String, Object> traces = (Map<String, Object>) ((Map<String, Object>) document.get("signals"))
			.get("traces");
		assertThat(traces).containsEntry("offered", 537L)
			.containsEntry("accepted", 537L)
			.containsEntry("acceptedEarlier", 530L)
			.containsKey("storage");
		Map<String, Object> route = (Map<String, Object>) ((Map<String, Object>) traces.get("destinations"))
			.get("default");
		assertThat(route).containsEntry("delivered", 537L).containsEntry("deliveredEarlier", 30L);
	}

	@Test
	void dataOfAnotherDestinationIsLeftUntouchedAndTold(CapturedOutput output) throws IOException {
		start();
		this.server.stop();
		makeSpans(20);
		await().until(() -> ledger().accepted() == 20);
		this.context.close();
		this.server.start();
		URI elsewhere = URI.create("http://localhost:" + this.server.port());
		start("--otlp.forwarder.endpoint=" + elsewhere);
		assertThat(output).containsOnlyOnce("slot-0 in " + this.directory + " holds telemetry of other destinations")
			.contains("start what has written it once more, or delete it");
		makeSpans(3);
		await().until(() -> this.server.spanIds().size() == 3);
		this.context.close();
		start();
		await().until(() -> this.server.spanIds().size() == 23);
	}

	@Test
	void switchingASignalOffHoldsUpNoOther(CapturedOutput output) {
		start();
		this.server.stop();
		makeSpans(20);
		LoggerFactory.getLogger("test").info("during the outage");
		await().until(() -> ledger().accepted() == 20);
		this.context.close();
		this.server.start();
		start("--otlp.exporter.logs.enabled=false");
		await().until(() -> this.server.spanIds().size() == 20);
		assertThat(this.server.logRecords()).extracting((record) -> record.getBody().getStringValue())
			.doesNotContain("during the outage");
		assertThat(output)
			.containsOnlyOnce("slot-0 in " + this.directory + " holds files of log records, which are switched off")
			.doesNotContain("telemetry of other destinations");
		this.context.close();
		start();
		await().untilAsserted(
				() -> assertThat(this.server.logRecords()).extracting((record) -> record.getBody().getStringValue())
					.containsOnlyOnce("during the outage"));
		assertThat(this.server.spanIds()).hasSize(20);
	}

	@Test
	@DisplayName("T14: a directory that cannot be used costs durability and nothing else, until it can be")
	void unusableDirectoryIsToldAndTriedAgain(CapturedOutput output) throws IOException {
		Path file = Files.createFile(this.directory.resolve("file"));
		start("--otlp.storage.directory=" + file);
		assertThat(health().health().getStatus().getCode()).isEqualTo("DEGRADED");
		assertThat(health().health().getStatus().getDescription())
			.startsWith("stored in memory only: " + file + " is not a directory");
		assertThat(output).contains("wait in memory while it does not take them, because " + file)
			.contains("Telemetry is kept in memory only");
		assertThat(gauge("otlp.storage.durable")).isZero();
		makeSpans(5);
		await().until(() -> this.server.spanIds().size() == 5);
		Files.delete(file);
		await().atMost(Duration.ofSeconds(20)).until(() -> gauge("otlp.storage.durable") == 1);
		assertThat(health().health().getStatus()).isEqualTo(Status.UP);
		makeSpans(5);
		await().until(() -> this.server.spanIds().size() == 10);
		assertThat(ledger().isBalanced()).isTrue();
		assertThat(output).contains("Telemetry is stored in " + file.resolve("slot-0") + " again");
	}

	@Test
	void directoryThatIsRequiredEndsStartUp(CapturedOutput output) throws IOException {
		Path file = Files.createFile(this.directory.resolve("file"));
		assertThatException()
			.isThrownBy(() -> start("--otlp.storage.directory=" + file, "--otlp.storage.on-unavailable=fail"));
		assertThat(output)
			.contains("APPLICATION FAILED TO START", "Property: otlp.storage.directory", "Value: \"" + file + "\"",
					"Origin: ", "Reason: it cannot be used: " + file + " is not a directory",
					"'otlp.storage.on-unavailable' to 'memory'")
			.doesNotContain("\tat io.github.otlpboot");
	}

	@Test
	void defaultDirectorySaysWhatItSurvives(CapturedOutput output) {
		start("--otlp.storage.directory=", "--spring.application.name=otlp-test-" + this.directory.getFileName());
		assertThat(output)
			.containsOnlyOnce("which survives a killed process, not a new container (otlp.storage.directory)");
	}

	@Test
	void storageMayBeOff(CapturedOutput output) {
		start("--otlp.storage.enabled=false");
		assertThat(output).contains("OTLP spans, data points and log records go to ")
			.contains("wait in memory while it does not take them;");
		assertThat(gauge("otlp.storage.durable")).isZero();
		assertThat(this.context.getBean(MeterRegistry.class).find("otlp.storage.used").gauge()).isNull();
		assertThat(this.context.getBean(OtlpEndpoint.class).otlp()).doesNotContainKey("slot");
		assertThat(this.directory).isEmptyDirectory();
		this.context.close();
		assertThat(output).doesNotContain("left on disk");
	}

	private void start(String... arguments) {
		List<String> all = new ArrayList<>(List.of("--otlp.forwarder.endpoint=" + this.server.url(),
				"--otlp.storage.directory=" + this.directory, "--management.tracing.sampling.probability=1.0",
				"--otlp.forwarder.retry.initial-interval=50ms", "--otlp.forwarder.retry.max-interval=200ms",
				"--otlp.forwarder.circuit-breaker.wait-duration-in-open-state=200ms",
				"--otlp.forwarder.circuit-breaker.max-wait-duration-in-open-state=500ms",
				"--management.endpoints.web.exposure.include=health,otlp"));
		all.addAll(List.of(arguments));
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		this.context = application.run(lastOfEach(all));
	}

	// Spring joins the values of an argument that is given twice.
	private static String[] lastOfEach(List<String> arguments) {
		Map<String, String> byName = new LinkedHashMap<>();
		arguments.forEach((argument) -> byName.put(argument.substring(0, argument.indexOf('=')), argument));
		return byName.values().toArray(String[]::new);
	}

	private List<String> makeSpans(int count) {
		Tracer tracer = this.context.getBean(OpenTelemetry.class).getTracer("test");
		List<String> ids = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			Span span = tracer.spanBuilder("work-" + i).startSpan();
			ids.add(span.getSpanContext().getSpanId());
			span.end();
		}
		return ids;
	}

	private SignalLedger ledger() {
		return this.context.getBean(Pipeline.class).ledgers().get(0);
	}

	private OtlpHealthIndicator health() {
		return this.context.getBean(OtlpHealthIndicator.class);
	}

	private double count(String name) {
		return this.context.getBean(MeterRegistry.class).get(name).tag("signal", "traces").functionCounter().count();
	}

	private double gauge(String name) {
		return this.context.getBean(MeterRegistry.class).get(name).gauge().value();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
