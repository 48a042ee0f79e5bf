package io.github.otlpboot.documents.shop;

import io.micrometer.observation.ObservationRegistry;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * The application of a reader, whose telemetry the documented tests look at.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class ShopApplication {

	@Bean
	Checkout checkout(ObservationRegistry observations) {
		return new Checkout(observations);
	}

}
