package io.github.otlpboot.autoconfigure;

import io.github.otlpboot.pipeline.Pipeline;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Tells the pipeline that the application ends, before the first bean is destroyed and so
 * before any producer waits in vain. Stateless.
 */
final class PipelineCloseListener implements ApplicationListener<ContextClosedEvent> {

	private final Pipeline pipeline;

	private final ApplicationContext context;

	PipelineCloseListener(Pipeline pipeline, ApplicationContext context) {
		this.pipeline = pipeline;
		this.context = context;
	}

	@Override
	public void onApplicationEvent(ContextClosedEvent event) {
		// The end of a child, that of the management server, say, is not ours.
		if (event.getApplicationContext() == this.context) {
			this.pipeline.expectClose();
		}
	}

}
