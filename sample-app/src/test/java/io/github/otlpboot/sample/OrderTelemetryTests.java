package io.github.otlpboot.sample;

import java.util.concurrent.TimeUnit;

import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.sample.collector.EmbeddedCollector;
import io.github.otlpboot.sample.collector.SignalCounts;
import io.github.otlpboot.sample.shop.OrderRequest;
import io.github.otlpboot.sample.shop.OrderService;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A test as docs/RECIPES.md describes it: telemetry in memory, without a pipeline.
 */
@SpringBootTest(useMainMethod = UseMainMethod.ALWAYS,
		properties = { "sample.collector.port=0", "sample.load.requests-per-second=0" })
class OrderTelemetryTests {

	@Autowired
	private OrderService orders;

	@Autowired
	private InMemorySpanExporter spans;

	@Autowired
	private SdkTracerProvider tracing;

	@Autowired
	private MeterRegistry meters;

	@Autowired
	private EmbeddedCollector collector;

	@Autowired
	private ObjectProvider<Pipeline> pipeline;

	@Test
	void placingAnOrderIsATraceInMemoryAndReachesNobody() {
		this.orders.place(new OrderRequest("ada", "tea-green", 1));
		this.tracing.forceFlush().join(10, TimeUnit.SECONDS);
		assertThat(this.spans.getFinishedSpanItems()).extracting(SpanData::getName)
			.contains("order.place", "inventory.reserve", "payment.charge");
		assertThat(this.meters.get("order.place").timer().count()).isOne();
		assertThat(this.pipeline.getIfAvailable()).isNull();
		assertThat(this.collector.status().signals().values()).extracting(SignalCounts::requests).containsOnly(0L);
	}

	@TestConfiguration(proxyBeanMethods = false)
	static class Telemetry {

		@Bean
		InMemorySpanExporter inMemorySpanExporter() {
			return InMemorySpanExporter.create();
		}

	}

}
