package io.github.otlpboot;

import java.util.ArrayList;
import java.util.List;

import io.github.otlpboot.testing.OtlpTestServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * A web application of either kind, on a port that is free, with everything sampled.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(HelloApplication.Hello.class)
public class HelloApplication {

	static ConfigurableApplicationContext start(WebApplicationType type, OtlpTestServer server, String... properties) {
		SpringApplication application = new SpringApplication(HelloApplication.class);
		application.setWebApplicationType(type);
		List<String> arguments = new ArrayList<>(
				List.of("--otlp.forwarder.endpoint=" + server.url(), "--management.tracing.sampling.probability=1.0",
						"--server.port=0", "--management.endpoints.web.exposure.include=health,otlp",
						"--management.endpoint.health.show-components=always"));
		for (String property : properties) {
			arguments.add("--" + property);
		}
		return application.run(arguments.toArray(String[]::new));
	}

	@RestController
	static class Hello {

		private static final Logger logger = LoggerFactory.getLogger(Hello.class);

		@GetMapping("/hello")
		String hello() {
			logger.info("hello from {}", Thread.currentThread());
			return Thread.currentThread().toString();
		}

	}

}
