package io.github.otlpboot.autoconfigure.logs;

import io.github.otlpboot.autoconfigure.ShutdownSequence;
import io.github.otlpboot.exporter.OtlpLogbackAppender;
import io.github.otlpboot.pipeline.Pipeline;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.resources.Resource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Exports the lines of a start that fails, the reason among them. The
 * {@link LogbackInstaller} comes too late for that: most often it is a bean of the
 * application that cannot be made, and those are made before. The pipeline is not, where
 * there is a web server, whose requests it observes.
 */
final class FailedStartLines implements BeanPostProcessor {

	private static final Logger logger = LoggerFactory.getLogger(FailedStartLines.class);

	private final ShutdownSequence shutdown;

	private final ObjectProvider<Resource> resource;

	FailedStartLines(ShutdownSequence shutdown, ObjectProvider<Resource> resource) {
		this.shutdown = shutdown;
		this.resource = resource;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (bean instanceof Pipeline pipeline) {
			Resource own = this.resource.getIfAvailable(Resource::getDefault);
			// Later than the pipeline, and so closed before it.
			this.shutdown.add(() -> export(pipeline, own));
		}
		return bean;
	}

	private static void export(Pipeline pipeline, Resource resource) {
		LogbackRoot root = LogbackRoot.inUse();
		OtlpLogbackAppender appender = (root != null) ? root.attached() : null;
		// Where all beans were there once, the installer has seen to it.
		if (root == null || appender == null || appender.isInstalled()) {
			return;
		}
		SdkLoggerProvider last = LogbackInstaller.lastProvider(pipeline, resource);
		int dropped = appender.install(last);
		if (dropped > 0) {
			logger.warn("{} lines of log came before the pipeline was ready and could not be kept", dropped);
		}
		if (!appender.uninstall(last)) {
			root.detach();
		}
		last.close();
	}

}
