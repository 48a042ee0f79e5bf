package io.github.otlpboot.exporter;

import java.util.List;

import ch.qos.logback.classic.spi.ILoggingEvent;

/**
 * Tells which log events are about the exporting of telemetry. Such an event would become
 * a record, whose export causes the next such event. Stateless.
 */
final class LogEventFilter {

	private static final String ROOT = "io.github.otlpboot.";

	/**
	 * Loggers of the SDK, of Micrometer's OTLP registry, of the JDK's HTTP client, which
	 * has a thread of its own, and of this library.
	 */
	private static final List<String> LOGGERS = List.of("io.opentelemetry.", "io.micrometer.registry.otlp.",
			"jdk.internal.httpclient.", "jdk.httpclient.", ROOT + "actuate.", ROOT + "autoconfigure.",
			ROOT + "breaker.", ROOT + "buffer.", ROOT + "exporter.", ROOT + "forwarder.", ROOT + "model.",
			ROOT + "pipeline.", ROOT + "storage.");

	/** The threads of the forwarder and of its HTTP client, whatever they call. */
	private static final String THREADS = "otlp-";

	boolean permits(ILoggingEvent event) {
		String logger = event.getLoggerName();
		return LOGGERS.stream().noneMatch(logger::startsWith) && !event.getThreadName().startsWith(THREADS);
	}

}
