package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A segment is whole, but written in a format that this version does not know. It must be
 * left as it is: a newer version of the software reads it.
 */
final class UnsupportedFormatException extends IOException {

	private static final long serialVersionUID = 1L;

	UnsupportedFormatException(Path file, int major) {
		super("The segment " + file + " is in version " + major + " of the format, but only version "
				+ SegmentHeader.MAJOR + " is known here");
	}

}
