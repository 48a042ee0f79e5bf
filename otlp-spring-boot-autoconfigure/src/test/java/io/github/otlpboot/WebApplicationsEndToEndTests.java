package io.github.otlpboot;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.testing.EcosystemTest;
import io.github.otlpboot.testing.OtlpTestServer;
import io.opentelemetry.proto.trace.v1.Span;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Servlet applications on Tomcat and reactive ones on Netty, over HTTP.
 */
@EcosystemTest
class WebApplicationsEndToEndTests {

	/** Of the two reactive servers on the class path, Netty is what WebFlux brings. */
	private static final String NETTY = "spring.autoconfigure.exclude="
			+ "org.springframework.boot.tomcat.autoconfigure.reactive.TomcatReactiveWebServerAutoConfiguration,"
			+ "org.springframework.boot.tomcat.autoconfigure.actuate.web.server.TomcatReactiveManagementContextAutoConfiguration";

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

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	void requestsBecomeSpansAndLinesBelongToThem(WebApplicationType type) throws Exception {
		this.context = HelloApplication.start(type, this.server, NETTY);
		HttpResponse<String> hello = get("local.server.port", "/hello");
		assertThat(hello.statusCode()).isEqualTo(200);
		assertThat(hello.body()).contains((type == WebApplicationType.SERVLET) ? "http-nio" : "reactor-http");
		Span span = await().until(() -> this.server.spans()
			.stream()
			.filter((candidate) -> candidate.getName().equals("http get /hello"))
			.findFirst()
			.orElse(null), (found) -> found != null);
		assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
		if (type == WebApplicationType.SERVLET) {
			await().untilAsserted(() -> assertThat(this.server.logRecords())
				.filteredOn((record) -> record.getBody().getStringValue().startsWith("hello from "))
				.singleElement()
				.satisfies((record) -> assertThat(record.getSpanId()).isEqualTo(span.getSpanId())));
		}
		seeThatAllIsDeliveredAtTheEnd();
	}

	@ParameterizedTest
	@EnumSource(names = { "SERVLET", "REACTIVE" })
	@DisplayName("a management port of its own has health, endpoint and operations, and no second pipeline")
	void managementPortOfItsOwn(WebApplicationType type) throws Exception {
		this.context = HelloApplication.start(type, this.server, NETTY, "management.server.port=0",
				"management.endpoint.otlp.access=unrestricted");
		assertThat(this.context.getEnvironment().getProperty("local.management.port"))
			.isNotEqualTo(this.context.getEnvironment().getProperty("local.server.port"));
		assertThat(get("local.management.port", "/actuator/health/otlp").body()).contains("\"status\":\"UP\"");
		HttpResponse<String> status = get("local.management.port", "/actuator/otlp");
		assertThat(status.statusCode()).isEqualTo(200);
		assertThat(status.body()).contains("\"traces\"");
		HttpRequest flush = HttpRequest.newBuilder(uri("local.management.port", "/actuator/otlp/flush"))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{}"))
			.build();
		assertThat(this.client.send(flush, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
		assertThat(get("local.server.port", "/actuator/otlp").statusCode()).isEqualTo(404);
		assertThat(get("local.server.port", "/hello").statusCode()).isEqualTo(200);
		assertThat(this.context.getBeansOfType(Pipeline.class)).hasSize(1);
		assertThat(Thread.getAllStackTraces().keySet()).extracting(Thread::getName)
			.containsOnlyOnce("otlp-storage", "otlp-forwarder");
		seeThatAllIsDeliveredAtTheEnd();
		assertThat(this.server.spans()).extracting(Span::getName).contains("http get /hello");
	}

	private void seeThatAllIsDeliveredAtTheEnd() {
		Pipeline pipeline = this.context.getBean(Pipeline.class);
		this.context.close();
		for (Signal signal : Signal.values()) {
			SignalLedger ledger = pipeline.ledgers().get(signal.ordinal());
			assertThat(ledger.isBalanced()).isTrue();
			assertThat(ledger.refusedItems()).as(signal.id()).isZero();
			assertThat(ledger.routes().get(0).delivered()).as(signal.id()).isEqualTo(ledger.offered()).isPositive();
		}
	}

	private HttpResponse<String> get(String port, String path) throws Exception {
		return this.client.send(HttpRequest.newBuilder(uri(port, path)).build(), BodyHandlers.ofString());
	}

	private URI uri(String port, String path) {
		return URI.create("http://localhost:" + this.context.getEnvironment().getProperty(port) + path);
	}

}
