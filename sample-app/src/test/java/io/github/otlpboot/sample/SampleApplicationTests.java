package io.github.otlpboot.sample;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.function.Predicate;

import io.github.otlpboot.sample.collector.CollectorMode;
import io.github.otlpboot.sample.collector.EmbeddedCollector;
import io.github.otlpboot.test.AutoConfigureOtlp;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@AutoConfigureOtlp
@SpringBootTest(useMainMethod = UseMainMethod.ALWAYS, webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "sample.collector.port=0", "sample.load.requests-per-second=0",
				"management.opentelemetry.tracing.export.schedule-delay=20ms" })
class SampleApplicationTests {

	private final HttpClient client = HttpClient.newHttpClient();

	@LocalServerPort
	private int port;

	@Autowired
	private Environment environment;

	@Autowired
	private EmbeddedCollector collector;

	@Autowired
	private RecordingSpanExporter exporter;

	@AfterEach
	void mend() throws IOException {
		this.collector.mode(CollectorMode.OK);
		this.collector.start();
	}

	@Test
	void orderMakesNestedSpansWithAttributes() throws Exception {
		HttpResponse<String> placed = order("tea-green", 2);
		assertThat(placed.statusCode()).isEqualTo(201);
		String location = placed.headers().firstValue("Location").orElseThrow();
		assertThat(placed.body()).contains("\"total\":15.80", "\"customer\":\"ada\"");
		HttpResponse<String> found = get(location);
		assertThat(found.statusCode()).isEqualTo(200);
		assertThat(found.body()).contains("\"stillInStock\":", "\"sku\":\"tea-green\"");

		// There are those of other tests, and more of them may come
		SpanData service = span((span) -> span.getName().equals("order.place")
				&& location.equals("/orders/" + attribute(span, "order.id")));
		SpanData http = span((span) -> span.getSpanId().equals(service.getParentSpanId()));
		assertThat(http.getName()).isEqualTo("http post /orders");
		assertThat(attribute(http, "http.url")).isEqualTo("/orders");
		assertThat(attribute(http, "status")).isEqualTo("201");
		assertThat(child(http, "order.place")).isSameAs(service);
		SpanData inventory = child(service, "inventory.reserve");
		SpanData payment = child(service, "payment.charge");
		assertThat(attribute(service, "order.total")).isEqualTo("15.80");
		assertThat(attribute(inventory, "product.sku")).isEqualTo("tea-green");
		assertThat(attribute(payment, "payment.amount")).isEqualTo("15.80");
		SpanData look = span("http get /orders/{id}", location, 200);
		child(child(look, "order.find"), "inventory.check");
		assertThat(look.getResource().getAttribute(AttributeKey.stringKey("service.name"))).isEqualTo("sample-app");
	}

