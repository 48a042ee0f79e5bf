package io.github.otlpboot.storage;

import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

import io.github.otlpboot.model.Signal;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link SegmentIndex}.
 */
class SegmentIndexTests {

	private final SegmentFacts first = segment(1, 11, 100);

	// Records 11 to 20 are missing.
	private final SegmentFacts second = segment(21, 31, 200);

	private final SegmentIndex index = new SegmentIndex(List.of(this.first, this.second), position(31));

	@Test
	void findsTheSegmentOfARecordOrTheNextOne() {
		assertThat(this.index.find(0)).isEqualTo(this.first);
		assertThat(this.index.find(10)).isEqualTo(this.first);
		assertThat(this.index.find(11)).isEqualTo(this.second);
		assertThat(this.index.find(30)).isEqualTo(this.second);
		assertThat(this.index.find(31)).isNull();
	}

	@Test
	void aGapBelongsToTheSegmentBeforeIt() {
		assertThat(this.index.endFor(this.first)).isEqualTo(this.second.start());
		assertThat(this.index.endFor(this.second)).isEqualTo(this.index.end());
	}

	@Test
	void theActiveSegmentGrowsAndIsNotSealed() {
		SegmentFacts active = segment(31, 32, 50);
		this.index.publish(active);
		assertThat(this.index.used()).isEqualTo(350);
		SegmentFacts grown = segment(31, 35, 90);
		this.index.publish(grown);
		assertThat(this.index.used()).isEqualTo(390);
		assertThat(this.index.end()).isEqualTo(grown.end());
		assertThat(this.index.sealed()).containsExactly(this.first, this.second);
		this.index.seal();
		assertThat(this.index.sealed()).containsExactly(this.first, this.second, grown);
	}

	@Test
	void forgetsWhatIsRemovedOnce() {
		this.index.remove(this.first);
		this.index.remove(this.first);
		assertThat(this.index.used()).isEqualTo(200);
		assertThat(this.index.find(1)).isEqualTo(this.second);
		assertThat(this.index.end()).isEqualTo(position(31));
	}

	private static SegmentFacts segment(long first, long end, long size) {
		SegmentHeader header = new SegmentHeader(1, 0, new UUID(1, 1), Signal.TRACES, first, 2 * first, 3 * first, 0);
		return new SegmentFacts(Path.of(SegmentName.of(first)), header, size, position(end), 0);
	}

	private static LogPosition position(long sequence) {
		return new LogPosition(sequence, 2 * sequence, 3 * sequence);
	}

}
