package io.github.otlpboot.storage;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.Signal;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Retention}. Segments are of 10 000 bytes, the log of 40 000; what is
 * older than an hour expires.
 */
class RetentionTests {

	private static final long NOW = Duration.ofDays(1000).toMillis();

	private static final long MINUTE = Duration.ofMinutes(1).toMillis();

	private static final int SIZE = 10_000;

	private final LogSettings settings = new LogSettings(4 * SIZE, Duration.ofHours(1), SIZE, Duration.ofMinutes(10),
			100_000, WhenLogFull.DROP_OLDEST, Duration.ZERO, FsyncPolicy.INTERVAL, Duration.ofSeconds(1));

	private final LogSettings rejecting = TestLog.withWhenFull(this.settings, WhenLogFull.REJECT);

	@Test
	void nothingGoesThatIsNeededAndFits() {
		assertThat(decide(this.settings, ages(3, 2, 1), 0, 3 * SIZE, SIZE, 0)).isEqualTo("[] room");
	}

	@Test
	void whatIsDeliveredGoes() {
		assertThat(decide(this.settings, ages(3, 2, 1), 2, 3 * SIZE, 0, 0)).isEqualTo("[0, 1] room");
	}

	@Test
	void whatIsDeliveredInPartStays() {
		assertThat(decide(this.settings, ages(3, 2, 1), 0.5, 3 * SIZE, 0, 0)).isEqualTo("[] room");
	}

	@Test
	void whatIsDeliveredStaysForAsLongAsConfigured() {
		LogSettings keeping = TestLog.withKeepDelivered(this.settings, Duration.ofMinutes(5));
		assertThat(decide(keeping, ages(9, 5, 4), 3, 3 * SIZE, 0, 0)).isEqualTo("[0, 1] room");
	}

	@Test
	void whatIsKeptToBeReadMakesRoomUnderAnyPolicy() {
		LogSettings keeping = TestLog.withKeepDelivered(this.rejecting, Duration.ofMinutes(5));
		assertThat(decide(keeping, ages(3, 2, 1), 2, 3 * SIZE, 2 * SIZE, 0)).isEqualTo("[0] room");
	}

	@Test
	void whatIsTooOldGoesAndIsCounted() {
		assertThat(decide(this.settings, ages(62, 61, 60), 0, 3 * SIZE, 0, 0))
			.isEqualTo("[0 retention_age, 1 retention_age] room");
		assertThat(decide(this.rejecting, ages(62, 61, 60), 1, 3 * SIZE, 0, 0)).isEqualTo("[0, 1 retention_age] room");
	}

	@Test
	void theOldestMakesRoom() {
		assertThat(decide(this.settings, ages(3, 2, 1), 0, 4 * SIZE, 1, 0)).isEqualTo("[0 retention_size] room");
		assertThat(decide(this.settings, ages(3, 2, 1), 1, 4 * SIZE, SIZE + 1, 0))
			.isEqualTo("[0, 1 retention_size] room");
	}

	@Test
	void nothingMakesRoomWhereBatchesAreRejected() {
		assertThat(decide(this.rejecting, ages(3, 2, 1), 0, 4 * SIZE, 1, 0)).isEqualTo("[] full");
	}

	@Test
	void thereIsNoRoomIfAllThatCanGoIsNotEnough() {
		assertThat(decide(this.settings, ages(1), 0, 5 * SIZE, 2 * SIZE, 0))
			.isEqualTo("[] full");
	}

	@Test
	void whatIsOverTheLimitGoesAlsoWhileNothingComes() {
		assertThat(decide(this.settings, ages(3, 2, 1), 0, 4 * SIZE + 1, 0, 0)).isEqualTo("[0 retention_size] room");
	}

	@Test
	void lowFreeSpaceStopsGrowthAndPurgesNothing() {
		assertThat(decide(this.settings, ages(3, 2, 1), 0, 3 * SIZE, 0, -999)).isEqualTo("[] room");
		assertThat(decide(this.settings, ages(3, 2, 1), 0, 3 * SIZE, 500, -501)).isEqualTo("[0 retention_size] room");
		assertThat(decide(this.rejecting, ages(3, 2, 1), 0, 3 * SIZE, 500, -501)).isEqualTo("[] full");
		assertThat(decide(this.settings, List.of(), 0, 500, 500, -501)).isEqualTo("[] full");
	}

	@Test
	@DisplayName("T20: someone has set the clock back: delivered data goes, no other, and nothing out of the middle")
	void clockSetBack() {
		assertThat(decide(this.settings, ages(-90_000, -80_000, 1), 1, 3 * SIZE, 0, 0)).isEqualTo("[0] room");
		assertThat(decide(this.settings, ages(-90_000, -80_000, 1), 0, 3 * SIZE, 0, 0)).isEqualTo("[] room");
		assertThat(decide(this.settings, ages(-90_000, 61, 1), 0, 3 * SIZE, 0, 0))
			.isEqualTo("[0 retention_age, 1 retention_age] room");
	}

	private static List<Long> ages(long... minutes) {
		List<Long> newest = new ArrayList<>();
		for (long age : minutes) {
			newest.add(NOW - age * MINUTE);
		}
		return newest;
	}

	private static String decide(LogSettings settings, List<Long> newest, double delivered, long used, long incoming,
			long freeBeyondMinimum) {
		List<SegmentFacts> segments = new ArrayList<>();
		for (int i = 0; i < newest.size(); i++) {
			segments.add(segment(i, newest.get(i)));
		}
		long freeSpace = (freeBeyondMinimum < 0) ? settings.minFreeSpace() + incoming + freeBeyondMinimum + 500
				: Long.MAX_VALUE;
		Retention.Decision decision = Retention.decide(segments, settings,
				new Retention.State(NOW, used, incoming, freeSpace, 1 + (long) (delivered * 10)));
		List<String> removals = new ArrayList<>();
		decision.removals().forEach((removal) -> {
			LossReason reason = removal.reason();
			removals.add(removal.segment().firstSequence() / 10 + ((reason != null) ? " " + reason.id() : ""));
		});
		return removals + (decision.hasRoom() ? " room" : " full");
	}

	/**
	 * Return a segment of ten records.
	 */
	private static SegmentFacts segment(int number, long newestAt) {
		long first = 10L * number + 1;
		SegmentHeader header = new SegmentHeader(1, 0, new UUID(1, 1), Signal.TRACES, first, first - 1,
				(long) number * SIZE, newestAt);
		return new SegmentFacts(Path.of(SegmentName.of(first)), header, SIZE,
				new LogPosition(first + 10, first + 9, (number + 1L) * SIZE), newestAt);
	}

}
