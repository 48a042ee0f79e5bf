package io.github.otlpboot.autoconfigure.logs;

import java.lang.reflect.InvocationTargetException;

import io.github.otlpboot.autoconfigure.ShutdownSequence;
import io.github.otlpboot.exporter.OtlpLogbackAppender;
import io.github.otlpboot.exporter.SinkExporters;
import io.github.otlpboot.pipeline.Pipeline;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.logs.LoggerProvider;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.resources.Resource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Gives the Logback appender the application's OpenTelemetry when that is complete, and
 * keeps its lines flowing to the very end.
 * <p>
 * Beans of the application are often created before OpenTelemetry and so destroyed after
 * it. Because this bean depends on OpenTelemetry it is destroyed before it, and from then
 * on the appender exports each line by itself, through a provider of our own, until the
 * shutdown sequence detaches it just before the pipeline is closed. Used by the thread of
 * the application context only.
 */
final class LogbackInstaller implements SmartInitializingSingleton, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(LogbackInstaller.class);

	private final LogbackRoot root;

	private final OpenTelemetry openTelemetry;

	private final Pipeline pipeline;

	private final Resource resource;

	private final ShutdownSequence shutdown;

	private @Nullable OtlpLogbackAppender appender;

	LogbackInstaller(LogbackRoot root, OpenTelemetry openTelemetry, Pipeline pipeline, Resource resource,
			ShutdownSequence shutdown) {
		this.root = root;
		this.openTelemetry = openTelemetry;
		this.pipeline = pipeline;
		this.resource = resource;
		this.shutdown = shutdown;
	}

	@Override
	public void afterSingletonsInstantiated() {
		Class<?> foreign = this.root.foreignAppender();
		if (foreign != null) {
			this.root.detach();
			install(foreign, this.openTelemetry);
			return;
		}
		this.appender = this.root.attach();
		int dropped = this.appender.install(this.openTelemetry.getLogsBridge());
		if (dropped > 0) {
			logger.warn("{} lines of log came before the pipeline was ready and could not be kept", dropped);
		}
	}

	private static void install(Class<?> foreign, OpenTelemetry openTelemetry) {
		try {
			foreign.getMethod("install", OpenTelemetry.class).invoke(null, openTelemetry);
		}
		catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException ex) {
			logger.warn("{} could not be given the OpenTelemetry of the application: {}", foreign.getName(),
					ex.toString());
		}
	}

	@Override
	public void destroy() {
		OtlpLogbackAppender installed = this.appender;
		if (installed == null) {
			return;
		}
		LoggerProvider own = this.openTelemetry.getLogsBridge();
		// Another application of this process may have taken over.
		if (!installed.isInstalledWith(own)) {
			installed.uninstall(own);
			return;
		}
		SdkLoggerProvider last = lastProvider(this.pipeline, this.resource);
		installed.install(last);
		installed.uninstall(own);
		this.shutdown.add(() -> {
			// Where others are left, the lines are theirs.
			if (!installed.uninstall(last)) {
				this.root.detach();
			}
			last.close();
		});
	}

	/**
	 * Make a provider that exports each line by itself.
	 * @param pipeline takes the lines
	 * @param resource whose lines they are
	 * @return the provider, to be closed
	 */
	static SdkLoggerProvider lastProvider(Pipeline pipeline, Resource resource) {
		return SdkLoggerProvider.builder()
			.setResource(resource)
			.addLogRecordProcessor(SimpleLogRecordProcessor.create(SinkExporters.logRecordExporter(pipeline)))
			.build();
	}

}
