package io.github.otlpboot.pipeline;

import java.time.Duration;
import java.util.List;

import io.github.otlpboot.model.LossReason;
import io.github.otlpboot.model.RefusalReason;
import io.github.otlpboot.pipeline.PipelineStatus.Losses;
import io.github.otlpboot.testing.FakeTime;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RecentLosses}.
 */
class RecentLossesTests {

	private final FakeTime time = new FakeTime();

	private final RecentLosses losses = new RecentLosses(this.time.nanos());

	@Test
	void nothingLost() {
		assertThat(view()).isEqualTo(new Losses(0, 0, 0, List.of()));
		assertThat(view().isLosing()).isFalse();
	}

	@Test
	void lostAndRefusedAreToldApartAndForgottenAfterFiveMinutes() {
		this.losses.lost(3, LossReason.REJECTED);
		this.time.advance(Duration.ofMinutes(3));
		this.losses.refused(4, RefusalReason.BUFFER_FULL);
		assertThat(view().lostLastFiveMinutes()).isEqualTo(3);
		assertThat(view().refusedLastFiveMinutes()).isEqualTo(4);
		this.time.advance(Duration.ofMinutes(3));
		assertThat(view().lostLastFiveMinutes()).isZero();
		assertThat(view().refusedLastFiveMinutes()).isEqualTo(4);
		this.time.advance(Duration.ofMinutes(3));
		assertThat(view().refusedLastFiveMinutes()).isZero();
	}

	@Test
	void episodeLastsUntilNothingIsLostForAMinute() {
		long start = this.time.millis();
		this.losses.lost(1, LossReason.REJECTED);
		this.time.advance(Duration.ofSeconds(60));
		this.losses.lost(1, LossReason.OVERFLOW);
		assertThat(view().since()).isEqualTo(start);
		assertThat(view().reasons()).containsExactly("rejected", "overflow");
		this.time.advance(Duration.ofSeconds(61));
		assertThat(view().isLosing()).isFalse();
		assertThat(view().reasons()).isEmpty();
		this.losses.refused(1, RefusalReason.CLOSED);
		assertThat(view().since()).isEqualTo(this.time.millis());
		assertThat(view().reasons()).containsExactly("closed");
	}

	@Test
	void slicesAreReusedAfterALongTime() {
		for (int i = 0; i < 200; i++) {
			this.losses.lost(1, LossReason.REJECTED);
			this.time.advance(Duration.ofSeconds(5));
		}
		assertThat(view().lostLastFiveMinutes()).isBetween(59L, 61L);
	}

	private Losses view() {
		return this.losses.view(this.time.millis());
	}

}
