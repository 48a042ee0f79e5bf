package io.github.otlpboot.storage;

import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link SegmentName}.
 */
class SegmentNameTests {

	@ParameterizedTest
	@ValueSource(longs = { 0, 1, 41, 1_000_000_000_000L, Long.MAX_VALUE / 2 })
	void tellsTheFirstSequence(long firstSequence) {
		Path file = Path.of("/a", SegmentName.of(firstSequence));
		assertThat(file.getFileName().toString()).hasSize(24).endsWith(".seg");
		assertThat(SegmentName.firstSequence(file)).hasValue(firstSequence);
		assertThat(SegmentName.isTemporary(file)).isFalse();
	}

	@Test
	void namesAreInTheOrderOfTheLog() {
		assertThat(SegmentName.of(9)).isLessThan(SegmentName.of(10)).isLessThan(SegmentName.of(Long.MAX_VALUE));
	}

	@ParameterizedTest
	@ValueSource(strings = { "LOCK", "1.seg", "00000000000000000001.seg.bak", "00000000000000000001.SEG",
			"000000000000000000001.seg", "99999999999999999999.seg", "09223372036854775807.seg",
			"-0000000000000000001.seg", "0000000000000000000\u0661.seg", "00000000000000000001.seg.tmp", "", "/" })
	void everyOtherFileIsForeign(String name) {
		assertThat(SegmentName.firstSequence(Path.of(name))).isEmpty();
	}

	@Test
	void temporaryFileIsRecognised() {
		assertThat(SegmentName.isTemporary(Path.of("/a", SegmentName.temporary(7)))).isTrue();
		assertThat(SegmentName.isTemporary(Path.of("/a", "note.tmp"))).isFalse();
	}

	@Test
	void sequenceIsNotNegative() {
		assertThatIllegalArgumentException().isThrownBy(() -> SegmentName.of(-1)).withMessageContaining("-1");
	}

}
