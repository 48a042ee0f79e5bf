package io.github.otlpboot.autoconfigure;

import java.net.ProxySelector;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import io.github.otlpboot.autoconfigure.traces.OtlpTracesAutoConfiguration;
import io.github.otlpboot.autoconfigure.traces.OtlpTracesEndpointAutoConfiguration;
import io.github.otlpboot.buffer.BufferLimits;
import io.github.otlpboot.buffer.WhenFull;
import io.github.otlpboot.forwarder.RouteStatus;
import io.github.otlpboot.forwarder.http.HttpConnector;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.PipelineSettings;
import io.github.otlpboot.pipeline.PipelineStatus.Target;
import io.github.otlpboot.pipeline.PipelineTime;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingAutoConfiguration;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.OtlpTracingConnectionDetails;
import org.springframework.boot.micrometer.tracing.opentelemetry.autoconfigure.otlp.Transport;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OtlpPipelineAutoConfiguration}.
 */
@ExtendWith(OutputCaptureExtension.class)
class OtlpPipelineAutoConfigurationTests {

	private static final String MANAGEMENT = "management.opentelemetry.tracing.export.otlp.endpoint=http://boot:4318/v1/traces";

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(OtlpTracesEndpointAutoConfiguration.class, OtlpPipelineAutoConfiguration.class,
					OtlpTracesAutoConfiguration.class, OtlpTracingAutoConfiguration.class));

	@Test
	void whenNoEndpointIsConfiguredIsOffAndSaysHowToTurnItOn(CapturedOutput output) {
		this.runner.run((context) -> {
			assertThat(context).doesNotHaveBean(Pipeline.class);
			assertThat(output).containsOnlyOnce("The OTLP pipeline is off").contains("otlp.forwarder.endpoint");
		});
	}

	@Test
	void whenDisabledProvidesNothingAndSaysNothing(CapturedOutput output) {
		this.runner.withPropertyValues("otlp.enabled=false", "otlp.forwarder.endpoint=http://localhost:4318")
			.run((context) -> {
				assertThat(context).doesNotHaveBean(Pipeline.class)
					.doesNotHaveBean(OtlpProperties.class)
					.doesNotHaveBean(HttpConnectors.class)
					.doesNotHaveBean(SignalEndpointSource.class);
				assertThat(output).doesNotContain("OTLP pipeline");
			});
	}

	@ParameterizedTest
	@CsvSource({ "http://localhost:4318, http://localhost:4318/v1/traces",
			"http://localhost:4318/, http://localhost:4318/v1/traces",
			"https://collector.example/otlp, https://collector.example/otlp/v1/traces" })
	void baseEndpointGetsThePathOfTheSignal(String endpoint, String url) {
		// C3, C38
		this.runner.withPropertyValues("otlp.forwarder.endpoint=" + endpoint)
			.run((context) -> assertThat(target(context.getBean(Pipeline.class)).url()).isEqualTo(url));
	}

	@Test
	void credentialsAreWatchedInALazyApplicationToo() {
		this.runner.withPropertyValues("otlp.forwarder.endpoint=http://localhost:4318")
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(context.getSourceApplicationContext().getBeanFactory()).returns(true,
					(beans) -> beans.containsSingleton("otlpCredentialWatch")));
	}

	@Test
	void endpointOfTheSignalIsUsedAsItIs() {
		this.runner
			.withPropertyValues("otlp.forwarder.endpoint=http://base:4318",
					"otlp.forwarder.traces.endpoint=http://traces:9999/custom?key=c4nary")
			.run((context) -> assertThat(target(context.getBean(Pipeline.class)))
				.returns("http://traces:9999/custom?...", Target::url)
				.returns("otlp.forwarder.traces.endpoint", Target::configuredBy));
	}

	@Test
	void managementEndpointIsUsedWhereOursIsNotSet() {
		this.runner.withPropertyValues(MANAGEMENT)
			.run((context) -> assertThat(target(context.getBean(Pipeline.class)))
				.returns("http://boot:4318/v1/traces", Target::url)
				.returns("management.opentelemetry.tracing.export.otlp.endpoint", Target::configuredBy));
	}

	@Test
	void ourEndpointWinsOverManagementAndTheDisagreementIsLoggedOnce(CapturedOutput output) {
		this.runner.withPropertyValues(MANAGEMENT, "otlp.forwarder.endpoint=http://ours:4318").run((context) -> {
			assertThat(target(context.getBean(Pipeline.class)).url()).isEqualTo("http://ours:4318/v1/traces");
			assertThat(output).containsOnlyOnce("says otherwise and is ignored");
		});
	}

	@Test
	void connectionDetailsWinOverEverything() {
		this.runner.withUserConfiguration(ConnectionDetailsConfiguration.class)
			.withPropertyValues(MANAGEMENT, "otlp.forwarder.endpoint=http://production:4318")
			.run((context) -> assertThat(target(context.getBean(Pipeline.class)).url())
				.isEqualTo("http://container:4318/v1/traces"));
	}

	@Test
	void connectionDetailsAloneTurnThePipelineOn() {
		this.runner.withUserConfiguration(ConnectionDetailsConfiguration.class)
			.run((context) -> assertThat(context).hasSingleBean(Pipeline.class));
	}

	@Test
	void worksWithoutTracingOnTheClassPath() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(OtlpTracesEndpointAutoConfiguration.class,
					OtlpPipelineAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.micrometer.tracing"))
			.withPropertyValues("otlp.forwarder.endpoint=http://localhost:4318")
			.run((context) -> assertThat(context).hasSingleBean(Pipeline.class));
	}

	@Test
	void userPipelineTakesPrecedence() {
		this.runner.withUserConfiguration(PipelineConfiguration.class)
			.withPropertyValues("otlp.forwarder.endpoint=http://localhost:4318")
			.run((context) -> assertThat(context).hasSingleBean(Pipeline.class)
				.hasBean("userPipeline")
				.doesNotHaveBean(HttpConnectors.class));
	}

	@Test
	void whereOnlyASignalHasAnEndpointOnlyThatIsForwarded(CapturedOutput output) {
		this.runner.withPropertyValues("otlp.forwarder.logs.endpoint=http://logs:9999/custom").run((context) -> {
			assertThat(context.getBean(Pipeline.class).status().targets()).singleElement()
				.returns(Signal.LOGS, Target::signal)
				.returns("http://logs:9999/custom", Target::url);
			assertThat(context).doesNotHaveBean(SpanExporter.class);
			assertThat(output).contains("OTLP log records go to http://logs:9999/custom (otlp.forwarder.logs.endpoint)")
				.doesNotContain("sampling", "metrics are");
		});
	}

	@Test
	void whereNoKindIsEnabledSaysThatNothingIsForwarded(CapturedOutput output) {
		this.runner
			.withPropertyValues("otlp.forwarder.endpoint=http://localhost:4318", "otlp.exporter.traces.enabled=false",
					"otlp.exporter.metrics.enabled=false", "otlp.exporter.micrometer.enabled=false",
					"otlp.exporter.logs.enabled=false")
			.run((context) -> {
				assertThat(context.getBean(Pipeline.class).status().routes()).isEmpty();
				assertThat(output).contains("nothing is forwarded");
			});
	}

	@Test
	void missingResilience4jEndsStartUp() {
		this.runner
			.withPropertyValues("otlp.forwarder.endpoint=http://localhost:4318",
					"otlp.forwarder.circuit-breaker.type=resilience4j")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(InvalidOtlpPropertyException.class, (ex) -> {
					assertThat(ex.property()).isEqualTo("otlp.forwarder.circuit-breaker.type");
					assertThat(ex.value()).isEqualTo("resilience4j");
					assertThat(ex.remedy()).contains("io.github.resilience4j:resilience4j-circuitbreaker");
				}));
	}

	@Test
	void whenTracesAreDisabledTheyHaveNoRoute() {
		this.runner
			.withPropertyValues("otlp.forwarder.endpoint=http://localhost:4318", "otlp.exporter.traces.enabled=false")
			.run((context) -> assertThat(context.getBean(Pipeline.class).status().routes())
				.extracting(RouteStatus::signal)
				.containsExactly(Signal.METRICS, Signal.LOGS));
	}

	@Test
	void startUpSaysWhereSpansGo(CapturedOutput output) {
		this.runner
			.withPropertyValues("otlp.forwarder.endpoint=http://localhost:4318",
					"management.tracing.sampling.probability=0.5")
			.run((context) -> assertThat(output)
				.contains(
						"OTLP spans, data points and log records go to http://localhost:4318 (otlp.forwarder.endpoint)")
				.doesNotContain("pipeline is off")
				.contains("sampling probability 0.5"));
	}

	@Test
	void buffersTakeNoMoreThanTheirPartOfTheHeap() {
		OtlpProperties properties = new Binder().bindOrCreate("otlp", OtlpProperties.class);
		SettingsMapper mapper = new SettingsMapper(properties);
		assertThat(mapper.pipeline(1, 1L << 30, null).buffer()).isEqualTo(new BufferLimits(65536, 8 << 20));
		assertThat(mapper.pipeline(3, 60_000_000, null).buffer().maxBytes()).isEqualTo(1_000_000);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					otlp.buffer.max-items=0                            | otlp.buffer.max-items | 0
					otlp.buffer.max-size=-5MB                          | otlp.buffer.max-size  | -5242880B
					otlp.buffer.max-size=3GB                           | otlp.buffer.max-size  | 3221225472B
					otlp.shutdown-timeout=-1s                          | otlp.shutdown-timeout | -1000ms
					otlp.forwarder.timeout=0s                          | otlp.forwarder.timeout | 0ms
					otlp.forwarder.connect-timeout=-3s                 | otlp.forwarder.connect-timeout | -3000ms
					otlp.forwarder.max-in-flight=0                     | otlp.forwarder.max-in-flight | 0
					otlp.forwarder.batch.max-items=-1                  | otlp.forwarder.batch.max-items | -1
					otlp.forwarder.batch.max-size=0B                   | otlp.forwarder.batch.max-size | 0B
					otlp.forwarder.batch.max-delay=-1ms                | otlp.forwarder.batch.max-delay | -1ms
					otlp.forwarder.retry.initial-interval=0s           | otlp.forwarder.retry.initial-interval | 0ms
					otlp.forwarder.retry.max-interval=10ms             | otlp.forwarder.retry.max-interval | 10ms
					otlp.forwarder.retry.multiplier=0.5                | otlp.forwarder.retry.multiplier | 0.5
					otlp.forwarder.retry.jitter=1.5                    | otlp.forwarder.retry.jitter | 1.5
					otlp.forwarder.circuit-breaker.failure-threshold=0 | otlp.forwarder.circuit-breaker.failure-threshold | 0
					otlp.forwarder.circuit-breaker.wait-duration-in-open-state=0s | otlp.forwarder.circuit-breaker.wait-duration-in-open-state | 0ms
					otlp.forwarder.circuit-breaker.max-wait-duration-in-open-state=1s | otlp.forwarder.circuit-breaker.max-wait-duration-in-open-state | 1000ms
					otlp.forwarder.circuit-breaker.permitted-number-of-calls-in-half-open-state=0 | otlp.forwarder.circuit-breaker.permitted-number-of-calls-in-half-open-state | 0
					otlp.storage.directory=a\0b                        | otlp.storage.directory | a\0b
					otlp.storage.max-size=191KB                        | otlp.storage.max-size | 195584B
					otlp.storage.max-size=-1B                          | otlp.storage.max-size | -1B
					otlp.storage.max-age=0s                            | otlp.storage.max-age | 0ms
					otlp.storage.max-age=24                            | otlp.storage.max-age | 24ms
					otlp.storage.segment-size=4095B                    | otlp.storage.segment-size | 4095B
					otlp.storage.min-free-space=-1MB                   | otlp.storage.min-free-space | -1048576B
					otlp.storage.keep-delivered=-1s                    | otlp.storage.keep-delivered | -1000ms
					otlp.storage.fsync-interval=0s                     | otlp.storage.fsync-interval | 0ms
					otlp.storage.fsync-interval=2h                     | otlp.storage.fsync-interval | 7200000ms
					otlp.storage.traces.max-size=63KB                  | otlp.storage.traces.max-size | 64512B
					otlp.storage.metrics.max-size=0B                   | otlp.storage.metrics.max-size | 0B
					otlp.storage.logs.max-size=-5MB                    | otlp.storage.logs.max-size | -5242880B
					otlp.storage.traces.max-age=-1s                    | otlp.storage.traces.max-age | -1000ms
					otlp.storage.metrics.max-age=0s                    | otlp.storage.metrics.max-age | 0ms
					otlp.storage.logs.max-age=59s                      | otlp.storage.logs.max-age | 59000ms
					otlp.forwarder.endpoint=http://host:4318/v1/traces | otlp.forwarder.endpoint | http://host:4318/v1/traces
					otlp.forwarder.endpoint=http://host/x/v1/logs/     | otlp.forwarder.endpoint | http://host/x/v1/logs/
					otlp.buffer.when-full=drop-oldest                  | otlp.buffer.when-full | drop-oldest
					otlp.forwarder.traces.endpoint=localhost:4318      | otlp.forwarder.traces.endpoint | localhost:4318
					otlp.forwarder.traces.endpoint=ftp://localhost     | otlp.forwarder.traces.endpoint | ftp://localhost
					otlp.forwarder.traces.endpoint=http://             | otlp.forwarder.traces.endpoint | http://
					otlp.forwarder.traces.endpoint=http://bad host     | otlp.forwarder.traces.endpoint | http://bad host
					otlp.forwarder.traces.endpoint=http://a_b:x        | otlp.forwarder.traces.endpoint | http://a_b:x
					otlp.forwarder.traces.endpoint=http://host:99999/v1/traces | otlp.forwarder.traces.endpoint | http://host:99999/v1/traces
					""")
	void valueThatCannotWorkEndsStartUp(String setting, String property, String value) {
		this.runner.withPropertyValues("otlp.forwarder.endpoint=http://localhost:4318", setting).run((context) -> {
			assertThat(context).hasFailed();
			assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(InvalidOtlpPropertyException.class, (ex) -> {
					assertThat(ex.property()).isEqualTo(property);
					assertThat(ex.value()).isEqualTo(value);
					assertThat(ex.remedy()).isNotBlank();
				});
		});
	}

	@Test
	void baseEndpointWithAQueryEndsStartUp() {
		this.runner.withPropertyValues("otlp.forwarder.endpoint=http://localhost:4318?a=b")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("otlp.forwarder.endpoint")
				.hasMessageContaining("query"));
	}

	@Test
	void passwordInTheUrlEndsStartUpAndIsNotShown() {
		// T42
		this.runner.withPropertyValues("otlp.forwarder.endpoint=http://me:c4nary@localhost:4318")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(InvalidOtlpPropertyException.class,
						(ex) -> assertThat(ex.property() + ex.value() + ex.reason() + ex.remedy() + ex.getMessage())
							.contains("otlp.forwarder.endpoint", "http://localhost:4318")
							.doesNotContain("c4nary")));
	}

	@Test
	void lineBreakInAHeaderEndsStartUpAndItsValueIsNotShown() {
		// T41, T42
		this.runner
			.withPropertyValues("otlp.forwarder.endpoint=http://localhost:4318",
					"otlp.forwarder.headers.x-token=c4nary\r\nx-evil: 1")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(InvalidOtlpPropertyException.class, (ex) -> {
					assertThat(ex.property()).isEqualTo("otlp.forwarder.headers");
					assertThat(ex.value()).isNull();
					assertThat(ex.getMessage() + ex.reason()).contains("x-token").doesNotContain("c4nary");
				}));
	}

	@Test
	void wrongHeaderOfManagementIsNamedAsSuch() {
		this.runner
			.withPropertyValues(MANAGEMENT, "management.opentelemetry.tracing.export.otlp.headers.x-token=c4nary\nx")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOfSatisfying(InvalidOtlpPropertyException.class, (ex) -> assertThat(ex.property())
					.isEqualTo("management.opentelemetry.tracing.export.otlp.headers")));
	}

	@Test
	void endpointsShowNoSecretAndSayWhereHeadersComeFrom() {
		SignalEndpoint endpoint = new SignalEndpoint(Signal.TRACES, SignalEndpoint.Source.CONNECTION_DETAILS,
				"http://me:c4nary@localhost:4318", "Container", Map.of("authorization", "c4nary"), null, null, null,
				null, null);
		assertThat(endpoint.toString()).contains("http://localhost:4318").doesNotContain("c4nary");
		assertThat(endpoint.headersProperty()).isEqualTo("Container");
	}

	@Test
	void settingsOfManagementAreUsedUnlessOursAreSet() {
		this.runner.withPropertyValues(MANAGEMENT, "management.opentelemetry.tracing.export.otlp.timeout=-1s")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause().hasMessageContaining("-1000ms"));
		this.runner
			.withPropertyValues(MANAGEMENT, "management.opentelemetry.tracing.export.otlp.timeout=-1s",
					"otlp.forwarder.timeout=3s")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void signalsWithTheSameNeedsShareAConnector() {
		SignalEndpoint plain = endpoint(SignalEndpoint.Source.OTLP, null);
		SignalEndpoint tls = endpoint(SignalEndpoint.Source.OTLP, SslBundle.of(null));
		SslBundleLookup ssl = new SslBundleLookup(null, () -> {
		});
		ProxySelector proxy = ProxySelector.of(null);
		try (HttpConnectors connectors = new HttpConnectors(Clock.systemUTC(), ssl, proxy)) {
			HttpConnector connector = connectors.connector(Duration.ofSeconds(1), plain);
			assertThat(connectors.connector(Duration.ofSeconds(1), plain)).isSameAs(connector);
			assertThat(connectors.connector(Duration.ofSeconds(2), plain)).isNotSameAs(connector);
			assertThat(connectors.connector(Duration.ofSeconds(1), tls)).isNotSameAs(connector)
				.isSameAs(connectors.connector(Duration.ofSeconds(1), tls));
			assertThat(connectors.connector(Duration.ofSeconds(1),
					endpoint(SignalEndpoint.Source.CONNECTION_DETAILS, null)))
				.as("not through the proxy")
				.isNotSameAs(connector);
		}
	}

	private static SignalEndpoint endpoint(SignalEndpoint.Source source, SslBundle sslBundle) {
		return new SignalEndpoint(Signal.TRACES, source, "https://localhost:4318/v1/traces", "test", Map.of(),
				sslBundle, null, null, null, null);
	}

	@Test
	void propertiesShowNoSecret() {
		this.runner
			.withPropertyValues("otlp.forwarder.endpoint=http://localhost:4318",
					"otlp.forwarder.headers.authorization=Bearer c4nary")
			.run((context) -> assertThat(context.getBean(OtlpProperties.class).toString()).contains("authorization")
				.doesNotContain("c4nary"));
	}

	private static Target target(Pipeline pipeline) {
		return target(pipeline, Signal.TRACES);
	}

	private static Target target(Pipeline pipeline, Signal signal) {
		List<Target> targets = pipeline.status()
			.targets()
			.stream()
			.filter((target) -> target.signal() == signal)
			.toList();
		assertThat(targets).hasSize(1);
		return targets.get(0);
	}

	@Configuration(proxyBeanMethods = false)
	static class ConnectionDetailsConfiguration {

		@Bean
		OtlpTracingConnectionDetails containerConnectionDetails() {
			return new OtlpTracingConnectionDetails() {

				@Override
				public String getUrl(Transport transport) {
					return "http://container:4318/v1/traces";
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class PipelineConfiguration {

		@Bean
		Pipeline userPipeline() {
			return new Pipeline(
					new PipelineSettings(new BufferLimits(1, 1), WhenFull.REJECT, Duration.ofSeconds(1), null),
					List.of(), new PipelineTime(Clock.systemUTC(), System::nanoTime, () -> 0.5));
		}

	}

}
