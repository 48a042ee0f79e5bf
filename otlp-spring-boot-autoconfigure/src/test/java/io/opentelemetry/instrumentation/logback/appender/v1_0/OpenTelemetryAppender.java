package io.opentelemetry.instrumentation.logback.appender.v1_0;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.opentelemetry.api.OpenTelemetry;

/**
 * Stands in for the appender of the instrumentation project, whose artifact would bring
 * alpha modules onto the class path of every test.
 */
public final class OpenTelemetryAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {

	private static OpenTelemetry installed;

	/**
	 * As the real one.
	 * @param openTelemetry the OpenTelemetry of the application
	 */
	public static void install(OpenTelemetry openTelemetry) {
		installed = openTelemetry;
	}

	/**
	 * Return what was installed.
	 * @return the OpenTelemetry
	 */
	public static OpenTelemetry installed() {
		return installed;
	}

	@Override
	protected void append(ILoggingEvent event) {
		// The real one's own affair.
	}

}