	@Test
	void failuresAreAnsweredInWordsAndMarkTheSpans() throws Exception {
		HttpResponse<String> declined = order("pot-cast-iron", 6);
		assertThat(declined.statusCode()).isEqualTo(402);
		assertThat(declined.body()).contains("The bank declines more than 500.00 euros");
		SpanData service = child(span("http post /orders", "/orders", 402), "order.place");
		assertThat(service.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
		assertThat(child(service, "payment.charge").getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
		assertThat(child(service, "inventory.release").getStatus().getStatusCode()).isNotEqualTo(StatusCode.ERROR);
		assertThat(order("coffee", 1).statusCode()).isEqualTo(400);
		assertThat(order("tea-black", 0).statusCode()).isEqualTo(400);
		assertThat(get("/orders/0").statusCode()).isEqualTo(404);
	}

	@Test
	void lookingAtTheSampleMakesNoSpans() throws Exception {
		assertThat(get("/actuator/health").statusCode()).isEqualTo(200);
		for (String path : List.of("/", "/index.html", "/pipeline", "/collector", "/page/js/main.js",
				"/webjars/uplot/dist/uPlot.esm.js")) {
			assertThat(get(path).statusCode()).as(path).isEqualTo(200);
		}
		assertThat(get("/orders/4711").statusCode()).isEqualTo(404);
		// Spans are exported in order, so the others would have come by now
		span("http get /orders/{id}", "/orders/4711", 404);
		assertThat(this.exporter.spans()).extracting((span) -> attribute(span, "http.url"))
			.doesNotContain("/actuator/health", "/", "/index.html", "/pipeline", "/collector", "/page/js/main.js",
					"/webjars/uplot/dist/uPlot.esm.js");
	}

	@Test
	void pageMayLoadNothingFromElsewhere() throws Exception {
		for (String path : List.of("/", "/page/js/main.js", "/webjars/uplot/dist/uPlot.esm.js")) {
			HttpResponse<String> response = get(path);
			assertThat(response.statusCode()).as(path).isEqualTo(200);
			assertThat(response.headers().firstValue("Content-Security-Policy")).as(path)
				.hasValueSatisfying((policy) -> assertThat(policy).startsWith("default-src 'self'; ")
					.doesNotContain("unsafe", "http"));
			assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
		}
	}

	@Test
	void figuresOfThePageAreThoseOfThePipelineAndOfTheCollector() throws Exception {
		order("tea-green", 1);
		await().untilAsserted(() -> assertThat(get("/pipeline").body()).contains("\"startedAt\":",
				"\"pipeline\":{\"status\":\"", "\"collector\":{\"running\":true", "\"samples\":[{\"at\":",
				"{\"signal\":\"traces\",\"accepted\":", "\"received\":{\"traces\":"));
		assertThat(get("/pipeline?after=" + Long.MAX_VALUE).body()).contains("\"samples\":[]");
	}

	@Test
	void endpointFollowsThePortOfTheCollector() {
		assertThat(this.environment.getProperty("otlp.forwarder.endpoint"))
			.isEqualTo("http://127.0.0.1:" + this.collector.port());
		assertThat(this.collector.port()).isPositive();
	}

	@Test
	void collectorIsShown() throws Exception {
		HttpResponse<String> response = get("/collector");
		assertThat(response.headers().firstValue("Content-Type")).contains("application/json");
		assertThat(response.body()).contains("\"running\":true", "\"mode\":\"ok\"", "\"port\":" + this.collector.port(),
				"\"signals\":{\"traces\":{\"requests\":", "\"metrics\":{", "\"logs\":{", "\"distinctSpans\":",
				"\"duplicateSpans\":0", "\"answers\":{", "\"lastItems\":[");
	}

	@Test
	void collectorIsStoppedAndStartedOverHttp() throws Exception {
		int before = this.collector.port();
		assertThat(post("/collector/stop").body()).contains("\"running\":false");
		assertThat(this.collector.status().running()).isFalse();
		assertThat(order("tea-green", 1).statusCode()).isEqualTo(201);
		assertThat(post("/collector/start").body()).contains("\"running\":true", "\"port\":" + before);
		assertThat(this.collector.status().running()).isTrue();
	}

	@Test
	void whenPortHasBeenTakenMeanwhileSaysSo() throws Exception {
		post("/collector/stop");
		try (ServerSocket thief = new ServerSocket(this.collector.port(), 1, InetAddress.getByName("127.0.0.1"))) {
			HttpResponse<String> response = post("/collector/start");
			assertThat(response.statusCode()).isEqualTo(409);
			assertThat(response.body()).contains("cannot listen on port " + thief.getLocalPort());
		}
	}

	@Test
	void collectorIsBrokenOverHttp() throws Exception {
		for (CollectorMode mode : CollectorMode.values()) {
			HttpResponse<String> response = post("/collector/mode/" + mode.id());
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.body()).contains("\"mode\":\"" + mode.id() + "\"");
			assertThat(this.collector.mode()).isEqualTo(mode);
		}
		HttpResponse<String> unknown = post("/collector/mode/upside-down");
		assertThat(unknown.statusCode()).isEqualTo(400);
		assertThat(unknown.body()).contains("The mode must be one of ok, unavailable, throttled, bad-request, slow");
	}

	private SpanData span(String name, String url, int status) {
		return span((span) -> span.getName().equals(name) && url.equals(attribute(span, "http.url"))
				&& String.valueOf(status).equals(attribute(span, "status")));
	}

	private SpanData span(Predicate<SpanData> wanted) {
		return await().until(() -> this.exporter.spans().stream().filter(wanted).findFirst().orElse(null),
				(span) -> span != null);
	}

	private SpanData child(SpanData parent, String name) {
		List<SpanData> children = this.exporter.spans()
			.stream()
			.filter((span) -> span.getTraceId().equals(parent.getTraceId())
					&& span.getParentSpanId().equals(parent.getSpanId()) && span.getName().equals(name))
			.toList();
		assertThat(children).as("children of %s named %s", parent.getName(), name).hasSize(1);
		return children.get(0);
	}

	private static String attribute(SpanData span, String key) {
		return span.getAttributes().get(AttributeKey.stringKey(key));
	}

	private HttpResponse<String> order(String sku, int quantity) throws Exception {
		String body = "{\"customer\":\"ada\",\"sku\":\"%s\",\"quantity\":%d}".formatted(sku, quantity);
		return send(HttpRequest.newBuilder(uri("/orders"))
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofString(body)));
	}

	private HttpResponse<String> get(String path) throws Exception {
		return send(HttpRequest.newBuilder(uri(path)));
	}

	private HttpResponse<String> post(String path) throws Exception {
		return send(HttpRequest.newBuilder(uri(path)).POST(BodyPublishers.noBody()));
	}

	private URI uri(String path) {
		return URI.create("http://127.0.0.1:" + this.port).resolve(path);
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.client.send(request.build(), BodyHandlers.ofString());
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class RecordingConfiguration {

		@Bean
		RecordingSpanExporter recordingSpanExporter() {
			return new RecordingSpanExporter();
		}

	}

}
