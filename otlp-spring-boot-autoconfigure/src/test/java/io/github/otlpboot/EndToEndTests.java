package io.github.otlpboot;

import java.util.ArrayList;
import java.util.List;

import io.github.otlpboot.actuate.OtlpHealthIndicator;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestRequest;
import io.github.otlpboot.testing.OtlpTestServer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A whole application, from the tracer to a real server.
 */
@ExtendWith(OutputCaptureExtension.class)
class EndToEndTests {

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
	void spansArriveWithIdsAttributesAndOneResource() {
		start();
		List<String> ids = makeSpans(102);
		await().untilAsserted(() -> assertThat(this.server.spanIds()).containsExactlyInAnyOrderElementsOf(ids));
		OtlpTestRequest request = firstOf("/v1/traces");
		assertThat(request.header("user-agent")).contains("otlp-spring-boot/").contains("OTel-OTLP-Exporter-Java/");
		assertThat(request.header("x-tenant")).isEqualTo("shop");
		assertThat(this.server.spans()).allSatisfy((span) -> {
			assertThat(span.getName()).startsWith("work-");
			assertThat(span.getAttributesList())
				.anySatisfy((attribute) -> assertThat(attribute.getKey()).isEqualTo("number"));
			assertThat(span.getTraceId().size()).isEqualTo(16);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "single-lock", "resilience4j" })
	@DisplayName("M07: an outage is survived, told by health, and nothing is lost, with either breaker")
	void outageIsSurvivedAndHealthTellsTheTruth(String breaker, CapturedOutput output) {
		start("otlp.forwarder.circuit-breaker.type=" + breaker);
		OtlpHealthIndicator health = this.context.getBean(OtlpHealthIndicator.class);
		List<String> ids = new ArrayList<>(makeSpans(10));
		await().until(() -> this.server.spanIds().size() == 10);
		assertThat(health.health().getStatus()).isEqualTo(Status.UP);
		this.server.stop();
		ids.addAll(makeSpans(500));
		await().until(() -> health.health().getStatus().getCode().equals("DEGRADED"));
		await().until(() -> breakerState().equals("OPEN"));
		assertThat(health.health().getStatus().getDescription()).startsWith("default unreachable for ")
			.contains("everything stored");
		assertThat(output).contains("default does not take traces: connection refused");
		this.server.start();
		await().until(() -> this.server.spanIds().size() == 510);
		assertThat(this.server.spanIds()).containsExactlyInAnyOrderElementsOf(ids);
		await().until(() -> ledger().routes().get(0).delivered() == 510);
		assertThat(ledger().isBalanced()).isTrue();
		assertThat(ledger().routes().get(0).lost()).isEmpty();
		assertThat(breakerState()).isEqualTo("CLOSED");
		assertThat(health.health().getStatus().getDescription()).contains("delivers again");
		assertThat(output).containsOnlyOnce("default takes traces again")
			.containsOnlyOnce("default does not take traces")
			.doesNotContain("java.net.ConnectException:");
	}

	@Test
	void closingTheContextDeliversTheLastSpan() {
		start();
		List<String> ids = makeSpans(5000);
		this.context.close();
		assertThat(this.server.spanIds()).containsExactlyInAnyOrderElementsOf(ids);
	}

	@Test
	void refusedSpansAreLoggedByTheSdkInWords(CapturedOutput output) {
		this.server.answer(OtlpTestAnswer.status(503));
		start("otlp.buffer.max-items=10");
		makeSpans(200);
		await().until(() -> ledger().refusedItems() > 0);
		OtlpHealthIndicator health = this.context.getBean(OtlpHealthIndicator.class);
		await().until(() -> health.health().getStatus().getCode().equals("DATA_LOSS"));
		await().until(() -> output.getAll().contains("Failed to export spans"));
		assertThat(ledger().isBalanced()).isTrue();
	}

	@Test
	void bootsOwnSettingIsUsedAndNothingIsExportedTwice() {
		this.context = application().run(
				"--management.opentelemetry.tracing.export.otlp.endpoint=" + this.server.url() + "/v1/traces",
				"--management.opentelemetry.tracing.export.otlp.headers.x-tenant=shop",
				"--management.tracing.sampling.probability=1.0");
		List<String> ids = makeSpans(20);
		await().until(() -> !this.server.spanIds().isEmpty());
		this.context.close();
		assertThat(this.server.spanIds()).containsExactlyInAnyOrderElementsOf(ids);
		assertThat(this.server.requests().get(0).header("x-tenant")).isEqualTo("shop");
		assertThat(this.context.getBeanFactory().getBeanNamesForType(OtlpHttpSpanExporter.class)).hasSize(1);
	}

	@Test
	void withoutAnEndpointTheApplicationStartsAndNothingOfOursRuns(CapturedOutput output) {
		this.context = application().run();
		assertThat(this.context.getBeanNamesForType(Pipeline.class)).isEmpty();
		assertThat(output).containsOnlyOnce("The OTLP pipeline is off");
	}

	@Test
	@DisplayName("T42: a secret in a header is in no log and in no document")
	void secretsAppearNowhere(CapturedOutput output) {
		this.server.answer(OtlpTestAnswer.status(401));
		start("otlp.forwarder.headers.authorization=Bearer c4nary", "logging.level.io.github.otlpboot=TRACE",
				"logging.level.org.springframework.boot.context.config=TRACE");
		makeSpans(3);
		OtlpHealthIndicator health = this.context.getBean(OtlpHealthIndicator.class);
		await().until(() -> String.valueOf(health.health().getStatus().getDescription()).contains("401"));
		await().until(() -> this.server.requests().stream().anyMatch((request) -> request.path().equals("/v1/traces")));
		assertThat(firstOf("/v1/traces").header("authorization")).isEqualTo("Bearer c4nary");
		assertThat(output).doesNotContain("c4nary");
		assertThat(health.health().getDetails().toString()).doesNotContain("c4nary");
		assertThat(this.context.getBean(Pipeline.class).status().toString()).doesNotContain("c4nary");
	}

	private OtlpTestRequest firstOf(String path) {
		return this.server.requests()
			.stream()
			.filter((request) -> request.path().equals(path))
			.findFirst()
			.orElseThrow();
	}

	private void start(String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--otlp.forwarder.endpoint=" + this.server.url(),
				"--otlp.forwarder.headers.x-tenant=shop", "--management.tracing.sampling.probability=1.0",
				"--otlp.forwarder.retry.initial-interval=50ms", "--otlp.forwarder.retry.max-interval=200ms",
				"--otlp.forwarder.circuit-breaker.wait-duration-in-open-state=500ms",
				"--otlp.forwarder.circuit-breaker.max-wait-duration-in-open-state=1s",
				"--management.endpoints.web.exposure.include=health,otlp"));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		this.context = application().run(arguments.toArray(String[]::new));
	}

	private static SpringApplication application() {
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		return application;
	}

	private List<String> makeSpans(int count) {
		Tracer tracer = this.context.getBean(OpenTelemetry.class).getTracer("test");
		List<String> ids = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			Span span = tracer.spanBuilder("work-" + i).setAttribute("number", i).startSpan();
			ids.add(span.getSpanContext().getSpanId());
			span.end();
		}
		return ids;
	}

	private SignalLedger ledger() {
		return this.context.getBean(Pipeline.class).ledgers().get(0);
	}

	private String breakerState() {
		return this.context.getBean(Pipeline.class).status().routes().get(0).breaker().state().name();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
