package io.github.otlpboot;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import io.github.otlpboot.exporter.Temporality;
import io.github.otlpboot.exporter.TemporalityCustomizer;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.model.Signal;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.pipeline.SignalLedger;
import io.github.otlpboot.testing.OtlpTestServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.SystemEnvironmentPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Metrics of the SDK and of Micrometer, from the instrument to the bytes that reach a
 * real server.
 */
@ExtendWith(OutputCaptureExtension.class)
class MetricsEndToEndTests {

	private final OtlpTestServer server = OtlpTestServer.open();

	private ConfigurableApplicationContext context;

	private Pipeline pipeline;

	@AfterEach
	void tearDown() {
		if (this.context != null) {
			this.context.close();
		}
		this.server.close();
	}

	@ParameterizedTest
	@DisplayName("M15, M17: the bytes carry the temporality that the property sets")
	@CsvSource({ ", CUMULATIVE, CUMULATIVE, CUMULATIVE", "cumulative, CUMULATIVE, CUMULATIVE, CUMULATIVE",
			"delta, DELTA, DELTA, DELTA", "lowmemory, DELTA, CUMULATIVE, DELTA",
			"LowMemory, DELTA, CUMULATIVE, DELTA" })
	void propertySetsTheTemporality(String value, String sync, String async, String micrometer) {
		start(Application.class, Map.of(), (value != null) ? "otlp.exporter.temporality=" + value : "a=b");
		assertTemporalities(sync, async, micrometer);
	}

	@ParameterizedTest
	@DisplayName("M17, C43: the environment sets the temporality, as Spring Boot maps it and beyond")
	@CsvSource({ "OTLP_EXPORTER_TEMPORALITY, delta, DELTA, DELTA, DELTA",
			"OTLP_EXPORTER_TEMPORALITY, LOWMEMORY, DELTA, CUMULATIVE, DELTA",
			"OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE, LowMemory, DELTA, CUMULATIVE, DELTA",
			"MANAGEMENT_OTLP_METRICS_EXPORT_AGGREGATIONTEMPORALITY, delta, DELTA, DELTA, DELTA" })
	void environmentSetsTheTemporality(String variable, String value, String sync, String async, String micrometer) {
		start(Application.class, Map.of(variable, value));
		assertTemporalities(sync, async, micrometer);
	}

	@ParameterizedTest
	@DisplayName("M16, M17: code has the last word")
	@CsvSource({ "CUMULATIVE, CUMULATIVE, CUMULATIVE, CUMULATIVE", "DELTA, DELTA, DELTA, DELTA",
			"LOWMEMORY, DELTA, CUMULATIVE, DELTA" })
	void codeSetsTheTemporality(Temporality temporality, String sync, String async, String micrometer) {
		CustomizedApplication.temporality = temporality;
		String other = (temporality == Temporality.CUMULATIVE) ? "delta" : "cumulative";
		start(CustomizedApplication.class, Map.of(), "otlp.exporter.temporality=" + other);
		assertTemporalities(sync, async, micrometer);
	}

	@Test
	void ourPropertyWinsOverBootsForBothSourcesAndTheConflictIsLoggedOnce(CapturedOutput output) {
		start(Application.class, Map.of(), "otlp.exporter.temporality=delta",
				"management.otlp.metrics.export.aggregation-temporality=cumulative");
		assertTemporalities("DELTA", "DELTA", "DELTA");
		assertThat(output).containsOnlyOnce("Metrics are delta as otlp.exporter.temporality says; "
				+ "management.otlp.metrics.export.aggregation-temporality says cumulative and is ignored");
	}

