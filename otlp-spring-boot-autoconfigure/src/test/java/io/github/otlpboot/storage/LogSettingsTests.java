package io.github.otlpboot.storage;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class LogSettingsTests {

	@ParameterizedTest
	@CsvSource({ "segmentSize, 65536, 24, 4095, 10, 0, 0, 1", "segmentSize, 65536, 24, 16385, 10, 0, 0, 1",
			"maxAge, 65536, 0, 16384, 10, 0, 0, 1", "segmentAge, 65536, 24, 16384, -1, 0, 0, 1",
			"minFreeSpace, 65536, 24, 16384, 10, -1, 0, 1", "keepDelivered, 65536, 24, 16384, 10, 0, -1, 1",
			"fsyncInterval, 65536, 24, 16384, 10, 0, 0, 0" })
	void namesTheArgumentThatCannotWork(String name, long maxSize, long maxAge, long segmentSize, long segmentAge,
			long minFreeSpace, long keepDelivered, long fsyncInterval) {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new LogSettings(maxSize, Duration.ofHours(maxAge), segmentSize,
					Duration.ofMinutes(segmentAge), minFreeSpace, WhenLogFull.DROP_OLDEST,
					Duration.ofSeconds(keepDelivered), FsyncPolicy.INTERVAL, Duration.ofSeconds(fsyncInterval)))
			.withMessageContaining("'" + name + "'");
	}

	@Test
	void theLargestPayloadFillsASegment() {
		LogSettings settings = TestLog.settings(FsyncPolicy.NEVER);
		assertThat(settings.maxPayload() + RecordHeader.LENGTH + SegmentHeader.LENGTH)
			.isEqualTo(settings.segmentSize());
	}

}
