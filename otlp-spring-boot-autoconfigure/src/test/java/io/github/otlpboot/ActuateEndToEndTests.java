package io.github.otlpboot;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.github.otlpboot.breaker.CircuitBreakerState;
import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestServer;
import io.opentelemetry.api.OpenTelemetry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What an operator sees and does, over HTTP.
 */
class ActuateEndToEndTests {

	private final OtlpTestServer server = OtlpTestServer.open();

	private final HttpClient client = HttpClient.newHttpClient();

	private ConfigurableApplicationContext context;

	@AfterEach
	void tearDown() {
		if (this.context != null) {
			this.context.close();
		}
		this.server.close();
	}

	@Test
	void operationsAreDeniedUnlessAccessIsGranted() throws Exception {
		start();
		assertThat(post("/actuator/otlp/force-open", "{}").statusCode()).isIn(404, 405);
		assertThat(breaker(Signal.TRACES)).isEqualTo(CircuitBreakerState.CLOSED);
		assertThat(get("/actuator/otlp").statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "reset", "close" })
	void operatorOpensAndClosesTheBreakerOfOneSignal(String closing) throws Exception {
		start("management.endpoint.otlp.access=unrestricted");
		HttpResponse<String> opened = post("/actuator/otlp/force-open", "{\"signal\":\"traces\"}");
		assertThat(opened.statusCode()).isEqualTo(200);
		assertThat(opened.body()).isEqualTo("{\"default/traces\":\"FORCED_OPEN\"}");
		assertThat(breaker(Signal.TRACES)).isEqualTo(CircuitBreakerState.FORCED_OPEN);
		assertThat(breaker(Signal.LOGS)).isEqualTo(CircuitBreakerState.CLOSED);
		makeSpan();
		await().until(() -> pipeline().ledgers().get(0).accepted() == 1);
		assertThat(get("/actuator/health/otlp").body())
			.contains("circuit breaker of default forced open (traces only)");
		assertThat(this.server.spans()).isEmpty();
		assertThat(post("/actuator/otlp/" + closing, "{}").statusCode()).isEqualTo(200);
		await().until(() -> this.server.spans().size() == 1);
	}

