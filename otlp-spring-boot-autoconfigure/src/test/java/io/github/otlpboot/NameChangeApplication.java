package io.github.otlpboot;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.trace.SdkTracerProvider;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

/**
 * An application that makes a span of each line of its standard input, and ends with it.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class NameChangeApplication {

	/** What it prints when it listens. */
	static final String READY = "ready for names";

	public static void main(String[] args) throws IOException {
		try (ConfigurableApplicationContext context = SpringApplication.run(NameChangeApplication.class, args)) {
			SdkTracerProvider provider = context.getBean(SdkTracerProvider.class);
			Tracer tracer = provider.get("test");
			System.out.println(READY);
			BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
			for (String line = lines.readLine(); line != null; line = lines.readLine()) {
				tracer.spanBuilder(line).startSpan().end();
				provider.forceFlush();
			}
		}
	}

}
