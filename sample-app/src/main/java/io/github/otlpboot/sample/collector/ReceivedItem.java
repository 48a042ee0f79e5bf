package io.github.otlpboot.sample.collector;

import java.util.Map;

/**
 * One of the items that arrived last, shortened for the eye.
 *
 * @param signal the kind of telemetry: {@code traces}, {@code metrics} or {@code logs}
 * @param service the {@code service.name} of the resource, empty if there is none
 * @param name the name of the span or metric, or the body of the log record
 * @param traceId the trace in hexadecimal digits, empty if there is none
 * @param spanId the span in hexadecimal digits, empty if there is none
 * @param status the span's status, the kind of metric, or the severity of the log record
 * @param durationMicros how long the span took, in microseconds; {@code 0} for anything
 * else
 * @param attributes the first attributes, with their values as text
 */
public record ReceivedItem(String signal, String service, String name, String traceId, String spanId, String status,
		long durationMicros, Map<String, String> attributes) {

	static final int MAX_ATTRIBUTES = 16;

	static final int MAX_TEXT_LENGTH = 120;

	static String shorten(String text) {
		return (text.length() > MAX_TEXT_LENGTH) ? text.substring(0, MAX_TEXT_LENGTH) + "..." : text;
	}

}
