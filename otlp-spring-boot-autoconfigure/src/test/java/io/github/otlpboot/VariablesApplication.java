package io.github.otlpboot;

import java.io.IOException;

import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * A new application, which makes one of everything and ends with its standard input. Runs
 * in a process of its own, because environment variables cannot be set in this one.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class VariablesApplication {

	/**
	 * Run it.
	 * @param arguments those of the command line
	 */
	public static void main(String[] arguments) throws IOException {
		SpringApplication application = new SpringApplication(VariablesApplication.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		try (ConfigurableApplicationContext context = application.run(arguments)) {
			context.getBean(OpenTelemetry.class).getTracer("test").spanBuilder("work").startSpan().end();
			context.getBean(MeterRegistry.class).counter("work").increment();
			LoggerFactory.getLogger(VariablesApplication.class).info("work");
			System.in.read();
		}
	}

}
