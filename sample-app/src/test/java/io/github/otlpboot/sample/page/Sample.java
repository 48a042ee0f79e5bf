package io.github.otlpboot.sample.page;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import io.github.otlpboot.sample.SampleApplication;
import io.github.otlpboot.sample.collector.EmbeddedCollector;
import io.github.otlpboot.sample.control.CollectorInitializer;
import io.github.otlpboot.sample.load.LoadGenerator;
import io.github.otlpboot.sample.status.StatusLine;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The sample application in this process, with its settings but for ports, and for a
 * little haste.
 */
final class Sample implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private Sample(ConfigurableApplicationContext context) {
		this.context = context;
	}

	static Sample start(Path storage, int port, int collectorPort, String... arguments) {
		List<String> all = new ArrayList<>(List.of("--server.port=" + port, "--sample.collector.port=" + collectorPort,
				"--otlp.storage.directory=" + storage, "--otlp.shutdown-timeout=2s"));
		all.addAll(List.of(arguments));
		return new Sample(new SpringApplicationBuilder(SampleApplication.class).initializers(new CollectorInitializer())
			.run(all.toArray(String[]::new)));
	}

	int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	String url() {
		return "http://127.0.0.1:" + port() + "/";
	}

	EmbeddedCollector collector() {
		return this.context.getBean(EmbeddedCollector.class);
	}

	LoadGenerator load() {
		return this.context.getBean(LoadGenerator.class);
	}

	/**
	 * Return the status line as it would be printed now.
	 * @return the line
	 */
	String line() {
		return this.context.getBean(StatusLine.class).line();
	}

	@Override
	public void close() {
		this.context.close();
	}

}
