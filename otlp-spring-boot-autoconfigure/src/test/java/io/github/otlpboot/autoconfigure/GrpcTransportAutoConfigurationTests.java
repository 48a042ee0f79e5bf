package io.github.otlpboot.autoconfigure;

import java.time.Duration;
import java.util.List;

import io.github.otlpboot.autoconfigure.logs.OtlpLogsEndpointAutoConfiguration;
import io.github.otlpboot.autoconfigure.traces.OtlpTracesEndpointAutoConfiguration;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.PipelineStatus.Target;
import io.github.otlpboot.testing.OtlpGrpcTestAnswer;
import io.github.otlpboot.testing.OtlpGrpcTestServer;
import io.github.otlpboot.testing.OtlpTestAnswer;
import io.github.otlpboot.testing.OtlpTestServer;
import io.github.otlpboot.testing.SpanBatches;
import io.grpc.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingConnectionDetails;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.Transport;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for the choice of the transport, in {@link OtlpPipelineAutoConfiguration}.
 */
class GrpcTransportAutoConfigurationTests {

	private static final String MANAGEMENT = "management.opentelemetry.tracing.export.otlp.";

	private final OtlpGrpcTestServer server = OtlpGrpcTestServer.open();

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(OtlpTracesEndpointAutoConfiguration.class, OtlpLogsEndpointAutoConfiguration.class,
					OtlpPipelineAutoConfiguration.class, OtlpTracingAutoConfiguration.class));

	@AfterEach
	void close() {
		this.server.close();
	}

	@Test
	void whereAskedForSpeaksGrpc() {
		this.runner
			.withPropertyValues("otlp.forwarder.transport=grpc", "otlp.forwarder.endpoint=" + this.server.url(),
					"otlp.forwarder.headers.api-key=k")
			.run((context) -> {
				deliver(context);
				assertThat(this.server.requests().get(0).header("api-key")).isEqualTo("k");
				assertThat(this.server.requests().get(0).header("grpc-encoding")).isEqualTo("gzip");
				assertThat(this.server.requests().get(0).header("user-agent")).startsWith("otlp-spring-boot/")
					.contains("OTel-OTLP-Exporter-Java/");
				assertThat(target(context).url()).isEqualTo(this.server.url().toString());
			});
	}

	@Test
	void aUrlForHttpLeadsToTheSameServer() {
		this.runner
			.withPropertyValues("otlp.forwarder.transport=grpc",
					"otlp.forwarder.traces.endpoint=" + this.server.url() + "/v1/traces")
			.run(this::deliver);
	}

	@Test
	void bootsOwnSettingIsPickedUp() {
		this.runner
			.withPropertyValues(MANAGEMENT + "endpoint=" + this.server.url(), MANAGEMENT + "transport=grpc",
					MANAGEMENT + "headers.api-key=boots")
			.run((context) -> {
				deliver(context);
				assertThat(this.server.requests().get(0).header("api-key")).isEqualTo("boots");
				assertThat(target(context).configuredBy()).isEqualTo(MANAGEMENT + "endpoint");
			});
	}

	@Test
	void ourSettingWinsOverBoots() {
		this.runner.withPropertyValues(MANAGEMENT + "endpoint=" + this.server.url(), "otlp.forwarder.transport=grpc")
			.run(this::deliver);
	}

	@Test
	void connectionDetailsAreAskedForTheTransportThatIsUsed() {
		this.runner.withBean(OtlpTracingConnectionDetails.class, () -> (transport) -> {
			assertThat(transport).isEqualTo(Transport.GRPC);
			return this.server.url().toString();
		}).withPropertyValues(MANAGEMENT + "transport=grpc").run(this::deliver);
	}

	@Test
	void bootsTransportIsNotThatOfOurEndpoint() {
		try (OtlpTestServer http = OtlpTestServer.open()) {
			this.runner
				.withPropertyValues("otlp.forwarder.endpoint=" + http.url(),
						MANAGEMENT + "endpoint=" + this.server.url(), MANAGEMENT + "transport=grpc")
				.run((context) -> {
					accept(context);
					await().untilAsserted(() -> assertThat(http.spans()).hasSize(3));
				});
		}
	}

	@Test
	void whenTheLibraryIsMissingStartUpFailsAndNamesTheDependency() {
		this.runner.withClassLoader(new FilteredClassLoader("io.grpc"))
			.withPropertyValues("otlp.forwarder.transport=grpc", "otlp.forwarder.endpoint=" + this.server.url())
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidOtlpPropertyException.class, (ex) -> {
					assertThat(ex.property()).isEqualTo("otlp.forwarder.transport");
					assertThat(ex.value()).isEqualTo("grpc");
					assertThat(ex.remedy()).contains("io.grpc:grpc-netty");
				}));
	}

	@Test
	void whenOnlyTheApiOfTheLibraryIsThereStartUpFailsToo() {
		this.runner.withClassLoader(new FilteredClassLoader("io.grpc.netty", "io.grpc.okhttp"))
			.withPropertyValues("otlp.forwarder.transport=grpc", "otlp.forwarder.endpoint=" + this.server.url())
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(InvalidOtlpPropertyException.class));
	}

	@Test
	void whenTheLibraryIsMissingHttpWorks() {
		try (OtlpTestServer http = OtlpTestServer.open()) {
			this.runner.withClassLoader(new FilteredClassLoader("io.grpc"))
				.withPropertyValues("otlp.forwarder.endpoint=" + http.url(),
						"otlp.forwarder.retry.retryable-statuses=503,UNAVAILABLE")
				.run((context) -> {
					accept(context);
					await().untilAsserted(() -> assertThat(http.spans()).hasSize(3));
				});
		}
	}

	@Test
	void headersThatGrpcCannotSendFailStartUp() {
		this.runner
			.withPropertyValues("otlp.forwarder.transport=grpc", "otlp.forwarder.endpoint=" + this.server.url(),
					"otlp.forwarder.headers.token-bin=canary")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.satisfies((ex) -> assertThat(ex).hasMessageNotContaining("canary"))
				.isInstanceOfSatisfying(InvalidOtlpPropertyException.class,
						(ex) -> assertThat(ex.property()).isEqualTo("otlp.forwarder.headers")));
	}

	@Test
	@DisplayName("T41, T42: a credential that the transport cannot send ends start-up, and is not shown")
	void credentialsThatCannotBeSentFailStartUp() {
		String prefix = "otlp.forwarder.authentication.";
		for (String transport : List.of("grpc", "http")) {
			this.runner
				.withPropertyValues("otlp.forwarder.transport=" + transport,
						"otlp.forwarder.endpoint=" + this.server.url(), prefix + "api-key.header=Content-Type",
						prefix + "api-key.value=canary")
				.run((context) -> checkCredential(context.getStartupFailure(), prefix + "api-key"));
		}
		this.runner
			.withPropertyValues("otlp.forwarder.transport=grpc", "otlp.forwarder.endpoint=" + this.server.url(),
					prefix + "bearer.token=canary\u00e9")
			.run((context) -> checkCredential(context.getStartupFailure(), prefix + "bearer.token"));
	}

	private static void checkCredential(Throwable failure, String property) {
		assertThat(failure).rootCause()
			.satisfies((ex) -> assertThat(ex).hasMessageNotContaining("canary"))
			.isInstanceOfSatisfying(InvalidOtlpPropertyException.class,
					(ex) -> assertThat(ex.property()).isEqualTo(property));
	}

	@Test
	@DisplayName("T42: what logs frames, credentials included, is quiet unless it is configured by its name")
	void frameLoggersAreRestrained() {
		String client = "io.grpc.netty.shaded.io.grpc.netty.NettyClientHandler";
		LoggingSystem loggingSystem = LoggingSystem.get(getClass().getClassLoader());
		loggingSystem.setLogLevel(client, null);
		this.runner.withBean(LoggingSystem.class, () -> loggingSystem)
			.withPropertyValues("otlp.forwarder.transport=grpc", "otlp.forwarder.endpoint=" + this.server.url())
			.run((context) -> assertThat(loggingSystem.getLoggerConfiguration(client).getConfiguredLevel())
				.isEqualTo(LogLevel.INFO));
		loggingSystem.setLogLevel(client, LogLevel.DEBUG);
		this.runner.withBean(LoggingSystem.class, () -> loggingSystem)
			.withPropertyValues("otlp.forwarder.transport=grpc", "otlp.forwarder.endpoint=" + this.server.url())
			.run((context) -> assertThat(loggingSystem.getLoggerConfiguration(client).getConfiguredLevel())
				.isEqualTo(LogLevel.DEBUG));
		loggingSystem.setLogLevel(client, null);
	}

	@Test
	void statusesAreAsConfiguredForBothTransports() {
		try (OtlpTestServer http = OtlpTestServer.open()) {
			http.answer(OtlpTestAnswer.status(404));
			this.server.answer(OtlpGrpcTestAnswer.status(Status.UNIMPLEMENTED));
			String strict = "otlp.forwarder.retry.hold-statuses=";
			this.runner.withPropertyValues(strict, "otlp.forwarder.endpoint=" + http.url()).run(this::lose);
			this.runner
				.withPropertyValues(strict, "otlp.forwarder.transport=grpc",
						"otlp.forwarder.endpoint=" + this.server.url())
				.run(this::lose);
			this.runner.withPropertyValues("otlp.forwarder.endpoint=" + http.url()).run(this::keep);
			this.runner
				.withPropertyValues("otlp.forwarder.transport=grpc", "otlp.forwarder.endpoint=" + this.server.url())
				.run(this::keep);
		}
	}

	@Test
	void aStatusThatIsNoneFailsStartUp() {
		this.runner
			.withPropertyValues("otlp.forwarder.endpoint=" + this.server.url(),
					"otlp.forwarder.retry.hold-statuses=401,gone")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidOtlpPropertyException.class, (ex) -> {
					assertThat(ex.property()).isEqualTo("otlp.forwarder.retry.hold-statuses");
					assertThat(ex.value()).isEqualTo("gone");
				}));
	}

	private void deliver(ApplicationContext context) {
		accept(context);
		await().untilAsserted(() -> assertThat(this.server.accepted()).singleElement()
			.satisfies((request) -> assertThat(request.spans()).hasSize(3)));
	}

	private void lose(ApplicationContext context) {
		accept(context);
		await()
			.untilAsserted(() -> assertThat(context.getBean(Pipeline.class).status().routes()).anySatisfy((route) -> {
				assertThat(route.signal()).isEqualTo(Signal.TRACES);
				assertThat(route.lastFailure()).isNotNull();
				assertThat(route.backlog().isEmpty()).isTrue();
			}));
	}

	private void keep(ApplicationContext context) {
		accept(context);
		await()
			.untilAsserted(() -> assertThat(context.getBean(Pipeline.class).status().routes()).anySatisfy((route) -> {
				assertThat(route.signal()).isEqualTo(Signal.TRACES);
				assertThat(route.lastFailure()).isNotNull();
				assertThat(route.backlog().items()).isEqualTo(3);
			}));
	}

	private static void accept(ApplicationContext context) {
		assertThat(context.getBean(Pipeline.class).accept(new SpanBatches().make(3).batch()))
			.succeedsWithin(Duration.ofSeconds(30));
	}

	private static Target target(ApplicationContext context) {
		return context.getBean(Pipeline.class)
			.status()
			.targets()
			.stream()
			.filter((target) -> target.signal() == Signal.TRACES)
			.findFirst()
			.orElseThrow();
	}

}
