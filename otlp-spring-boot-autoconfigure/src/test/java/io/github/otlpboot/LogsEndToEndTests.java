package io.github.otlpboot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

import io.github.otlpboot.autoconfigure.logs.LogbackProbe;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.testing.OtlpTestServer;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * Lines of log, from Logback to a real server.
 */
@ExtendWith(OutputCaptureExtension.class)
class LogsEndToEndTests {

	private static final Logger logger = LoggerFactory.getLogger(LogsEndToEndTests.class);

	private final OtlpTestServer server = OtlpTestServer.open();

	private ConfigurableApplicationContext context;

	private Pipeline pipeline;

	@AfterEach
	void tearDown() {
		if (this.context != null) {
			this.context.close();
		}
		this.server.close();
		assertThat(LogbackProbe.isAttached()).as("the appender is left behind").isFalse();
	}

	@Test
	void everyLineFromStartingToAPreDestroyArrivesOnce() {
		start();
		assertThat(Component.attachedWhenMade).isTrue();
		logger.info("between");
		this.context.close();
		List<String> bodies = bodies();
		// Spring Boot names the main class, which is that of the test runner.
		assertThat(bodies).filteredOn((body) -> body.matches("Starting .* using Java .*")).hasSize(1);
		assertThat(bodies).filteredOn((body) -> body.startsWith("No active profile set")).hasSize(1);
		assertThat(bodies).filteredOn((body) -> body.matches("Started .* in .* seconds .*")).hasSize(1);
		assertThat(bodies).containsOnlyOnce("component is made", "between", "component is destroyed");
		assertThat(ledger().isBalanced()).isTrue();
		assertThat(ledger().routes().get(0).delivered()).isEqualTo(ledger().offered());
		assertThat(resourceName()).isEqualTo("shop");
	}

	@Test
	void recordsCarryTheTraceTheyBelongTo() {
		start("management.tracing.sampling.probability=1.0");
		Tracer tracer = this.context.getBean(Tracer.class);
		Span span = tracer.nextSpan().name("work").start();
		try (Tracer.SpanInScope scope = tracer.withSpan(span)) {
			assertThat(scope).isNotNull();
			logger.info("inside");
		}
		finally {
			span.end();
		}
		this.context.close();
		LogRecord record = this.server.logRecords()
			.stream()
			.filter((candidate) -> candidate.getBody().getStringValue().equals("inside"))
			.findFirst()
			.orElseThrow();
		assertThat(HexFormat.of().formatHex(record.getTraceId().toByteArray())).isEqualTo(span.context().traceId());
		assertThat(HexFormat.of().formatHex(record.getSpanId().toByteArray())).isEqualTo(span.context().spanId());
		assertThat(this.server.spanIds()).contains(span.context().spanId());
	}

	@ParameterizedTest
	@ValueSource(strings = { "otlp.exporter.logs.enabled=false", "otlp.exporter.logs.appender.enabled=false",
			"management.logging.export.otlp.enabled=false", "management.logging.export.enabled=false",
			"management.opentelemetry.enabled=false", "otlp.enabled=false" })
	void whenSwitchedOffNoLineArrives(String property) {
		start(property);
		assertThat(Component.attachedWhenMade).as("nothing is kept during start-up either").isFalse();
		assertThat(LogbackProbe.isAttached()).isFalse();
		logger.info("between");
		this.context.close();
		assertThat(this.server.logRecords()).isEmpty();
	}

	@Test
	void withoutAnEndpointNothingIsAttached() {
		this.context = application().run();
		assertThat(LogbackProbe.isAttached()).isFalse();
	}

	@Test
	void aFailedStartLeavesNothingBehind() {
		try {
			start("otlp.buffer.max-items=-1");
		}
		catch (RuntimeException ex) {
			assertThat(ex).hasRootCauseMessage("Property 'otlp.buffer.max-items' with value '-1' must be at least 1");
		}
		assertThat(this.context).isNull();
		assertThat(LogbackProbe.isAttached()).isFalse();
	}

	@Test
	void theReasonOfAFailedStartArrives() {
		SpringApplication application = new SpringApplication(Application.class, Failing.class);
		application.setWebApplicationType(WebApplicationType.SERVLET);
		assertThatException().isThrownBy(() -> application.run("--otlp.forwarder.endpoint=" + this.server.url(),
				"--server.port=0", "--spring.application.name=shop"));
		assertThat(bodies()).filteredOn((body) -> body.matches("Starting .* using Java .*")).hasSize(1);
		assertThat(bodies()).filteredOn((body) -> body.contains("this bean cannot be made")).hasSize(1);
		assertThat(resourceName()).isEqualTo("shop");
	}

	@Test
	void surviveLogbackBeingConfiguredAnew() {
		start();
		LogbackProbe.reset();
		logger.info("after the reset");
		await().until(() -> bodies().contains("after the reset"));
	}