	@Test
	void bothSourcesArriveOnceAndInOneResourceEach(CapturedOutput output) {
		start(Application.class, Map.of(), "spring.application.name=shop");
		record();
		this.context.close();
		for (String name : List.of("sdk.counter", "sdk.histogram", "sdk.updown", "sdk.async", "micro.counter",
				"micro.timer")) {
			assertThat(metrics(name)).as(name).hasSize(1);
		}
		assertThat(metrics("sdk.counter").get(0).getSum().getDataPoints(0).getAsInt()).isEqualTo(3);
		assertThat(metrics("micro.counter").get(0).getSum().getDataPoints(0).getAsDouble()).isEqualTo(2);
		SignalLedger ledger = ledger();
		assertThat(ledger.isBalanced()).isTrue();
		assertThat(ledger.routes().get(0).delivered()).isEqualTo(ledger.offered()).isPositive();
		assertThat(output).contains(this.server.url() + "/v1/metrics with resource attributes")
			.doesNotContain("localhost:4318");
	}

	@Test
	void aRefusedPublicationIsCountedAndNotThrown(CapturedOutput output) {
		start(Application.class, Map.of(), "otlp.buffer.max-items=1");
		record();
		this.context.close();
		assertThat(ledger().refusedItems()).isPositive();
		assertThat(ledger().isBalanced()).isTrue();
		assertThat(output).doesNotContain("Failed to publish metrics");
	}

	@Test
	void whatTheQueueOfTheSdkDropsIsCountedAsRefused() {
		start(Application.class, Map.of(), "management.opentelemetry.tracing.export.max-queue-size=10",
				"management.opentelemetry.tracing.export.max-batch-size=10",
				"management.tracing.sampling.probability=1.0");
		Tracer tracer = this.context.getBean(OpenTelemetry.class).getTracer("test");
		for (int i = 0; i < 20_000; i++) {
			tracer.spanBuilder("work").startSpan().end();
		}
		SdkMeterProvider provider = this.context.getBean(SdkMeterProvider.class);
		await().untilAsserted(() -> {
			provider.forceFlush();
			SignalLedger ledger = ledger(Signal.TRACES);
			assertThat(ledger.refused()).containsKey(RefusalReason.QUEUE_FULL);
			assertThat(ledger.offered()).isEqualTo(20_000);
		});
		assertThat(ledger(Signal.TRACES).isBalanced()).isTrue();
	}

	@Test
	void whenMicrometerIsDisabledOnlyTheSdkExports() {
		start(Application.class, Map.of(), "otlp.exporter.micrometer.enabled=false");
		assertThat(this.context.getBeanNamesForType(OtlpMeterRegistry.class)).isEmpty();
		record();
		this.context.close();
		assertThat(metrics("sdk.counter")).hasSize(1);
		assertThat(metrics("micro.counter")).isEmpty();
	}

	@Test
	void whenMicrometerIsDisabledAndSpringBootHasAUrlItsOwnSenderIsUsed() {
		start(Application.class, Map.of(), "otlp.exporter.micrometer.enabled=false",
				"otlp.exporter.metrics.enabled=false",
				"management.otlp.metrics.export.url=" + this.server.url() + "/v1/metrics");
		record();
		this.context.close();
		assertThat(metrics("micro.counter")).hasSize(1);
		assertThat(this.pipeline.ledgers()).noneMatch((ledger) -> ledger.signal() == Signal.METRICS);
	}

	@Test
	void whenSdkMetricsAreDisabledOnlyMicrometerExports() {
		start(Application.class, Map.of(), "otlp.exporter.metrics.enabled=false");
		record();
		this.context.close();
		assertThat(metrics("sdk.counter")).isEmpty();
		assertThat(metrics("micro.counter")).hasSize(1);
	}

	@ParameterizedTest
	@CsvSource({ "management.otlp.metrics.export.enabled=false", "management.defaults.metrics.export.enabled=false" })
	void whenBootsSwitchIsOffNoMetricIsExported(String property) {
		start(Application.class, Map.of(), property);
		record();
		this.context.close();
		assertThat(this.server.metrics()).isEmpty();
	}

	@Test
	void whenOpenTelemetryIsOffOnlyMicrometerExports() {
		start(Application.class, Map.of(), "management.opentelemetry.enabled=false");
		this.context.getBean(MeterRegistry.class).counter("micro.counter").increment();
		this.context.close();
		assertThat(metrics("micro.counter")).hasSize(1);
		assertThat(metrics("sdk.counter")).isEmpty();
		assertThat(this.server.spans()).isEmpty();
	}

