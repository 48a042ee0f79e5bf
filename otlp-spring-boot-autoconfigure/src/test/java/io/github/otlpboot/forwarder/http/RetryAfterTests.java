package io.github.otlpboot.forwarder.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RetryAfter}.
 */
@DisplayName("C20, T25: Retry-After")
class RetryAfterTests {

	private static final Clock CLOCK = Clock.fixed(Instant.parse("1994-11-06T08:49:07Z"), ZoneOffset.UTC);

	@ParameterizedTest
	@CsvSource({ "0, 0", "5, 5", "' 7 ', 7", "007, 7", "3600, 3600", "3601, 3600", "1000000000, 3600",
			"99999999999999999999999999, 3600", "'Sun, 06 Nov 1994 08:49:37 GMT', 30",
			"'Sun, 06 Nov 1994 08:49:07 GMT', 0", "'Sun, 06 Nov 1994 08:49:06 GMT', 0",
			"'Mon, 01 Jan 1900 00:00:00 GMT', 0", "'Fri, 31 Dec 9999 23:59:59 GMT', 3600" })
	void readsSecondsAndDates(String value, long seconds) {
		assertThat(RetryAfter.parse(value, CLOCK)).isEqualTo(Duration.ofSeconds(seconds));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", " ", "-1", "+1", "1.5", "5s", "1e3", "soon", "٣", "Sun, 06 Nov 1994",
			"1994-11-06T08:49:37Z", "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 999999999999 08:49:37 GMT" })
	void isNullForWhatIsNeither(String value) {
		assertThat(RetryAfter.parse(value, CLOCK)).isNull();
	}

	@Test
	void isNullWithoutValue() {
		assertThat(RetryAfter.parse(null, CLOCK)).isNull();
	}

}
