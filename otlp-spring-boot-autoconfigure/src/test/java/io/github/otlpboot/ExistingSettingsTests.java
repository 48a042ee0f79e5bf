package io.github.otlpboot;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import io.github.otlpboot.testing.OtlpGrpcTestServer;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestServer;
import io.github.otlpboot.testing.TestAuthority;
import io.github.otlpboot.testing.TestCertificate;
import io.opentelemetry.proto.trace.v1.Span;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * New applications with nothing but the settings that teams already have, each in a
 * process of its own.
 */
@Tag("processes")
class ExistingSettingsTests {

	@TempDir
	private Path directory;

	@Test
	@DisplayName("C37, C38, C40: endpoint and headers in the environment deliver all signals")
	void variablesAloneDeliver() throws Exception {
		try (OtlpTestServer server = OtlpTestServer.open()) {
			String output = run(
					Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", server.url().toString(), "OTEL_EXPORTER_OTLP_HEADERS",
							"authorization=Bearer%20a+b,x-tenant=shop",
							// No limit
							"OTEL_EXPORTER_OTLP_TIMEOUT", "0", "OTEL_EXPORTER_OTLP_LOGS_HEADERS", ""),
					List.of(), () -> checkDelivered(server));
			assertThat(server.requests()).allSatisfy((request) -> {
				assertThat(request.header("authorization")).isEqualTo("Bearer a+b");
				assertThat(request.header("x-tenant")).isEqualTo("shop");
			});
			assertThat(output).contains("spans go to " + server.url() + "/v1/traces").doesNotContain("Bearer");
		}
	}

	@Test
	@DisplayName("C37, C39, C42: protocol grpc in the environment delivers all signals by gRPC, metrics too")
	void variablesAloneDeliverByGrpc() throws Exception {
		try (OtlpGrpcTestServer server = OtlpGrpcTestServer.open()) {
			String output = run(
					Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", server.url().toString(), "OTEL_EXPORTER_OTLP_PROTOCOL",
							"grpc", "OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer%20a+b"),
					List.of(), () -> assertThat(server.accepted()).extracting((request) -> request.path())
						.contains("/v1/traces", "/v1/metrics", "/v1/logs"));
			assertThat(server.requests()).allMatch((request) -> "Bearer a+b".equals(request.header("authorization")));
			assertThat(output).contains("go to " + server.url() + " (").doesNotContain("Bearer");
		}
	}

	@Test
	@DisplayName("C37, C41: a signal's own variables win, an unknown value is ignored")
	void variablesOfASignalWin() throws Exception {
		try (OtlpTestServer server = OtlpTestServer.open(); OtlpTestServer logs = OtlpTestServer.open()) {
			run(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", server.url().toString(), "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
					logs.url() + "/v1/logs", "OTEL_EXPORTER_OTLP_HEADERS", "x-for=all",
					"OTEL_EXPORTER_OTLP_LOGS_HEADERS", "x-for=logs", "OTEL_EXPORTER_OTLP_COMPRESSION", "zstd",
					"OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "none"), List.of(), () -> {
						assertThat(server.spans()).isNotEmpty();
						assertThat(server.metrics()).isNotEmpty();
						assertThat(logs.logRecords()).isNotEmpty();
					});
			assertThat(server.logRecords()).isEmpty();
			assertThat(logs.requests()).allMatch((request) -> "logs".equals(request.header("x-for")));
			assertThat(server.requests()).allMatch((request) -> "all".equals(request.header("x-for")))
				.anyMatch((request) -> "gzip".equals(request.header("content-encoding")))
				.anyMatch((request) -> request.header("content-encoding") == null
						&& request.path().equals("/v1/metrics"));
		}
	}

	@Test
	@DisplayName("C39: certificates in the environment, mutual TLS")
	void certificatesOfVariablesDeliver() throws Exception {
		TestAuthority authority = TestAuthority.found();
		TestCertificate certificate = authority.issue("127.0.0.1");
		try (OtlpTestServer server = OtlpTestServer
			.openMutualTls(new TestCertificate.Server(certificate).context(certificate))) {
			run(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", server.url().toString(), "OTEL_EXPORTER_OTLP_CERTIFICATE",
					write("ca.pem", authority.pem()), "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
					write("client.pem", certificate.certificatePem()), "OTEL_EXPORTER_OTLP_CLIENT_KEY",
					write("key.pem", certificate.keyPem())), List.of(), () -> checkDelivered(server));
		}
	}

	@Test
	void managementAloneDelivers() throws Exception {
		try (OtlpTestServer server = OtlpTestServer.open()) {
			List<String> arguments = new ArrayList<>();
			arguments.add("--management.opentelemetry.tracing.export.otlp.endpoint=" + server.url() + "/v1/traces");
			arguments.add("--management.opentelemetry.tracing.export.otlp.headers.x-for=traces");
			arguments.add("--management.otlp.metrics.export.url=" + server.url() + "/v1/metrics");
			arguments.add("--management.otlp.metrics.export.headers.x-for=metrics");
			arguments.add("--management.opentelemetry.logging.export.otlp.endpoint=" + server.url() + "/v1/logs");
			arguments.add("--management.opentelemetry.logging.export.otlp.headers.x-for=logs");
			String output = run(Map.of(), arguments, () -> checkDelivered(server));
			assertThat(server.requests())
				.allMatch((request) -> request.path().equals("/v1/" + request.header("x-for")));
			assertThat(output).contains("spans go to " + server.url()
					+ "/v1/traces (management.opentelemetry.tracing.export.otlp.endpoint)");
		}
	}

	@Test
	@DisplayName("Ours win over the environment, and its headers do not go along")
	void oursWinOverTheEnvironment() throws Exception {
		try (OtlpTestServer server = OtlpTestServer.open(); OtlpTestServer other = OtlpTestServer.open()) {
			other.answer(OtlpTestAnswer.status(500));
			String output = run(
					Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", other.url().toString(), "OTEL_EXPORTER_OTLP_HEADERS",
							"authorization=canary", "OTLP_FORWARDER_ENDPOINT", server.url().toString(),
							"OTLP_FORWARDER_AUTHENTICATION_BEARER_TOKEN", "ours"),
					List.of(), () -> checkDelivered(server));
			assertThat(server.requests()).allMatch((request) -> "Bearer ours".equals(request.header("authorization")));
			assertThat(other.connectionCount()).isZero();
			assertThat(output).contains("says otherwise and is ignored").doesNotContain("canary");
		}
	}

	private static void checkDelivered(OtlpTestServer server) {
		assertThat(server.spans()).extracting(Span::getName).contains("work");
		assertThat(server.metrics()).anyMatch((metric) -> metric.getName().equals("work"));
		assertThat(server.logRecords()).anyMatch((record) -> record.getBody().getStringValue().equals("work"));
	}

	private String write(String name, String content) throws Exception {
		return Files.writeString(this.directory.resolve(name), content).toString();
	}

	private String run(Map<String, String> variables, List<String> arguments, ThrowingRunnable delivered)
			throws Exception {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m", "-cp",
						System.getProperty("java.class.path"), VariablesApplication.class.getName()));
		command.add("--management.tracing.sampling.probability=1.0");
		command.add("--management.otlp.metrics.export.step=500ms");
		command.addAll(arguments);
		Path log = this.directory.resolve("application.log");
		ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
		builder.environment().keySet().removeIf((name) -> name.startsWith("OTEL_") || name.startsWith("OTLP_"));
		builder.environment().putAll(variables);
		Process process = builder.start();
		try {
			await().atMost(Duration.ofSeconds(60)).untilAsserted(delivered);
			process.getOutputStream().close();
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
			assertThat(process.exitValue()).isZero();
		}
		catch (Throwable ex) {
			throw new AssertionError(Files.readString(log), ex);
		}
		finally {
			process.destroyForcibly();
		}
		return Files.readString(log);
	}

}