	@Test
	void flushSendsWhatWaitsForCompany() throws Exception {
		start("management.endpoint.otlp.access=unrestricted", "otlp.forwarder.batch.max-delay=1h");
		makeSpan();
		await().until(() -> pipeline().ledgers().get(0).accepted() == 1);
		assertThat(this.server.spans()).isEmpty();
		assertThat(post("/actuator/otlp/flush", "{\"destination\":\"default\"}").statusCode()).isEqualTo(200);
		await().until(() -> this.server.spans().size() == 1);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			explode | {}                          | flush, reset, close, force-open
			reset   | {"signal":"smells"}         | default/traces, default/metrics, default/logs
			reset   | {"destination":"elsewhere"} | default/traces, default/metrics, default/logs
			""")
	void whatDoesNotExistIsAnsweredWithWhatDoes(String operation, String body, String names) throws Exception {
		start("management.endpoint.otlp.access=unrestricted", "spring.web.error.include-message=always");
		HttpResponse<String> response = post("/actuator/otlp/" + operation, body);
		assertThat(response.statusCode()).isEqualTo(400);
		assertThat(response.body()).contains(names);
	}

	@Test
	void endpointTellsTheSettingsThatMatter() throws Exception {
		start("otlp.exporter.temporality=delta");
		assertThat(get("/actuator/otlp").body()).contains("\"temporality\":\"delta\"")
			.contains("\"samplingProbability\":\"1.0\"")
			.contains(this.server.url() + "/v1/logs");
	}

	@Test
	@DisplayName("A Prometheus registry beside ours shows every meter, with every reason from the start")
	void prometheusShowsEveryMeter() throws Exception {
		start();
		String scrape = get("/actuator/prometheus").body();
		for (String signal : List.of("traces", "metrics", "logs")) {
			String intake = "signal=\"" + signal + "\"} ";
			String route = "destination=\"default\"," + intake;
			assertThat(scrape).contains("otlp_offered_items_total{" + intake, "otlp_accepted_items_total{" + intake,
					"otlp_delivered_items_total{" + route, "otlp_pending_items{" + route,
					"otlp_pending_size_bytes{" + route, "otlp_pending_age_seconds{" + route);
			for (RefusalReason reason : RefusalReason.values()) {
				assertThat(scrape)
					.contains("otlp_refused_items_total{reason=\"" + reason.id() + "\"," + intake + "0.0");
			}
			for (LossReason reason : LossReason.values()) {
				assertThat(scrape).contains("otlp_lost_items_total{destination=\"default\",reason=\"" + reason.id()
						+ "\"," + intake + "0.0");
			}
			for (CircuitBreakerState state : CircuitBreakerState.values()) {
				assertThat(scrape).contains("otlp_circuitbreaker_state{destination=\"default\",signal=\"" + signal
						+ "\",state=\"" + state.name().toLowerCase(Locale.ROOT) + "\"} "
						+ ((state == CircuitBreakerState.CLOSED) ? "1.0" : "0.0"));
			}
			for (String reason : List.of("credentials", "endpoint", "redirect", "other")) {
				assertThat(scrape).contains(
						"otlp_destination_paused{destination=\"default\",reason=\"" + reason + "\"," + intake + "0.0");
			}
		}
		assertThat(scrape).contains("otlp_storage_durable 1.0", "otlp_storage_used_bytes{signal=\"traces\"} ",
				"otlp_storage_limit_bytes{signal=\"logs\"} ", "otlp_storage_free_bytes ");
		makeSpan();
		await().untilAsserted(() -> assertThat(get("/actuator/prometheus").body()).contains(
				"otlp_requests_seconds_count{destination=\"default\",outcome=\"SUCCESS\",signal=\"traces\",status=\"200\"}"));
		for (String kind : List.of("span", "log", "metric_data_point")) {
			assertThat(scrape).containsPattern("otel_sdk_exporter_" + kind + "_exported_total\\{.*error_type=\"none\"")
				.containsPattern("otel_sdk_exporter_" + kind + "_exported_total\\{.*error_type=\"rejected\"")
				.contains("otel_sdk_exporter_" + kind + "_inflight{");
		}
	}

	@Test
	@DisplayName("C45: items are counted once, after the final attempt, and refusals are failures")
	void metersTellWhatBecameOfEveryItem() throws Exception {
		start("otlp.exporter.logs.enabled=false", "otlp.exporter.micrometer.enabled=false",
				"otlp.forwarder.retry.initial-interval=50ms");
		this.server.enqueue(OtlpTestAnswer.status(503));
		makeSpan();
		await().until(() -> this.server.spans().size() == 1);
		await().untilAsserted(() -> {
			String scrape = get("/actuator/prometheus").body();
			assertThat(scrape).contains("otlp_delivered_items_total{destination=\"default\",signal=\"traces\"} 1.0")
				.containsPattern("otel_sdk_exporter_span_exported_total\\{error_type=\"none\",.*\\} 1\\.0")
				.containsPattern("otlp_requests_seconds_count\\{.*outcome=\"SERVER_ERROR\",.*status=\"503\"\\} 1")
				.containsPattern("otlp_requests_seconds_count\\{.*outcome=\"SUCCESS\",.*status=\"200\"\\} 1");
		});
		this.server.enqueue(OtlpTestAnswer.status(400));
		makeSpan();
		await().untilAsserted(() -> assertThat(get("/actuator/prometheus").body())
			.containsPattern(
					"otlp_lost_items_total\\{destination=\"default\",reason=\"rejected\",signal=\"traces\"\\} 1\\.0")
			.containsPattern("otel_sdk_exporter_span_exported_total\\{error_type=\"rejected\",.*\\} 1\\.0"));
	}

	@ParameterizedTest
	@CsvSource({ "401, credentials", "404, endpoint", "302, redirect" })
	void pauseIsTold(int status, String reason) throws Exception {
		start("otlp.exporter.logs.enabled=false", "otlp.exporter.micrometer.enabled=false");
		this.server.answer(OtlpTestAnswer.status(status));
		makeSpan();
		await().untilAsserted(() -> assertThat(get("/actuator/prometheus").body()).contains(
				"otlp_destination_paused{destination=\"default\",reason=\"" + reason + "\",signal=\"traces\"} 1.0",
				"otlp_pending_items{destination=\"default\",signal=\"traces\"} 1.0"));
	}

	@Test
	void unansweredRequestsAreTimedToo() throws Exception {
		start("otlp.exporter.logs.enabled=false", "otlp.exporter.micrometer.enabled=false");
		this.server.stop();
		makeSpan();
		await().untilAsserted(() -> assertThat(get("/actuator/prometheus").body()).containsPattern(
				"otlp_requests_seconds_count\\{.*outcome=\"UNKNOWN\",signal=\"traces\",status=\"IO_ERROR\"\\}"));
	}

	private void makeSpan() {
		this.context.getBean(OpenTelemetry.class).getTracer("test").spanBuilder("work").startSpan().end();
	}

	private Pipeline pipeline() {
		return this.context.getBean(Pipeline.class);
	}

	private CircuitBreakerState breaker(Signal signal) {
		return pipeline().status()
			.routes()
			.stream()
			.filter((route) -> route.signal() == signal)
			.map((route) -> route.breaker().state())
			.findFirst()
			.orElseThrow();
	}

	private HttpResponse<String> get(String path) throws IOException, InterruptedException {
		return this.client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
	}

	private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
		return this.client.send(HttpRequest.newBuilder(uri(path))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build(), BodyHandlers.ofString());
	}

	private URI uri(String path) {
		int port = ((WebServerApplicationContext) this.context).getWebServer().getPort();
		return URI.create("http://localhost:" + port + path);
	}

	private void start(String... properties) {
		List<String> arguments = new ArrayList<>(List.of("--otlp.forwarder.endpoint=" + this.server.url(),
				"--server.port=0", "--otlp.shutdown-timeout=1s", "--management.tracing.sampling.probability=1.0",
				"--management.observations.enable.http=false", "--management.endpoints.web.exposure.include=*",
				"--management.endpoint.health.show-components=always"));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		SpringApplication application = new SpringApplication(Application.class);
		application.setWebApplicationType(WebApplicationType.SERVLET);
		this.context = application.run(arguments.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
