package io.github.otlpboot.sample.control;

import java.net.URI;
import java.util.Optional;
import java.util.function.Supplier;

import io.github.otlpboot.sample.load.LoadGenerator;
import io.github.otlpboot.sample.status.PipelineFigures;
import io.github.otlpboot.sample.status.RecentSamples;
import io.github.otlpboot.sample.status.StatusLine;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Lets the load begin when the application is ready, and end before anything else does.
 */
@Component
class SampleLifecycle {

	private final LoadGenerator load;

	private final StatusLine statusLine;

	private final Supplier<Optional<PipelineFigures>> pipelineFigures;

	private final RecentSamples samples;

	SampleLifecycle(LoadGenerator load, StatusLine statusLine, Supplier<Optional<PipelineFigures>> pipelineFigures,
			RecentSamples samples) {
		this.load = load;
		this.statusLine = statusLine;
		this.pipelineFigures = pipelineFigures;
		this.samples = samples;
	}

	@EventListener
	void ready(ApplicationReadyEvent event) {
		this.statusLine.start(this.pipelineFigures);
		this.samples.start();
		Integer port = event.getApplicationContext().getEnvironment().getProperty("local.server.port", Integer.class);
		// Without a web server, as in some tests, there is no shop to go to
		if (port != null) {
			this.load.start(URI.create("http://127.0.0.1:" + port));
		}
	}

	@EventListener(ContextClosedEvent.class)
	void closed() {
		this.load.close();
	}

}