	@Test
	void twoApplicationsInOneProcessSendToTheLatter() {
		start();
		try (OtlpTestServer second = OtlpTestServer.open();
				ConfigurableApplicationContext other = application().run("--otlp.forwarder.endpoint=" + second.url())) {
			logger.info("for the second");
			await().until(() -> second.logRecords()
				.stream()
				.anyMatch((record) -> record.getBody().getStringValue().equals("for the second")));
			this.context.close();
			logger.info("still for the second");
			await().until(() -> second.logRecords()
				.stream()
				.anyMatch((record) -> record.getBody().getStringValue().equals("still for the second")));
			assertThat(other.isActive()).isTrue();
		}
		assertThat(bodies()).doesNotContain("for the second", "still for the second");
	}

	@Test
	@DisplayName("A full buffer, a dead collector and DEBUG logging at once: no feedback loop, a quiet console")
	void nothingFeedsOnItself(CapturedOutput output) {
		this.server.stop();
		// On disk it would not be full for long.
		start("otlp.storage.enabled=false", "otlp.buffer.max-items=50",
				"management.opentelemetry.logging.export.max-batch-size=10", "logging.level.root=DEBUG",
				"otlp.forwarder.retry.max-interval=50ms",
				// Neither Micrometer nor the SDK, whose data points nobody takes either
				"management.otlp.metrics.export.step=1h", "otlp.exporter.metrics.interval=1h",
				"otlp.forwarder.circuit-breaker.wait-duration-in-open-state=50ms",
				"otlp.forwarder.circuit-breaker.max-wait-duration-in-open-state=50ms");
		long before = offeredWhenSilent(Duration.ofSeconds(1));
		for (int i = 0; i < 500; i++) {
			logger.info("line {}", i);
		}
		// Long enough for many rounds of the batch processors and of the forwarder.
		assertThat(offeredWhenSilent(Duration.ofSeconds(4)) - before).isEqualTo(500);
		assertThat(ledger().refused()).containsOnlyKeys(RefusalReason.BUFFER_FULL);
		await().untilAsserted(() -> assertThat(this.pipeline.status().routes()).anySatisfy((route) -> {
			assertThat(route.signal()).isEqualTo(Signal.LOGS);
			assertThat(route.breaker().consecutiveFailures()).isGreaterThan(20);
		}));
		assertThat(ownWarnings(output, "does not take")).hasSize(1)
			.first()
			.asString()
			.contains("default does not take logs: connection refused (")
			// As many as had come by then, of the 50 for which there is room
			.containsPattern("; ([1-9]|[1-4][0-9]|50) log records? kept, next attempt in ");
		assertThat(ownWarnings(output, "")).filteredOn((line) -> !line.contains("does not take"))
			.hasSize(1)
			.first()
			.asString()
			.contains("log records refused: the memory buffer is full");
		assertThat(output).doesNotContain("java.net.ConnectException:");
		this.server.start();
		await().until(() -> ledger().routes().get(0).pending().isEmpty());
		await().untilAsserted(() -> assertThat(output).containsOnlyOnce("default takes logs again"));
		assertThat(ledger().isBalanced()).isTrue();
	}

	private long offeredWhenSilent(Duration silence) {
		AtomicLong last = new AtomicLong(-1);
		await().pollInterval(silence)
			.atMost(Duration.ofSeconds(30))
			.until(() -> last.getAndSet(ledger().offered()) == ledger().offered());
		return last.get();
	}

	private static List<String> ownWarnings(CapturedOutput output, String text) {
		return output.getAll()
			.lines()
			.filter((line) -> line.contains(" WARN ") && line.contains(" io.github.otlpboot.") && line.contains(text))
			.toList();
	}

	private void start(String... properties) {
		List<String> arguments = new ArrayList<>(
				List.of("--otlp.forwarder.endpoint=" + this.server.url(), "--spring.application.name=shop",
						"--otlp.forwarder.retry.initial-interval=50ms", "--otlp.shutdown-timeout=20s"));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		this.context = application().run(arguments.toArray(String[]::new));
		this.pipeline = this.context.getBeanProvider(Pipeline.class).getIfAvailable();
	}

	private static SpringApplication application() {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		return application;
	}

	private List<String> bodies() {
		return this.server.logRecords().stream().map((record) -> record.getBody().getStringValue()).toList();
	}

	private String resourceName() {
		return this.server.requests()
			.stream()
			.filter((request) -> !request.logRecords().isEmpty())
			.map((request) -> (ExportLogsServiceRequest) request.message())
			.flatMap((request) -> request.getResourceLogs(0).getResource().getAttributesList().stream())
			.filter((attribute) -> attribute.getKey().equals("service.name"))
			.map((attribute) -> attribute.getValue().getStringValue())
			.findFirst()
			.orElseThrow();
	}

	private SignalLedger ledger() {
		return this.pipeline.ledgers()
			.stream()
			.filter((ledger) -> ledger.signal() == Signal.LOGS)
			.findFirst()
			.orElseThrow();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Component.class)
	static class Application {

	}

	/**
	 * Depends on nothing, and so is created first and destroyed last.
	 */
	static class Component {

		private static boolean attachedWhenMade;

		@PostConstruct
		void made() {
			attachedWhenMade = LogbackProbe.isAttached();
			logger.info("component is made");
		}

		@PreDestroy
		void destroyed() {
			logger.info("component is destroyed");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Failing {

		@Bean
		Object failing() {
			throw new IllegalStateException("this bean cannot be made");
		}

	}

}
