package io.github.otlpboot.sample.status;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class RecentSamplesTests {

	private final AtomicLong time = new AtomicLong();

	private final RecentSamples samples = new RecentSamples(this::sample);

	@Test
	void tellsWhatIsNewer() {
		for (int i = 0; i < 3; i++) {
			this.samples.take();
		}
		assertThat(this.samples.after(0)).extracting(Sample::at).containsExactly(1L, 2L, 3L);
		assertThat(this.samples.after(2)).extracting(Sample::at).containsExactly(3L);
		assertThat(this.samples.after(3)).isEmpty();
	}

	@Test
	void forgetsTheOldest() {
		for (int i = 0; i < RecentSamples.CAPACITY + 7; i++) {
			this.samples.take();
		}
		assertThat(this.samples.after(0)).hasSize(RecentSamples.CAPACITY).first().extracting(Sample::at).isEqualTo(8L);
	}

	@Test
	void whenASampleCannotBeTakenTheNextOneIs() {
		this.time.set(-1);
		try (this.samples) {
			this.samples.start();
			this.samples.start();
			await().until(() -> !this.samples.after(0).isEmpty());
		}
		assertThat(this.samples.after(0).get(0).at()).isEqualTo(1);
	}

	@Test
	void whenNeverStartedCanBeClosed() {
		this.samples.close();
		assertThat(this.samples.after(0)).isEmpty();
	}

	private Sample sample() {
		long at = this.time.incrementAndGet();
		if (at == 0) {
			throw new IllegalStateException("no figures yet");
		}
		return new Sample(at, List.of(), Map.of("traces", at));
	}

}
