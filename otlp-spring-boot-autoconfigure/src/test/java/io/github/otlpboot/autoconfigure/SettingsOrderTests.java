package io.github.otlpboot.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

import io.github.otlpboot.autoconfigure.logs.OtlpLogsEndpointAutoConfiguration;
import io.github.otlpboot.autoconfigure.micrometer.OtlpMicrometerEndpointAutoConfiguration;
import io.github.otlpboot.autoconfigure.traces.OtlpTracesEndpointAutoConfiguration;
import io.github.otlpboot.forwarder.http.Compression;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.PipelineStatus.Target;
import io.github.otlpboot.testing.TestAuthority;
import io.github.otlpboot.testing.TestCertificate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.otlp.OtlpMetricsConnectionDetails;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.otlp.OtlpMetricsExportAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingConnectionDetails;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.Transport;
import org.springframework.boot.opentelemetry.autoconfigure.logging.otlp.OtlpLoggingAutoConfiguration;
import org.springframework.boot.opentelemetry.autoconfigure.logging.otlp.OtlpLoggingConnectionDetails;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.MapPropertySource;
import org.springframework.mock.env.MockEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The one order of settings, step by step, for every signal.
 */
@ExtendWith(OutputCaptureExtension.class)
class SettingsOrderTests {

	private static final String MAPPER = "org.springframework.boot.opentelemetry.autoconfigure"
			+ ".OpenTelemetryEnvironmentVariableEnvironmentPostProcessor";

	private static final String[] MANAGEMENT = {
			"management.opentelemetry.tracing.export.otlp.endpoint=http://boot:1/traces",
			"management.otlp.metrics.export.url=http://boot:1/metrics",
			"management.opentelemetry.logging.export.otlp.endpoint=http://boot:1/logs" };

