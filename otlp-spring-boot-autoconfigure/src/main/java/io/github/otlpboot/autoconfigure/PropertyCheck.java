package io.github.otlpboot.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/**
 * Checks values that have the right type and still cannot work.
 */
final class PropertyCheck {

	private static final String PREFIX = "otlp.";

	private PropertyCheck() {
	}

	static int positive(String property, int value) {
		check(value >= 1, property, value, "must be at least 1",
				() -> "Set '" + PREFIX + property + "' to a positive number, or remove it to use the default.");
		return value;
	}

	/**
	 * Check a size that must fit an array.
	 * @param property the property
	 * @param size its value
	 * @param example a value that works
	 * @return the size in bytes
	 */
	static int positive(String property, DataSize size, String example) {
		long bytes = size.toBytes();
		check(bytes >= 1 && bytes <= Integer.MAX_VALUE, property, size, "must be from 1B to 2047MB", () -> "Set '"
				+ PREFIX + property + "' to a size such as '" + example + "', or remove it to use the default.");
		return (int) bytes;
	}

	/**
	 * Check a size.
	 * @param property the property
	 * @param size its value
	 * @param least the smallest that works
	 * @param example a value that works
	 * @return the size in bytes
	 */
	static long atLeast(String property, DataSize size, DataSize least, String example) {
		check(size.compareTo(least) >= 0, property, size, "must be at least " + least, () -> "Set '" + PREFIX + property
				+ "' to a size such as '" + example + "', or remove it to use the default.");
		return size.toBytes();
	}

	/**
	 * Check a size of which other properties take parts.
	 * @param property the property
	 * @param size its value
	 * @param example a value that works where there are no parts
	 * @param partProperties the properties of the parts
	 * @param parts their values in bytes
	 * @param leastRest what has to be left, in bytes
	 * @return what the parts leave, in bytes
	 */
	static long whole(String property, DataSize size, String example, List<String> partProperties,
			Collection<Long> parts, long leastRest) {
		if (parts.isEmpty()) {
			return atLeast(property, size, DataSize.ofBytes(leastRest), example);
		}
		// Parts of an exabyte and more are too large whatever their sum is.
		long taken = parts.stream().mapToLong((part) -> Math.min(part, 1L << 60)).sum();
		String names = partProperties.stream()
			.map((part) -> "'" + PREFIX + part + "'")
			.collect(Collectors.joining(" and "));
		long megabyte = DataSize.ofMegabytes(1).toBytes();
		long needed = (taken + leastRest + megabyte - 1) / megabyte;
		check(size.toBytes() >= taken + leastRest, property, size, "is the whole of which " + names + " take too much",
				() -> "Set '" + PREFIX + property + "' to at least '" + needed + "MB', or lower " + names + ".");
		return size.toBytes() - taken;
	}

	static Duration positive(String property, Duration value) {
		check(!value.isZero() && !value.isNegative(), property, show(value), "must be longer than zero",
				() -> "Set '" + PREFIX + property + "' to a duration such as '10s', or remove it to use the default.");
		return value;
	}

	/**
	 * Check a duration, of which a number without a unit is a number of milliseconds.
	 * @param property the property
	 * @param value its value
	 * @param least the shortest that works
	 * @param example a value that works
	 * @return the duration
	 */
	static Duration atLeast(String property, Duration value, Duration least, String example) {
		check(value.compareTo(least) >= 0, property, show(value), "must be at least " + show(least),
				() -> "Set '" + PREFIX + property + "' to a duration with a unit such as '" + example
						+ "', or remove it to use the default.");
		return value;
	}

	static Duration notNegative(String property, Duration value) {
		check(!value.isNegative(), property, show(value), "must not be negative",
				() -> "Set '" + PREFIX + property + "' to a duration such as '10s', or remove it to use the default.");
		return value;
	}

	static Duration notMore(String property, Duration value, Duration longest) {
		check(value.compareTo(longest) <= 0, property, show(value), "must not be longer than " + show(longest),
				() -> "Set '" + PREFIX + property + "' to a duration such as '1s', or remove it to use the default.");
		return value;
	}

	static Duration notLess(String property, Duration value, String lowerProperty, Duration lower) {
		check(value.compareTo(lower) >= 0, property, show(value),
				"must not be less than '" + PREFIX + lowerProperty + "', which is " + show(lower),
				() -> "Raise '" + PREFIX + property + "' or lower '" + PREFIX + lowerProperty + "'.");
		return value;
	}

	static double range(String property, double value, double min, double max) {
		String range = (max == Double.MAX_VALUE) ? "at least " + min : "from " + min + " to " + max;
		check(value >= min && value <= max, property, value, "must be " + range,
				() -> "Set '" + PREFIX + property + "' to a number " + range + ", or remove it to use the default.");
		return value;
	}

	private static String show(Duration value) {
		return DurationStyle.SIMPLE.print(value, ChronoUnit.MILLIS);
	}

	private static void check(boolean valid, String property, Object value, String reason, Supplier<String> remedy) {
		if (!valid) {
			throw new InvalidOtlpPropertyException(PREFIX + property, value.toString(), reason, remedy.get());
		}
	}

}
