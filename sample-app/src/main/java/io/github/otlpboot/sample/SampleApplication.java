package io.github.otlpboot.sample;

import io.github.otlpboot.sample.control.CollectorInitializer;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * The shop. All that it needs to deliver its spans is the starter and
 * {@code otlp.forwarder.endpoint} in application.yml; the initializer only brings the
 * collector that receives them here.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class SampleApplication {

	/**
	 * Start the shop, its customer, and its collector.
	 * @param args Spring properties, such as {@code --server.port=9090}
	 */
	public static void main(String[] args) {
		SpringApplication application = new SpringApplication(SampleApplication.class);
		application.addInitializers(new CollectorInitializer());
		application.run(args);
	}

}
