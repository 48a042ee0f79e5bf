package io.github.otlpboot;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

import io.github.otlpboot.autoconfigure.TransportType;
import io.github.otlpboot.breaker.CircuitBreakerState;
import io.github.otlpboot.forwarder.HeadersSupplier;
import io.github.otlpboot.forwarder.RouteState;
import io.github.otlpboot.forwarder.RouteStatus;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.testing.TestAuthority;
import io.github.otlpboot.testing.TestCertificate;
import io.github.otlpboot.testing.TestCollector;
import io.opentelemetry.api.OpenTelemetry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * TLS and credentials of a whole application, with both transports. All waits are an hour
 * long, so whatever resumes does so because of what has changed.
 */
@ExtendWith(OutputCaptureExtension.class)
class SecurityEndToEndTests {

	private static final AtomicReference<String> TOKEN = new AtomicReference<>();

	@TempDir
	private Path directory;

	private TestCollector server;

	private ConfigurableApplicationContext context;

	@AfterEach
	void tearDown() {
		if (this.context != null) {
			this.context.close();
		}
		if (this.server != null) {
			this.server.close();
		}
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("T33: 401 holds the route; a renewed token file resumes it at once; endpoint says where and when")
	void renewedTokenFileResumesAtOnce(TransportType type) throws Exception {
		Path token = write("token", "canary-old\n");
		this.server = TestCollector.open(type).refuse((request) -> refusal(request.header("authorization")));
		start(Application.class, "otlp.forwarder.authentication.bearer.token-location=file:" + token);
		makeSpan();
		await().until(() -> route().state() == RouteState.PAUSED);
		long loadedAt = this.context.getBean(Pipeline.class).status().targets().get(0).credential().loadedAt();
		String shown = get("/actuator/otlp");
		assertThat(shown)
			.contains("\"state\":\"PAUSED\"",
					"\"credential\":{\"source\":" + "\"otlp.forwarder.authentication.bearer.token-location (file:"
							+ token + ")\",\"loadedAt\":")
			.doesNotContain("canary");
		assertThat(this.server.spans()).isEmpty();
		write("token", "canary-new\n");
		await().until(() -> this.server.spans().size() == 1);
		assertThat(this.context.getBean(Pipeline.class).status().targets().get(0).credential().loadedAt())
			.isGreaterThan(loadedAt);
		await().untilAsserted(() -> assertThat(get("/actuator/otlp")).doesNotContain("\"credential\""));
	}

	@Test
	@DisplayName("T33: nobody asks for what watches the token file, and it watches all the same")
	void renewedTokenFileResumesAnApplicationThatIsLazy() throws Exception {
		Path token = write("token", "canary-old\n");
		this.server = TestCollector.open(TransportType.HTTP)
			.refuse((request) -> refusal(request.header("authorization")));
		start(Application.class, "spring.main.lazy-initialization=true",
				"otlp.forwarder.authentication.bearer.token-location=file:" + token);
		makeSpan();
		await().until(() -> route().state() == RouteState.PAUSED);
		write("token", "canary-new\n");
		await().until(() -> this.server.spans().size() == 1);
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("T33: a HeadersSupplier bean is asked at each attempt, and a new answer resumes the route")
	void renewedTokenOfABeanResumesAtOnce(TransportType type) throws Exception {
		TOKEN.set("Bearer canary-old");
		this.server = TestCollector.open(type).refuse((request) -> refusal(request.header("authorization")));
		start(SupplierApplication.class);
		makeSpan();
		await().until(() -> route().state() == RouteState.PAUSED);
		assertThat(get("/actuator/health/otlp")).contains("HeadersSupplier\"}").doesNotContain("canary");
		TOKEN.set("Bearer canary-new");
		await().until(() -> this.server.spans().size() == 1);
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("T31: an untrusted server gets nothing, and renewed certificates resume at once")
	void renewedTrustResumesAtOnce(TransportType type, CapturedOutput output) throws Exception {
		TestAuthority known = TestAuthority.found();
		TestAuthority unknown = TestAuthority.found();
		TestCertificate certificate = known.issue("127.0.0.1");
		this.server = TestCollector.openTls(type, certificate);
		Path trusted = write("trusted.pem", unknown.pem());
		start(Application.class, "otlp.forwarder.ssl.bundle=collector",
				"otlp.forwarder.circuit-breaker.failure-threshold=1", reloading(),
				"spring.ssl.bundle.pem.collector.truststore.certificate=file:" + trusted);
		makeSpan();
		await().until(() -> route().lastFailure() != null);
		assertThat(route().lastFailure().failure().kind()).isEqualTo(SendFailure.Kind.TLS);
		await().until(() -> route().breaker().state() == CircuitBreakerState.OPEN);
		assertThat(this.server.requests()).isEmpty();
		assertThat(route().backlog().items()).as("kept").isEqualTo(1);
		write("trusted.pem", known.pem());
		await().until(() -> this.server.spans().size() == 1);
		assertThat(output).contains("The certificates of SSL bundle 'collector' have been renewed");
		assertThat(this.server.requests().get(0).header("x-token")).isEqualTo("canary");
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("T31: mutual TLS; an expired certificate of ours is renewed")
	void renewedClientCertificateResumesAtOnce(TransportType type) throws Exception {
		TestAuthority authority = TestAuthority.found();
		TestCertificate certificate = authority.issue("127.0.0.1");
		TestCertificate expired = authority.issue("client", -10, -5);
		this.server = TestCollector.openMutualTls(type, certificate);
		Path own = write("own.pem", expired.certificatePem() + expired.keyPem());
		start(Application.class, "otlp.forwarder.ssl.bundle=collector", reloading(),
				"spring.ssl.bundle.pem.collector.truststore.certificate=file:" + write("trusted.pem", authority.pem()),
				"spring.ssl.bundle.pem.collector.keystore.certificate=file:" + own,
				"spring.ssl.bundle.pem.collector.keystore.private-key=file:" + own);
		makeSpan();
		await().until(() -> route().state() == RouteState.RETRYING);
		assertThat(this.server.requests()).isEmpty();
		TestCertificate renewed = authority.issue("client");
		write("own.pem", renewed.certificatePem() + renewed.keyPem());
		await().until(() -> this.server.spans().size() == 1);
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("T42: secrets stay out of logs at TRACE, exceptions and every actuator endpoint")
	void secretsAreNeverShown(TransportType type, CapturedOutput output) throws Exception {
		TOKEN.set("canary-bean");
		this.server = TestCollector.open(type).refuse((request) -> "no " + request.headers());
		Path token = write("token", "canary-token");
		start(SupplierApplication.class, "otlp.forwarder.authentication.bearer.token-location=file:" + token,
				"otlp.forwarder.headers.x-key=canary-header", "logging.level.root=trace",
				"management.endpoint.env.show-values=always", "management.endpoint.configprops.show-values=always",
				"otlp.storage.directory=" + this.directory.resolve("stored"),
				// That of the collector, which is in the same process
				"logging.level.io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler=info",
				"management.opentelemetry.tracing.export.otlp.endpoint=http://localhost:1/v1/traces",
				"management.opentelemetry.tracing.export.otlp.headers.authorization=canary-management");
		makeSpan();
		await().until(() -> route().state() == RouteState.PAUSED);
		for (String path : List.of("", "/otlp", "/health", "/health/otlp", "/env", "/configprops", "/beans", "/metrics",
				"/prometheus", "/conditions", "/mappings", "/loggers", "/threaddump", "/info", "/scheduledtasks",
				"/env/otlp.forwarder.headers.x-key",
				"/env/management.opentelemetry.tracing.export.otlp.headers.authorization")) {
			assertThat(get("/actuator" + path)).as(path).isNotEmpty().doesNotContain("canary");
		}
		assertThat(get("/actuator/configprops")).contains("token-location", "******");
		assertThat(this.server.requests().get(0).headers()).containsEntry("authorization", "canary-bean")
			.containsEntry("x-key", "canary-header");
		this.context.close();
		this.context = null;
		LoggingSystem.get(getClass().getClassLoader()).setLogLevel("ROOT", LogLevel.INFO);
		assertThat(output).contains("TRACE").doesNotContain("canary");
		assertThat(stored()).contains("work").doesNotContain("canary");
	}

	@ParameterizedTest
	@ValueSource(strings = { "bearer.token=canary-1", "basic.username=user,basic.password=canary-2",
			"api-key.header=x-api-key,api-key.value=canary-3" })
	@DisplayName("T42: nor is a credential of any other kind, which reaches the server")
	void everyKindOfCredentialIsHidden(String credential, CapturedOutput output) throws Exception {
		this.server = TestCollector.open(TransportType.HTTP).refuse((request) -> "no " + request.headers());
		List<String> properties = new ArrayList<>(List.of("logging.level.root=trace",
				"management.endpoint.env.show-values=always", "management.endpoint.configprops.show-values=always",
				"otlp.storage.directory=" + this.directory.resolve("stored")));
		for (String property : credential.split(",")) {
			properties.add("otlp.forwarder.authentication." + property);
		}
		start(Application.class, properties.toArray(String[]::new));
		makeSpan();
		await().until(() -> route().state() == RouteState.PAUSED);
		for (String path : List.of("/otlp", "/health", "/env", "/configprops", "/beans")) {
			assertThat(get("/actuator" + path)).as(path).isNotEmpty().doesNotContain("canary");
		}
		this.context.close();
		this.context = null;
		LoggingSystem.get(getClass().getClassLoader()).setLogLevel("ROOT", LogLevel.INFO);
		assertThat(output).contains("TRACE").doesNotContain("canary");
		assertThat(stored()).contains("work").doesNotContain("canary");
		String expected = credential.startsWith("basic")
				? Base64.getEncoder().encodeToString("user:canary-2".getBytes(StandardCharsets.UTF_8)) : "canary-";
		assertThat(this.server.requests().get(0).headers().toString()).contains(expected);
		assertThat(output).doesNotContain(expected);
	}

	@Test
	@DisplayName("T42: nor the password of a private key, and not the key")
	void privateKeyIsHidden(CapturedOutput output) throws Exception {
		TestAuthority authority = TestAuthority.found();
		TestCertificate own = authority.issue("client");
		this.server = TestCollector.openMutualTls(TransportType.HTTP, authority.issue("127.0.0.1"));
		String key = own.keyPem().lines().skip(1).findFirst().orElseThrow();
		start(Application.class, "otlp.forwarder.ssl.bundle=collector", "logging.level.root=trace",
				"otlp.storage.directory=" + this.directory.resolve("stored"),
				"spring.ssl.bundle.pem.collector.truststore.certificate=file:" + write("trusted.pem", authority.pem()),
				"spring.ssl.bundle.pem.collector.keystore.certificate=file:"
						+ write("own.pem", own.certificatePem() + own.keyPem()),
				"spring.ssl.bundle.pem.collector.keystore.private-key=file:" + this.directory.resolve("own.pem"));
		makeSpan();
		await().until(() -> this.server.spans().size() == 1);
		for (String path : List.of("/otlp", "/health", "/env", "/configprops", "/beans", "/info")) {
			assertThat(get("/actuator" + path)).as(path).isNotEmpty().doesNotContain(key);
		}
		this.context.close();
		this.context = null;
		LoggingSystem.get(getClass().getClassLoader()).setLogLevel("ROOT", LogLevel.INFO);
		assertThat(output).contains("TRACE").doesNotContain(key);
		assertThat(stored()).doesNotContain(key);
	}

	@ParameterizedTest
	@EnumSource
	@DisplayName("T43: nothing in a request or an answer says where telemetry goes")
	void destinationComesFromConfigurationAlone(TransportType type) throws Exception {
		try (TestCollector other = TestCollector.open(type)) {
			this.server = TestCollector.open(type);
			start(Application.class, "management.endpoint.otlp.access=unrestricted",
					"server.forward-headers-strategy=framework");
			String elsewhere = other.url().toString();
			HttpRequest request = request("/actuator/otlp/flush").header("content-type", "application/json")
				.header("forwarded", "host=" + other.url().getAuthority() + ";proto=http")
				.header("x-forwarded-host", other.url().getAuthority())
				.header("baggage", "otlp.forwarder.endpoint=" + elsewhere)
				.header("otlp-forwarder-endpoint", elsewhere)
				.POST(BodyPublishers.ofString("{\"signal\": \"traces\", \"endpoint\": \"" + elsewhere
						+ "\", \"otlp.forwarder.traces.endpoint\": \"" + elsewhere + "\"}"))
				.build();
			makeSpan();
			HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
			assertThat(answer.statusCode()).as(answer.body()).isLessThan(500);
			await().until(() -> this.server.spans().size() == 1);
			makeSpan();
			await().until(() -> this.server.spans().size() == 2);
			assertThat(other.requests()).isEmpty();
			assertThat(get("/actuator/otlp")).contains(this.server.url().getAuthority())
				.doesNotContain(other.url().getAuthority());
		}
	}

	@Test
	@DisplayName("T42: neither does a start-up that fails show them")
	void failedStartUpShowsNoSecret(CapturedOutput output) {
		this.server = TestCollector.open(TransportType.HTTP);
		for (String wrong : List.of("otlp.forwarder.authentication.bearer.token=canary\nx",
				"otlp.forwarder.authentication.basic.password=canary", "otlp.forwarder.headers.authorization=canary",
				"otlp.forwarder.proxy.port=1", "otlp.forwarder.ssl.bundle=missing")) {
			assertThat(catchThrowable(
					() -> start(Application.class, wrong, "otlp.forwarder.authentication.api-key.header=authorization",
							"otlp.forwarder.authentication.api-key.value=canary-key")))
				.isNotNull();
		}
		assertThat(output).contains("APPLICATION FAILED TO START").doesNotContain("canary");
	}

	private static String refusal(String header) {
		return "Bearer canary-new".equals(header) ? null : "no";
	}

	private static String reloading() {
		return "spring.ssl.bundle.pem.collector.reload-on-update=true";
	}

	private void makeSpan() {
		this.context.getBean(OpenTelemetry.class).getTracer("test").spanBuilder("work").startSpan().end();
	}

	private RouteStatus route() {
		return this.context.getBean(Pipeline.class).status().routes().get(0);
	}

	private Path write(String name, String content) throws Exception {
		// At once, as a careful agent does
		Path written = Files.writeString(this.directory.resolve(name + ".new"), content);
		return Files.move(written, this.directory.resolve(name), StandardCopyOption.ATOMIC_MOVE,
				StandardCopyOption.REPLACE_EXISTING);
	}

	private String get(String path) throws Exception {
		return HttpClient.newHttpClient().send(request(path).build(), BodyHandlers.ofString()).body();
	}

	private HttpRequest.Builder request(String path) {
		int port = ((WebServerApplicationContext) this.context).getWebServer().getPort();
		return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
	}

	/**
	 * All bytes of all files that are stored, one character each.
	 */
	private String stored() throws IOException {
		StringBuilder all = new StringBuilder();
		try (Stream<Path> files = Files.walk(this.directory.resolve("stored"))) {
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				all.append(file.getFileName()).append(Files.readString(file, StandardCharsets.ISO_8859_1));
			}
		}
		return all.toString();
	}

	private void start(Class<?> application, String... properties) {
		List<String> arguments = new ArrayList<>(List.of(
				"--otlp.forwarder.traces.endpoint=" + this.server.url() + "/v1/traces",
				"--otlp.forwarder.transport=" + this.server.type(), "--server.port=0", "--otlp.shutdown-timeout=1s",
				"--otlp.forwarder.headers.x-token=canary", "--otlp.forwarder.retry.initial-interval=1h",
				"--otlp.forwarder.retry.max-interval=1h",
				"--otlp.forwarder.circuit-breaker.wait-duration-in-open-state=1h",
				"--otlp.forwarder.circuit-breaker.max-wait-duration-in-open-state=1h",
				"--spring.ssl.bundle.watch.file.quiet-period=200ms", "--management.tracing.sampling.probability=1.0",
				"--management.observations.enable.http=false", "--management.endpoints.web.exposure.include=*",
				"--management.endpoint.health.show-details=always"));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		SpringApplication springApplication = new SpringApplication(application);
		springApplication.setWebApplicationType(WebApplicationType.SERVLET);
		this.context = springApplication.run(arguments.toArray(String[]::new));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class SupplierApplication {

		@Bean
		HeadersSupplier rotatingToken(OpenTelemetry openTelemetry) {
			// What fetches a token may well be traced, so it may need what needs the
			// pipeline
			assertThat(openTelemetry).isNotNull();
			return () -> Map.of("Authorization", TOKEN.get());
		}

	}

}
