package io.github.otlpboot.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;

/**
 * A segment that every later version must be able to read. The file is committed; it is
 * written anew only for a new version of the format, under a new name, by running this
 * class with the path of the file.
 */
public final class GoldenSegment {

	static final String RESOURCE = "golden-1.0.seg";

	static final SegmentHeader HEADER = new SegmentHeader(1, 0, UUID.fromString("8c1f3e0a-5b7d-4e29-9f64-d2a7b0c3e815"),
			Signal.LOGS, 1_000_000, 123_456_789_012L, 98_765_432_109L, 1_767_225_600_000L);

	private GoldenSegment() {
	}

	public static void main(String[] args) throws IOException {
		Files.write(Path.of(args[0]), bytes());
	}

	/**
	 * Return the bytes as this version writes them.
	 */
	static byte[] bytes() {
		return TestSegments.segment(HEADER, List.of(record(0, 0, 1, "first"), record(1, 1, 0, ""),
				record(2, 1, 65536, "\u00e4\u00f6\u00fc \ud83d\udcbe".repeat(40))));
	}

	/**
	 * Return the committed bytes.
	 */
	static byte[] resource() throws IOException {
		try (InputStream stream = GoldenSegment.class.getResourceAsStream(RESOURCE)) {
			return stream.readAllBytes();
		}
	}

	private static NewRecord record(int index, int itemsBefore, int items, String payload) {
		return new NewRecord(items, HEADER.firstItem() + itemsBefore, HEADER.firstSequence() + index,
				HEADER.createdAt() + index, Payload.of(payload.getBytes(StandardCharsets.UTF_8)));
	}

}
