package io.github.otlpboot.forwarder.http;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.regex.Pattern;

import io.github.otlpboot.forwarder.SendResult;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code Retry-After} (RFC 9110, section 10.2.3; OTLP specification, OTLP/HTTP
 * throttling): a number of seconds or an HTTP date.
 */
final class RetryAfter {

	static final Duration MAX = SendResult.Retryable.MAX_RETRY_AFTER;

	private static final Pattern SECONDS = Pattern.compile("[0-9]+");

	/**
	 * With more digits than these the cap applies anyway.
	 */
	private static final int MAX_DIGITS = 9;

	private RetryAfter() {
	}

	/**
	 * Read a value.
	 * @param value the value of the header, {@code null} if there is none
	 * @param clock tells how far away a date is
	 * @return the wait, zero for a date in the past, at most {@link #MAX}; {@code null}
	 * if there is no value or it is neither of the two forms
	 */
	static @Nullable Duration parse(@Nullable String value, Clock clock) {
		if (value == null) {
			return null;
		}
		String text = value.trim();
		if (SECONDS.matcher(text).matches()) {
			String digits = text.replaceFirst("^0+(?=.)", "");
			return (digits.length() > MAX_DIGITS) ? MAX : capped(Duration.ofSeconds(Long.parseLong(digits)));
		}
		try {
			ZonedDateTime date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME);
			return capped(Duration.between(clock.instant(), date.toInstant()));
		}
		catch (DateTimeException ex) {
			return null;
		}
	}

	private static Duration capped(Duration wait) {
		if (wait.isNegative()) {
			return Duration.ZERO;
		}
		return (wait.compareTo(MAX) > 0) ? MAX : wait;
	}

}
