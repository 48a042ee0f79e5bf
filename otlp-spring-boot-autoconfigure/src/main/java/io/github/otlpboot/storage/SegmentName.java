package io.github.otlpboot.storage;

import java.nio.file.Path;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a segment, which is the sequence of its first record in twenty digits, so
 * that names are in the order of the log. Every other file is foreign and stays as it is.
 */
final class SegmentName {

	/** No log comes this far, and none may go on where counting would overflow. */
	private static final long MAX_SEQUENCE = Long.MAX_VALUE / 2;

	private static final String SUFFIX = ".seg";

	private static final String TEMPORARY_SUFFIX = SUFFIX + ".tmp";

	private static final Pattern SEGMENT = Pattern.compile("([0-9]{20})\\.seg");

	private static final Pattern TEMPORARY = Pattern.compile("[0-9]{20}\\.seg\\.tmp");

	private SegmentName() {
	}

	/**
	 * Return the name of a segment.
	 * @param firstSequence the sequence of its first record, not negative
	 * @return the name of the file
	 */
	static String of(long firstSequence) {
		return digits(firstSequence) + SUFFIX;
	}

	/**
	 * Return the name that a segment has until it is whole.
	 * @param firstSequence the sequence of its first record, not negative
	 * @return the name of the file
	 */
	static String temporary(long firstSequence) {
		return digits(firstSequence) + TEMPORARY_SUFFIX;
	}

	/**
	 * Return the first sequence that a name tells.
	 * @param file the file
	 * @return the sequence, empty if the file is no segment
	 */
	static OptionalLong firstSequence(Path file) {
		Matcher matcher = SEGMENT.matcher(nameOf(file));
		if (!matcher.matches()) {
			return OptionalLong.empty();
		}
		try {
			long sequence = Long.parseLong(matcher.group(1));
			return (sequence <= MAX_SEQUENCE) ? OptionalLong.of(sequence) : OptionalLong.empty();
		}
		catch (NumberFormatException ex) {
			// Twenty digits hold more than a sequence does.
			return OptionalLong.empty();
		}
	}

	/**
	 * Return whether a file is what a killed process left of a segment that it was about
	 * to create. It holds no record and can be deleted.
	 * @param file the file
	 * @return whether it is left over
	 */
	static boolean isTemporary(Path file) {
		return TEMPORARY.matcher(nameOf(file)).matches();
	}

	private static String digits(long firstSequence) {
		if (firstSequence < 0) {
			throw new IllegalArgumentException("'firstSequence' must not be negative, but is " + firstSequence);
		}
		return String.format(Locale.ROOT, "%020d", firstSequence);
	}

	private static String nameOf(Path file) {
		Path name = file.getFileName();
		return (name != null) ? name.toString() : "";
	}

}
