package io.github.otlpboot.autoconfigure;

import io.github.otlpboot.pipeline.Pipeline;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ApplicationContextEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Tells the pipeline to send once the application has started, which must not wait for
 * that; and that the application ends, before the first bean is destroyed and so before
 * any producer waits in vain. Stateless.
 */
final class PipelineContextListener implements ApplicationListener<ApplicationContextEvent> {

	private final Pipeline pipeline;

	private final ApplicationContext context;

	PipelineContextListener(Pipeline pipeline, ApplicationContext context) {
		this.pipeline = pipeline;
		this.context = context;
	}

	@Override
	public void onApplicationEvent(ApplicationContextEvent event) {
		// What happens to a child, that of the management server, say, is not ours.
		if (event.getApplicationContext() != this.context) {
			return;
		}
		if (event instanceof ContextRefreshedEvent) {
			this.pipeline.start();
		}
		else if (event instanceof ContextClosedEvent) {
			this.pipeline.expectClose();
		}
	}

}
