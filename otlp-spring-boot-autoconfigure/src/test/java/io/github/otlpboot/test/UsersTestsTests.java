package io.github.otlpboot.test;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.github.otlpboot.autoconfigure.logs.LogbackProbe;
import io.github.otlpboot.pipeline.Pipeline;
import io.github.otlpboot.testing.OtlpTestServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.ClassOrderer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestClassOrder;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What tests of an application store and send, with an application.yml that has telemetry
 * on in every way. Those that must not send come first, with a server that has seen
 * nothing yet.
 */
@TestClassOrder(ClassOrderer.OrderAnnotation.class)
class UsersTestsTests {

	private static final OtlpTestServer server = OtlpTestServer.open();

	@TempDir
	private static Path directory;

	@DynamicPropertySource
	static void places(DynamicPropertyRegistry registry) {
		registry.add("collector.url", server::url);
		registry.add("otlp.storage.directory", () -> directory.resolve("otlp").toString());
	}

	@AfterAll
	static void close() {
		server.close();
	}

	private void makeTelemetry(ApplicationContext context) {
		OpenTelemetry openTelemetry = context.getBean(OpenTelemetry.class);
		openTelemetry.getTracer("test").spanBuilder("work").startSpan().end();
		openTelemetry.getLogsBridge().get("test").logRecordBuilder().setBody("record").emit();
		context.getBean(MeterRegistry.class).counter("work").increment();
		LoggerFactory.getLogger(UsersTestsTests.class).info("line");
		context.getBean(SdkTracerProvider.class).forceFlush().join(10, TimeUnit.SECONDS);
		context.getBean(SdkLoggerProvider.class).forceFlush().join(10, TimeUnit.SECONDS);
	}

	private void seeThatNothingLeaves(ApplicationContext context) {
		makeTelemetry(context);
		assertThat(List.of(Pipeline.class, SpanExporter.class, LogRecordExporter.class, OtlpMeterRegistry.class))
			.allSatisfy((type) -> assertThat(context.getBeanNamesForType(type)).as(type.getName()).isEmpty());
		assertThat(LogbackProbe.isAttached()).isFalse();
		assertThat(server.requests()).isEmpty();
		assertThat(server.connectionCount()).isZero();
		assertThat(directory).isEmptyDirectory();
	}

	private void seeThatAllArrives(ApplicationContext context) {
		server.clear();
		makeTelemetry(context);
		await().untilAsserted(() -> {
			assertThat(server.spans()).anyMatch((span) -> span.getName().equals("work"));
			assertThat(server.metrics()).anyMatch((metric) -> metric.getName().equals("work"));
			assertThat(server.logRecords()).extracting((record) -> record.getBody().getStringValue())
				.contains("record", "line");
		});
		assertThat(directory.resolve("otlp")).isNotEmptyDirectory();
	}

	@Nested
	@Order(1)
	@DirtiesContext
	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE,
			properties = "spring.config.name=application-of-users")
	class WithoutAsking {

		@Test
		@DisplayName("nothing is stored and nothing is sent, by us or by Spring Boot's own exporters")
		void nothingLeaves(@Autowired ApplicationContext context) {
			seeThatNothingLeaves(context);
		}

	}

	@Nested
	@Order(2)
	@DirtiesContext
	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE,
			properties = { "spring.config.name=application-of-users", "otlp.enabled=false" })
	class WithThePropertyOff {

		@Test
		void nothingLeaves(@Autowired ApplicationContext context) {
			seeThatNothingLeaves(context);
		}

	}

	@Nested
	@Order(3)
	@DirtiesContext
	@AutoConfigureOtlp
	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE,
			properties = "spring.config.name=application-of-users")
	class WithTheAnnotation {

		@Test
		void allArrives(@Autowired ApplicationContext context) {
			seeThatAllArrives(context);
		}

	}

	@Nested
	@Order(3)
	@DirtiesContext
	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE,
			properties = { "spring.config.name=application-of-users", "otlp.enabled=true" })
	class WithTheProperty {

		@Test
		void allArrives(@Autowired ApplicationContext context) {
			seeThatAllArrives(context);
		}

	}

	@Nested
	@Order(3)
	@DirtiesContext
	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE,
			properties = "spring.config.name=application-of-users")
	class WithADynamicProperty {

		@DynamicPropertySource
		static void on(DynamicPropertyRegistry registry) {
			registry.add("otlp.enabled", () -> true);
		}

		@Test
		void allArrives(@Autowired ApplicationContext context) {
			seeThatAllArrives(context);
		}

	}

	@Nested
	@Order(3)
	@DirtiesContext
	@ContextConfiguration(initializers = Initializer.class)
	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE,
			properties = "spring.config.name=application-of-users")
	class WithAnInitializer {

		@Test
		void allArrives(@Autowired ApplicationContext context) {
			seeThatAllArrives(context);
		}

	}

	static class Initializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

		@Override
		public void initialize(ConfigurableApplicationContext context) {
			TestPropertyValues.of("otlp.enabled=true").applyTo(context);
		}

	}

	/**
	 * The properties are those that Spring Boot's test modules set.
	 */
	@Nested
	@Order(3)
	@DirtiesContext
	@AutoConfigureOtlp
	@SpringBootTest(classes = Application.class, webEnvironment = WebEnvironment.NONE,
			properties = { "spring.config.name=application-of-users", "management.tracing.export.enabled=false",
					"management.defaults.metrics.export.enabled=false",
					"management.simple.metrics.export.enabled=true" })
	class WithTheAnnotationAndTheTestModulesOfSpringBoot {

		@Test
		void allArrives(@Autowired ApplicationContext context) {
			seeThatAllArrives(context);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
