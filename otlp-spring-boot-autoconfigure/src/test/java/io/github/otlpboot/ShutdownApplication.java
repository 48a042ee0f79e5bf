package io.github.otlpboot;

import java.io.IOException;
import java.time.Duration;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * An application that makes all four kinds of telemetry while it runs and again while it
 * ends. It closes at the end of its standard input.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({ ShutdownApplication.First.class, ShutdownApplication.Worker.class })
public class ShutdownApplication {

	/** The last line of log before it waits for its end. */
	static final String READY = "ready for its end";

	private static final Logger logger = LoggerFactory.getLogger(ShutdownApplication.class);

	public static void main(String[] args) throws IOException {
		ConfigurableApplicationContext context = SpringApplication.run(ShutdownApplication.class, args);
		context.getBean(Worker.class).work("early");
		logger.info(READY);
		while (System.in.read() != -1) {
			// Whatever it is told.
		}
		context.close();
	}

	/**
	 * Depends on nothing, and so is created first and destroyed last.
	 */
	static class First {

		@PostConstruct
		void made() {
			logger.info("first bean is made");
		}

		@PreDestroy
		void destroyed() {
			logger.info("first bean is destroyed");
		}

	}

	/**
	 * Uses OpenTelemetry, and so is destroyed before it.
	 */
	static class Worker {

		private final OpenTelemetry openTelemetry;

		private final MeterRegistry registry;

		Worker(OpenTelemetry openTelemetry, MeterRegistry registry) {
			this.openTelemetry = openTelemetry;
			this.registry = registry;
		}

		void work(String name) {
			Span span = this.openTelemetry.getTracer("test").spanBuilder(name + " span").startSpan();
			Context.current().with(span).wrap(() -> logger.info("{} line", name)).run();
			span.end();
			Meter meter = this.openTelemetry.getMeter("test");
			meter.counterBuilder(name + ".sdk").build().add(3);
			meter.histogramBuilder(name + ".histogram").build().record(1.5);
			this.registry.counter(name + ".micrometer").increment(2);
			this.registry.timer(name + ".timer").record(Duration.ofMillis(5));
		}

		@PreDestroy
		void destroyed() {
			work("last");
		}

	}

}