	@Test
	void metricsAreExportedEveryInterval() {
		start(Application.class, Map.of(), "otlp.exporter.metrics.interval=50ms");
		record();
		await().until(() -> metrics("sdk.counter").size() >= 3);
		assertThat(this.server.requests()).filteredOn((request) -> request.path().equals("/v1/metrics")).isNotEmpty();
	}

	@Test
	void aPrometheusRegistryBesideOursIsNamedAtStartUp(CapturedOutput output) {
		start(Application.class, Map.of(), "management.endpoints.web.exposure.include=*");
		assertThat(output).contains("Micrometer's metrics go to PrometheusMeterRegistry as well");
	}

	@Test
	void aPrometheusRegistryAloneIsNotNamed(CapturedOutput output) {
		start(Application.class, Map.of(), "otlp.exporter.micrometer.enabled=false");
		assertThat(output).contains("data points and log records go to").doesNotContain("PrometheusMeterRegistry");
	}

	private void assertTemporalities(String sync, String async, String micrometer) {
		record();
		this.context.close();
		assertThat(metrics("sdk.counter").get(0).getSum().getAggregationTemporality()).isEqualTo(of(sync));
		assertThat(metrics("sdk.histogram").get(0).getHistogram().getAggregationTemporality()).isEqualTo(of(sync));
		assertThat(metrics("sdk.async").get(0).getSum().getAggregationTemporality()).isEqualTo(of(async));
		assertThat(metrics("sdk.updown").get(0).getSum().getAggregationTemporality()).isEqualTo(of("CUMULATIVE"));
		assertThat(metrics("micro.counter").get(0).getSum().getAggregationTemporality()).isEqualTo(of(micrometer));
		assertThat(metrics("micro.timer").get(0).getHistogram().getAggregationTemporality()).isEqualTo(of(micrometer));
	}

	private static AggregationTemporality of(String name) {
		return AggregationTemporality.valueOf("AGGREGATION_TEMPORALITY_" + name);
	}

	private void record() {
		Meter meter = this.context.getBean(OpenTelemetry.class).getMeter("test");
		meter.counterBuilder("sdk.counter").build().add(3);
		meter.histogramBuilder("sdk.histogram").build().record(1.5);
		meter.upDownCounterBuilder("sdk.updown").build().add(-2);
		AtomicLong value = new AtomicLong(7);
		meter.counterBuilder("sdk.async").buildWithCallback((measurement) -> measurement.record(value.get()));
		MeterRegistry registry = this.context.getBean(MeterRegistry.class);
		registry.counter("micro.counter").increment(2);
		registry.timer("micro.timer").record(Duration.ofMillis(5));
	}

	private List<Metric> metrics(String name) {
		return this.server.metrics().stream().filter((metric) -> metric.getName().equals(name)).toList();
	}

	private SignalLedger ledger() {
		return ledger(Signal.METRICS);
	}

	private SignalLedger ledger(Signal signal) {
		return this.pipeline.ledgers().stream().filter((ledger) -> ledger.signal() == signal).findFirst().orElseThrow();
	}

	private void start(Class<?> type, Map<String, Object> variables, String... properties) {
		// Micrometer publishes at the end of a step of the clock on the wall too, which
		// is an
		// hour away as a rule, and not a minute
		List<String> arguments = new ArrayList<>(
				List.of("--otlp.forwarder.endpoint=" + this.server.url(), "--management.otlp.metrics.export.step=1h"));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		SpringApplication application = new SpringApplication(type);
		application.setWebApplicationType(WebApplicationType.NONE);
		// As the real variables of the process, which a test cannot set.
		application.addInitializers((context) -> context.getEnvironment()
			.getPropertySources()
			.addLast(new SystemEnvironmentPropertySource("test-systemEnvironment", variables)));
		this.context = application.run(arguments.toArray(String[]::new));
		this.pipeline = this.context.getBean(Pipeline.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class CustomizedApplication {

		private static Temporality temporality = Temporality.CUMULATIVE;

		@Bean
		TemporalityCustomizer temporalityCustomizer() {
			return (configured) -> temporality;
		}

	}

}
