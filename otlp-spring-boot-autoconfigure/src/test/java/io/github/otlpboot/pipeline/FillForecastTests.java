package io.github.otlpboot.pipeline;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link FillForecast}.
 */
class FillForecastTests {

	private static final long SECOND = Duration.ofSeconds(1).toNanos();

	private final FillForecast forecast = new FillForecast();

	@Test
	void firstLookForetellsNothing() {
		assertThat(this.forecast.secondsUntilFull(10, 100, 0)).isEqualTo(StorageStatus.NEVER);
	}

	@Test
	void whatGrowsIsFullWhenTheRestIsTakenUpAtTheSameRate() {
		this.forecast.secondsUntilFull(10, 100, 0);
		assertThat(this.forecast.secondsUntilFull(20, 100, 5 * SECOND)).isEqualTo(40);
		assertThat(this.forecast.secondsUntilFull(40, 100, 10 * SECOND)).isEqualTo(20);
		assertThat(this.forecast.secondsUntilFull(120, 100, 15 * SECOND)).isZero();
	}

	@Test
	void whatDoesNotGrowIsNeverFull() {
		this.forecast.secondsUntilFull(50, 100, 0);
		assertThat(this.forecast.secondsUntilFull(50, 100, 5 * SECOND)).isEqualTo(StorageStatus.NEVER);
		assertThat(this.forecast.secondsUntilFull(20, 100, 10 * SECOND)).isEqualTo(StorageStatus.NEVER);
		assertThat(this.forecast.secondsUntilFull(60, 100, 0)).isEqualTo(StorageStatus.NEVER);
	}

	@Test
	void onlyTheLastFiveMinutesCount() {
		this.forecast.secondsUntilFull(0, 1000, 0);
		this.forecast.secondsUntilFull(600, 1000, 60 * SECOND);
		assertThat(this.forecast.secondsUntilFull(630, 1000, 360 * SECOND)).isEqualTo(3700);
	}

}
