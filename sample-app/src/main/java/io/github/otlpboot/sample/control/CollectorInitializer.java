package io.github.otlpboot.sample.control;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

import io.github.otlpboot.sample.collector.CollectorSettings;
import io.github.otlpboot.sample.collector.EmbeddedCollector;
import io.github.otlpboot.sample.status.StatusLine;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.beans.factory.support.DefaultSingletonBeanRegistry;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.MapPropertySource;

/**
 * Starts the collector before there is any bean, and closes it after every bean: Spring
 * destroys in reverse order of registration, and this one is registered first. So what
 * the pipeline delivers while it is closed still arrives, and the last line comes after
 * that.
 */
public final class CollectorInitializer implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	static final String PORT_PROPERTY = "sample.collector.port";

	private static final int DEFAULT_PORT = 14318;

	private static final Duration STATUS_INTERVAL = Duration.ofSeconds(5);

	private static final Log logger = LogFactory.getLog(StatusLine.class);

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		int port = context.getEnvironment().getProperty(PORT_PROPERTY, Integer.class, DEFAULT_PORT);
		EmbeddedCollector collector = new EmbeddedCollector(CollectorSettings.ofPort(port));
		start(collector);
		// With port 0 the pipeline's endpoint, which refers to the property, needs the
		// real one
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MapPropertySource("embeddedCollector", Map.of(PORT_PROPERTY, collector.port())));
		StatusLine statusLine = new StatusLine(collector::describe, logger::info, STATUS_INTERVAL);
		context.getBeanFactory().registerSingleton("embeddedCollector", collector);
		context.getBeanFactory().registerSingleton("statusLine", statusLine);
		((DefaultSingletonBeanRegistry) context.getBeanFactory()).registerDisposableBean("embeddedCollector", () -> {
			statusLine.close();
			collector.close();
		});
	}

	private static void start(EmbeddedCollector collector) {
		try {
			collector.start();
		}
		catch (IOException ex) {
			throw new FailureAnalyzedException(
					"The embedded collector cannot listen on port " + collector.port() + ": " + ex.getMessage(),
					"Stop the process that listens there, or set " + PORT_PROPERTY + " to another port.", ex);
		}
	}

}
