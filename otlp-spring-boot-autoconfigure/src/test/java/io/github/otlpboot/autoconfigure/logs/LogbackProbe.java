package io.github.otlpboot.autoconfigure.logs;

import java.util.Objects;

import ch.qos.logback.classic.BasicConfigurator;
import ch.qos.logback.classic.LoggerContext;
import org.slf4j.LoggerFactory;

/**
 * Looks at the Logback of the process that runs the tests.
 */
public final class LogbackProbe {

	private LogbackProbe() {
	}

	/**
	 * Return whether our appender is attached.
	 * @return {@code true} if it is
	 */
	public static boolean isAttached() {
		return Objects.requireNonNull(LogbackRoot.inUse()).attached() != null;
	}

	/**
	 * Configure Logback anew, as it does when its file has changed.
	 */
	public static void reset() {
		LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
		context.reset();
		new BasicConfigurator().configure(context);
	}

}