	private static final String[] VARIABLES = { "OTEL_EXPORTER_OTLP_ENDPOINT=http://variable:1",
			"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT=http://variable:1/special" };

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(OtlpTracesEndpointAutoConfiguration.class,
				OtlpMicrometerEndpointAutoConfiguration.class, OtlpLogsEndpointAutoConfiguration.class,
				OtlpPipelineAutoConfiguration.class, OtlpTracingAutoConfiguration.class,
				OtlpMetricsExportAutoConfiguration.class, OtlpLoggingAutoConfiguration.class));

	// Without the module of Spring Boot that maps the variables.
	private final ApplicationContextRunner unmapped = this.runner
		.withClassLoader(new FilteredClassLoader(MAPPER::equals));

	@Test
	void connectionDetailsWinOverAllElse(CapturedOutput output) {
		this.unmapped.withUserConfiguration(Container.class)
			.withPropertyValues(MANAGEMENT)
			.withPropertyValues(VARIABLES)
			.withPropertyValues("otlp.forwarder.endpoint=http://ours:1", "otlp.forwarder.headers.x-token=canary",
					"otlp.forwarder.authentication.bearer.token=canary")
			.run((context) -> {
				Pipeline pipeline = context.getBean(Pipeline.class);
				assertThat(pipeline.status().targets()).extracting(Target::url)
					.containsExactly("http://container:1/traces", "http://container:1/metrics",
							"http://container:1/logs");
				assertThat(pipeline.status().targets()).extracting(Target::credential).containsOnlyNulls();
				assertThat(output)
					.contains("otlp.forwarder.headers, otlp.forwarder.authentication are not used for spans")
					.containsOnlyOnce("Container.1 says; otlp.forwarder.endpoint says otherwise")
					.doesNotContain("canary");
			});
	}

	@Test
	void oursWinOverManagementAndVariables(CapturedOutput output) {
		this.unmapped.withPropertyValues(MANAGEMENT)
			.withPropertyValues(VARIABLES)
			.withPropertyValues("otlp.forwarder.endpoint=http://ours:1",
					"otlp.forwarder.metrics.endpoint=http://ours:2/special")
			.run((context) -> {
				check(context.getBean(Pipeline.class), Signal.TRACES, "http://ours:1/v1/traces",
						"otlp.forwarder.endpoint");
				check(context.getBean(Pipeline.class), Signal.METRICS, "http://ours:2/special",
						"otlp.forwarder.metrics.endpoint");
				check(context.getBean(Pipeline.class), Signal.LOGS, "http://ours:1/v1/logs", "otlp.forwarder.endpoint");
				assertThat(output).contains("OTLP spans and log records go to http://ours:1 (otlp.forwarder.endpoint)",
						"data points go to http://ours:2/special (otlp.forwarder.metrics.endpoint)");
			});
	}

	@Test
	void managementWinsOverVariables() {
		this.unmapped.withPropertyValues(MANAGEMENT).withPropertyValues(VARIABLES).run((context) -> {
			check(context.getBean(Pipeline.class), Signal.TRACES, "http://boot:1/traces",
					"management.opentelemetry.tracing.export.otlp.endpoint");
			check(context.getBean(Pipeline.class), Signal.METRICS, "http://boot:1/metrics",
					"management.otlp.metrics.export.url");
			check(context.getBean(Pipeline.class), Signal.LOGS, "http://boot:1/logs",
					"management.opentelemetry.logging.export.otlp.endpoint");
		});
	}

	@Test
	@DisplayName("C37, C38: variables count where Spring Boot does not map them")
	void variablesCountWhereSpringBootDoesNotMapThem(CapturedOutput output) {
		this.unmapped.withPropertyValues(VARIABLES)
			.withPropertyValues("OTEL_EXPORTER_OTLP_HEADERS=authorization=canary", "OTEL_EXPORTER_OTLP_TIMEOUT=0")
			.run((context) -> {
				check(context.getBean(Pipeline.class), Signal.TRACES, "http://variable:1/v1/traces",
						"OTEL_EXPORTER_OTLP_ENDPOINT");
				check(context.getBean(Pipeline.class), Signal.LOGS, "http://variable:1/special",
						"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT");
				assertThat(target(context.getBean(Pipeline.class), Signal.TRACES).credential().source())
					.isEqualTo("OTEL_EXPORTER_OTLP_HEADERS");
				assertThat(output).contains("(OTEL_EXPORTER_OTLP_ENDPOINT)").doesNotContain("canary");
			});
	}

	@Test
	void variablesAreLeftToSpringBootWhereItMapsThem() {
		this.runner.withPropertyValues(VARIABLES).run((context) -> assertThat(context).doesNotHaveBean(Pipeline.class));
	}

	@Test
	@DisplayName("C40: list form without metadata, percent-encoded, and + is no space")
	void headersOfVariables(CapturedOutput output) {
		SignalEndpoint endpoint = endpoint("OTEL_EXPORTER_OTLP_HEADERS",
				"authorization=Bearer%20a+b%2Cc , x-two = 2;meta=1,empty=,bad,=x,x y=1,broken=%ZZ");
		assertThat(endpoint.headers())
			.containsExactlyInAnyOrderEntriesOf(Map.of("authorization", "Bearer a+b,c", "x-two", "2", "empty", ""));
		assertThat(output).contains("OTEL_EXPORTER_OTLP_HEADERS holds").doesNotContain("ZZ", "Bearer");
		assertThat(endpoint.headersProperty()).isEqualTo("OTEL_EXPORTER_OTLP_HEADERS");
	}

	@Test
	@DisplayName("C41: an empty variable is unset, an unknown value is told and ignored")
	void emptyAndUnknownValuesOfVariables(CapturedOutput output) {
		SignalEndpoint endpoint = endpoint("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "zstd",
				"OTEL_EXPORTER_OTLP_TIMEOUT", "soon", "OTEL_EXPORTER_OTLP_PROTOCOL", "http/json",
				"OTEL_EXPORTER_OTLP_TRACES_HEADERS", "", "OTEL_EXPORTER_OTLP_HEADERS", "a=1");
		assertThat(endpoint.compression()).isNull();
		assertThat(endpoint.timeout()).isNull();
		assertThat(endpoint.headers()).containsExactly(Map.entry("a", "1"));
		assertThat(output).contains("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION is no", "OTEL_EXPORTER_OTLP_TIMEOUT is no",
				"OTEL_EXPORTER_OTLP_PROTOCOL is no");
		assertThat(OtelVariables.areSet(new MockEnvironment().withProperty("OTEL_EXPORTER_OTLP_ENDPOINT", ""),
				Signal.TRACES))
			.isFalse();
	}

	@Test
	void knownValuesOfVariables() {
		SignalEndpoint endpoint = endpoint("OTEL_EXPORTER_OTLP_COMPRESSION", "GZIP", "OTEL_EXPORTER_OTLP_TIMEOUT",
				"5000", "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", "none", "OTEL_EXPORTER_OTLP_PROTOCOL",
				"http/protobuf");
		assertThat(endpoint.compression()).isEqualTo(Compression.NONE);
		assertThat(endpoint.timeout()).isEqualTo(Duration.ofSeconds(5));
		assertThat(endpoint.sslBundle()).isNull();
		assertThat(endpoint("OTEL_EXPORTER_OTLP_COMPRESSION", "GZIP").compression()).isEqualTo(Compression.GZIP);
		assertThat(endpoint("OTEL_EXPORTER_OTLP_TIMEOUT", "-1").timeout()).isNull();
		assertThat(endpoint.transport()).isEqualTo(TransportType.HTTP);
		assertThat(endpoint("OTEL_EXPORTER_OTLP_TIMEOUT", "1").transport()).isNull();
	}

	@Test
	@DisplayName("C37, C39: protocol grpc is spoken where the library is there; of the URL only the server counts")
	void protocolGrpcOfVariables(CapturedOutput output) {
		assertThat(endpoint("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc").transport()).isEqualTo(TransportType.GRPC);
		assertThat(output).doesNotContain("PROTOCOL is no");
		this.unmapped.withPropertyValues(VARIABLES)
			.withPropertyValues("OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL=http/protobuf")
			.run((context) -> {
				check(context.getBean(Pipeline.class), Signal.TRACES, "http://variable:1",
						"OTEL_EXPORTER_OTLP_ENDPOINT");
				check(context.getBean(Pipeline.class), Signal.METRICS, "http://variable:1",
						"OTEL_EXPORTER_OTLP_ENDPOINT");
				check(context.getBean(Pipeline.class), Signal.LOGS, "http://variable:1/special",
						"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT");
			});
	}

	@Test
	@DisplayName("Ours wins over the protocol of a variable")
	void ourTransportWinsOverTheProtocolOfVariables() {
		this.unmapped.withPropertyValues(VARIABLES)
			.withPropertyValues("OTEL_EXPORTER_OTLP_PROTOCOL=grpc", "otlp.forwarder.transport=http")
			.run((context) -> check(context.getBean(Pipeline.class), Signal.TRACES, "http://variable:1/v1/traces",
					"OTEL_EXPORTER_OTLP_ENDPOINT"));
	}

	@Test
	void protocolGrpcWithoutTheLibraryIsTold(CapturedOutput output) {
		this.runner
			.withClassLoader(new FilteredClassLoader((name) -> MAPPER.equals(name) || name.startsWith("io.grpc.")))
			.withPropertyValues(VARIABLES)
			.withPropertyValues("OTEL_EXPORTER_OTLP_PROTOCOL=grpc")
			.run((context) -> {
				assertThat(context).hasNotFailed().doesNotHaveBean(Pipeline.class);
				assertThat(output).contains("grpc-java is not on the class path", "io.grpc:grpc-netty")
					.doesNotContain("no endpoint is configured");
			});
	}

	@Test
	@DisplayName("C37: what Spring Boot does not map of a variable counts for metrics beside the URL that it maps")
	void protocolGrpcOfMetricsCountsBesideTheMappedUrl() {
		MockEnvironment environment = new MockEnvironment().withProperty("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
		assertThat(EndpointProperties.transport(environment, Signal.METRICS)).isNull();
		String url = "management.otlp.metrics.export.url";
		environment.getPropertySources()
			.addLast(new MapPropertySource("openTelemetryEnvironmentVariables", Map.of(url, "http://variable:1")));
		assertThat(EndpointProperties.transport(environment, Signal.METRICS)).isEqualTo(TransportType.GRPC);
		environment.setProperty(url, "http://other:1");
		assertThat(EndpointProperties.transport(environment, Signal.METRICS)).as("another URL").isNull();
	}

	@Test
	@DisplayName("C39: trust, key and certificate of variables are PEM")
	void certificatesOfVariables(@TempDir Path directory) throws Exception {
		TestAuthority authority = TestAuthority.found();
		TestCertificate client = authority.issue("127.0.0.1");
		Path trusted = Files.writeString(directory.resolve("ca.pem"), authority.pem());
		Path key = Files.writeString(directory.resolve("key.pem"), client.keyPem());
		Path certificate = Files.writeString(directory.resolve("certificate.pem"), client.certificatePem());
		SignalEndpoint endpoint = endpoint("OTEL_EXPORTER_OTLP_CERTIFICATE", trusted.toString(),
				"OTEL_EXPORTER_OTLP_CLIENT_KEY", key.toString(), "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
				certificate.toString());
		assertThat(endpoint.sslBundle().getStores().getTrustStore().size()).isEqualTo(1);
		assertThat(endpoint.sslBundle().getStores().getKeyStore().size()).isEqualTo(1);
		assertThat(endpoint.sslBundle().createSslContext()).isNotNull();
		assertThat(endpoint.sslProperty()).isEqualTo("OTEL_EXPORTER_OTLP_CERTIFICATE");
	}

	@Test
	void unknownSslBundleEndsStartUp() {
		this.runner
			.withPropertyValues("otlp.forwarder.endpoint=https://localhost:4318", "otlp.forwarder.ssl.bundle=missing")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(InvalidOtlpPropertyException.class, (ex) -> {
					assertThat(ex.property()).isEqualTo("otlp.forwarder.ssl.bundle");
					assertThat(ex.value()).isEqualTo("missing");
				}));
	}

	@Test
	void noLimitOfTimeIsAnHour() {
		// What Spring Boot makes of OTEL_EXPORTER_OTLP_TIMEOUT=0
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(OtlpMicrometerEndpointAutoConfiguration.class,
					OtlpPipelineAutoConfiguration.class))
			.withPropertyValues(MANAGEMENT)
			.withPropertyValues("management.otlp.metrics.export.read-timeout=PT2562047788015215H30M7S")
			.run((context) -> assertThat(context).hasNotFailed().hasSingleBean(Pipeline.class));
	}

	private SignalEndpoint endpoint(String... variables) {
		MockEnvironment environment = new MockEnvironment().withProperty("OTEL_EXPORTER_OTLP_ENDPOINT",
				"http://variable:1");
		for (int i = 0; i < variables.length; i += 2) {
			environment.setProperty(variables[i], variables[i + 1]);
		}
		ClassLoader before = Thread.currentThread().getContextClassLoader();
		Thread.currentThread().setContextClassLoader(new FilteredClassLoader(MAPPER::equals));
		try {
			return OtelVariables.endpoint(environment, Signal.TRACES);
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
	}

	private static void check(Pipeline pipeline, Signal signal, String url, String configuredBy) {
		assertThat(target(pipeline, signal)).returns(url, Target::url).returns(configuredBy, Target::configuredBy);
	}

	private static Target target(Pipeline pipeline, Signal signal) {
		return pipeline.status()
			.targets()
			.stream()
			.filter((target) -> target.signal() == signal)
			.findFirst()
			.orElseThrow();
	}

	@Configuration(proxyBeanMethods = false)
	static class Container {

		@Bean
		OtlpTracingConnectionDetails traces() {
			return new OtlpTracingConnectionDetails() {

				@Override
				public String getUrl(Transport transport) {
					return "http://container:1/traces";
				}

			};
		}

		@Bean
		OtlpMetricsConnectionDetails metrics() {
			return new OtlpMetricsConnectionDetails() {

				@Override
				public String getUrl() {
					return "http://container:1/metrics";
				}

			};
		}

		@Bean
		OtlpLoggingConnectionDetails logs() {
			return new OtlpLoggingConnectionDetails() {

				@Override
				public String getUrl(
						org.springframework.boot.opentelemetry.autoconfigure.logging.otlp.Transport transport) {
					return "http://container:1/logs";
				}

			};
		}

	}

}
