package io.github.otlpboot.autoconfigure.logs;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
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
	private static final String FOREIGN = "io.opentelemetry.instrumentation.logback.appender.v1_0.OpenTelemetryAppender";

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
		List<Appender<?>> appenders = new ArrayList<>();
		this.context.getLoggerList().forEach((logger) -> collect(logger.iteratorForAppenders(), appenders));
		for (Appender<?> appender : appenders) {
			if (appender.getClass().getName().equals(FOREIGN)) {
				return appender.getClass();
			}
		}
		return null;
	}

	// Also those behind an asynchronous appender.
	private static void collect(Iterator<? extends Appender<?>> iterator, List<Appender<?>> appenders) {
		while (iterator.hasNext()) {
			Appender<?> appender = iterator.next();
			appenders.add(appender);
			if (appender instanceof AppenderAttachable<?> attachable) {
				collect(attachable.iteratorForAppenders(), appenders);
			}
		}
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
