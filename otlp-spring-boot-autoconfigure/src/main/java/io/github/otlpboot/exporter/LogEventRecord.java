package io.github.otlpboot.exporter;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.LoggerProvider;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * Makes a log record of a log event (OpenTelemetry specification, logs data model, and
 * the semantic conventions for threads and exceptions): the logger's name is the scope,
 * key-value pairs of SLF4J are attributes. The MDC is not copied, because what tracing
 * puts there is in the record already.
 */
final class LogEventRecord {

	private static final AttributeKey<String> THREAD_NAME = AttributeKey.stringKey("thread.name");

	private LogEventRecord() {
	}

	/**
	 * Make and emit a record.
	 * @param event the event
	 * @param provider makes the record
	 * @param context holds the span that the event belongs to
	 */
	static void emit(ILoggingEvent event, LoggerProvider provider, Context context) {
		LogRecordBuilder record = provider.loggerBuilder(event.getLoggerName()).build().logRecordBuilder();
		record.setContext(context)
			.setTimestamp(event.getInstant())
			.setSeverity(severity(event.getLevel()))
			.setSeverityText(event.getLevel().toString())
			.setAttribute(THREAD_NAME, event.getThreadName());
		String message = event.getFormattedMessage();
		if (message != null) {
			record.setBody(message);
		}
		if (event.getThrowableProxy() instanceof ThrowableProxy proxy) {
			record.setException(proxy.getThrowable());
		}
		addKeyValuePairs(record, event.getKeyValuePairs());
		record.emit();
	}

	private static Severity severity(Level level) {
		return switch (level.toInt()) {
			case Level.TRACE_INT -> Severity.TRACE;
			case Level.DEBUG_INT -> Severity.DEBUG;
			case Level.INFO_INT -> Severity.INFO;
			case Level.WARN_INT -> Severity.WARN;
			case Level.ERROR_INT -> Severity.ERROR;
			default -> Severity.UNDEFINED_SEVERITY_NUMBER;
		};
	}

	private static void addKeyValuePairs(LogRecordBuilder record, @Nullable List<KeyValuePair> pairs) {
		if (pairs != null) {
			pairs.stream()
				.filter((pair) -> pair.key != null && pair.value != null)
				.forEach((pair) -> add(record, pair.key, pair.value));
		}
	}

	private static void add(LogRecordBuilder record, String key, Object value) {
		if (value instanceof Boolean flag) {
			record.setAttribute(AttributeKey.booleanKey(key), flag);
		}
		else if (value instanceof Float || value instanceof Double) {
			record.setAttribute(AttributeKey.doubleKey(key), ((Number) value).doubleValue());
		}
		else if (value instanceof Byte || value instanceof Short || value instanceof Integer || value instanceof Long) {
			record.setAttribute(AttributeKey.longKey(key), ((Number) value).longValue());
		}
		else {
			record.setAttribute(AttributeKey.stringKey(key), text(value));
		}
	}

	// As SLF4J does with the arguments of a message: a line is worth more than a value,
	// such as one that holds itself.
	private static String text(Object value) {
		try {
			return value.toString();
		}
		catch (RuntimeException | StackOverflowError ex) {
			return "[FAILED toString()]";
		}
	}

}
