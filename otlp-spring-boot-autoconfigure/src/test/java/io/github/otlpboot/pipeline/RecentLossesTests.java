package io.github.otlpboot.pipeline;

import java.time.Duration;
import java.util.List;

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
		Losses view = this.losses.view(this.time.millis());
		assertThat(view).isEqualTo(new Losses(0, 0, 0, List.of()));
		assertThat(view.isLosing()).isFalse();
	}

	@Test
	void lossIsForgottenMinuteByMinute() {
		this.losses.add(3, "rejected");
		this.time.advance(Duration.ofSeconds(50));
		this.losses.add(4, "buffer_full");
		assertThat(view().lastMinute()).isEqualTo(7);
		this.time.advance(Duration.ofSeconds(30));
		assertThat(view().lastMinute()).isEqualTo(4);
		assertThat(view().lastFiveMinutes()).isEqualTo(7);
		this.time.advance(Duration.ofMinutes(5));
		assertThat(view().lastFiveMinutes()).isZero();
	}

	@Test
	void episodeLastsUntilNothingIsLostForAMinute() {
		long start = this.time.millis();
		this.losses.add(1, "rejected");
		this.time.advance(Duration.ofSeconds(60));
		this.losses.add(1, "overflow");
		assertThat(view().since()).isEqualTo(start);
		assertThat(view().reasons()).containsExactly("rejected", "overflow");
		this.time.advance(Duration.ofSeconds(61));
		assertThat(view().isLosing()).isFalse();
		assertThat(view().reasons()).isEmpty();
		this.losses.add(1, "closed");
		assertThat(view().since()).isEqualTo(this.time.millis());
		assertThat(view().reasons()).containsExactly("closed");
	}

	@Test
	void slicesAreReusedAfterALongTime() {
		for (int i = 0; i < 200; i++) {
			this.losses.add(1, "rejected");
			this.time.advance(Duration.ofSeconds(5));
		}
		assertThat(view().lastMinute()).isBetween(11L, 13L);
		assertThat(view().lastFiveMinutes()).isBetween(59L, 61L);
	}

	private Losses view() {
		return this.losses.view(this.time.millis());
	}

}
