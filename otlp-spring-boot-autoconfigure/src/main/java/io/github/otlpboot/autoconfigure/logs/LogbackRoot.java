package io.github.otlpboot.autoconfigure.logs;

import java.util.Iterator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggerContextListener;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.spi.AppenderAttachable;
import io.github.otlpboot.exporter.OtlpLogbackAppender;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;

/**
 * Attaches our appender to Logback's root logger, once for the whole process whatever the
 * number of applications in it, and puts it back when Logback is configured anew.
 * Thread-safe as Logback is.
 */
final class LogbackRoot {

	private static final String NAME = "otlp-spring-boot";

	/** The appender of the OpenTelemetry instrumentation project. */
	static final String FOREIGN = "io.opentelemetry.instrumentation.logback.appender.v1_0.OpenTelemetryAppender";

	private final LoggerContext context;

	LogbackRoot(LoggerContext context) {
		this.context = context;
	}

	/**
	 * Return Logback if it is what the application logs with.
	 * @return Logback's root, {@code null} if something else is in use
	 */
	static @Nullable LogbackRoot inUse() {
		ILoggerFactory factory = LoggerFactory.getILoggerFactory();
		return (factory instanceof LoggerContext context) ? new LogbackRoot(context) : null;
	}

	/**
	 * Return our appender, attached.
	 * @return the appender
	 */
	OtlpLogbackAppender attach() {
		OtlpLogbackAppender present = attached();
		if (present != null) {
			return present;
		}
		OtlpLogbackAppender appender = new OtlpLogbackAppender();
		appender.setName(NAME);
		appender.setContext(this.context);
		add(appender);
		this.context.addListener(new Reattachment(appender));
		return appender;
	}

	private void add(OtlpLogbackAppender appender) {
		appender.start();
		root().addAppender(appender);
	}

	/**
	 * Return our appender.
	 * @return the appender, {@code null} if it is not attached
	 */
	@Nullable OtlpLogbackAppender attached() {
		return (root().getAppender(NAME) instanceof OtlpLogbackAppender appender) ? appender : null;
	}

	void detach() {
		this.context.getCopyOfListenerList()
			.stream()
			.filter((listener) -> listener instanceof Reattachment)
			.forEach(this.context::removeListener);
		OtlpLogbackAppender appender = attached();
		if (appender != null) {
			root().detachAppender(appender);
			appender.stop();
		}
	}

	/**
	 * Return the class of the appender that the application has configured itself.
	 * @return the class, {@code null} if there is none
	 */
	@Nullable Class<?> foreignAppender() {
		return this.context.getLoggerList()
			.stream()
			.flatMap((logger) -> appenders(logger.iteratorForAppenders()))
			.<Class<?>>map(Appender::getClass)
			.filter((type) -> type.getName().equals(FOREIGN))
			.findFirst()
			.orElse(null);
	}

	// Also those behind an asynchronous appender.
	private static Stream<Appender<?>> appenders(Iterator<? extends Appender<?>> iterator) {
		Iterable<Appender<?>> iterable = () -> (Iterator<Appender<?>>) iterator;
		return StreamSupport.stream(iterable.spliterator(), false)
			.flatMap((appender) -> (appender instanceof AppenderAttachable<?> attachable)
					? Stream.concat(Stream.of(appender), appenders(attachable.iteratorForAppenders()))
					: Stream.of(appender));
	}

	private Logger root() {
		return this.context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
	}

	/**
	 * A reset takes all appenders away before the new configuration is read.
	 */
	private final class Reattachment implements LoggerContextListener {

		private final OtlpLogbackAppender appender;

		Reattachment(OtlpLogbackAppender appender) {
			this.appender = appender;
		}

		@Override
		public boolean isResetResistant() {
			return true;
		}

		@Override
		public void onReset(LoggerContext context) {
			add(this.appender);
		}

		@Override
		public void onStart(LoggerContext context) {
		}

		@Override
		public void onStop(LoggerContext context) {
		}

		@Override
		public void onLevelChange(Logger logger, Level level) {
		}

	}

}
