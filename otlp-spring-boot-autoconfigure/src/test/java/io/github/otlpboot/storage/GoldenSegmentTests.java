package io.github.otlpboot.storage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import io.github.otlpboot.model.Signal;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The format on disk, held by a committed file.
 */
@DisplayName("T19: what an earlier version wrote is read")
class GoldenSegmentTests {

	@Test
	void segmentIsWrittenByteForByteAsBefore() throws IOException {
		assertThat(GoldenSegment.bytes()).isEqualTo(GoldenSegment.resource());
	}

	@Test
	void segmentIsReadAsItWasWritten() throws IOException {
		SimulatedDisk disk = TestSegments.disk(GoldenSegment.resource());
		SegmentIdentity id = GoldenSegment.HEADER.identity();
		try (SegmentReader reader = SegmentReader.open(disk, TestSegments.FILE, id)) {
			assertThat(reader.header()).isEqualTo(GoldenSegment.HEADER);
		}
		TestSegments.Contents contents = TestSegments.read(disk, TestSegments.FILE, id);
		assertThat(contents.payloads().values()).extracting((payload) -> new String(payload, StandardCharsets.UTF_8))
			.containsExactly("first", "", "\u00e4\u00f6\u00fc \ud83d\udcbe".repeat(40));
		List<RecordHeader> headers = contents.frames()
			.stream()
			.map((frame) -> ((Frame.Intact) frame).header())
			.toList();
		assertThat(headers.get(2)).isEqualTo(new RecordHeader(1, Signal.LOGS, 0, 440, 65536, 123_456_789_013L,
				1_000_002, 1_767_225_600_002L, headers.get(2).payloadChecksum()));
	}

}
