package io.github.otlpboot.sample.status;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

class StatusLineTests {

	private static final PipelineFigures FIGURES = new PipelineFigures(
			List.of(new SignalFigures("traces", 6, 0, 4, 1, 1, 0, 0, 0, "OPEN"),
					new SignalFigures("logs", 4, 0, 3, 1, 0, 0, 0, 0, "OPEN")));

	private final List<String> lines = new CopyOnWriteArrayList<>();

	@Test
	void printsPipelineAndCollectorAgainAndAgain() {
		try (StatusLine line = new StatusLine(() -> "collector", this.lines::add, Duration.ofMillis(5))) {
			line.start(() -> Optional.of(FIGURES));
			line.start(Optional::empty);
			await().until(() -> this.lines.size() >= 3);
		}
		assertThat(this.lines).startsWith("accepted 10, delivered 7, pending 2, lost 1, breaker OPEN | collector")
			.endsWith("At the end: accepted 10, delivered 7, pending 2, lost 1, breaker OPEN | collector");
	}

	@Test
	void whenALineIsBeingPrintedTheLastOneComesAfterIt() throws Exception {
		CountDownLatch printing = new CountDownLatch(1);
		AtomicReference<Thread> printer = new AtomicReference<>();
		StatusLine line = new StatusLine(() -> "collector", (text) -> {
			if (text.equals("collector")) {
				printer.set(Thread.currentThread());
				printing.countDown();
				LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
			}
			this.lines.add(text);
		}, Duration.ofMillis(1));
		line.start(Optional::empty);
		assertThat(printing.await(30, TimeUnit.SECONDS)).isTrue();
		line.close();
		await().until(() -> !printer.get().isAlive());
		assertThat(this.lines).endsWith("At the end: collector");
	}

	@Test
	void whenThereIsNoPipelinePrintsCollectorAlone() {
		try (StatusLine line = new StatusLine(() -> "collector", this.lines::add, Duration.ofDays(1))) {
			line.start(Optional::empty);
			assertThat(line.line()).isEqualTo("collector");
		}
	}

	@Test
	void whenNeverStartedStillPrintsTheLastLineOnce() {
		StatusLine line = new StatusLine(() -> "collector", this.lines::add, Duration.ofMillis(5));
		line.close();
		line.close();
		line.start(Optional::empty);
		assertThat(this.lines).containsExactly("At the end: collector");
	}

	@Test
	void whenFiguresFailGoesOn() {
		try (StatusLine line = new StatusLine(() -> "collector", this.lines::add, Duration.ofMillis(5))) {
			line.start(new Failing()::get);
			await().until(() -> this.lines.contains("collector"));
		}
		assertThat(this.lines.get(0)).isEqualTo("No figures: java.lang.IllegalStateException: first");
	}

	@Test
	void tellsThisRunFromEarlierOnesAndOneBreakerFromAnother() {
		PipelineFigures figures = new PipelineFigures(
				List.of(new SignalFigures("traces", 6, 2, 9, 1, 0, 4, 2186, 0, "OPEN"),
						new SignalFigures("logs", 4, 0, 5, 0, 0, 1, 0, 0, "CLOSED")));
		try (StatusLine line = new StatusLine(() -> "collector", this.lines::add, Duration.ofDays(1))) {
			line.start(() -> Optional.of(figures));
			assertThat(line.line()).isEqualTo("accepted 10 (and 5 left by earlier runs), refused 2, delivered 14, "
					+ "pending 1, lost 0 (earlier runs 2186), breaker OPEN (traces), CLOSED (logs) | collector");
		}
	}

	private static final class Failing {

		private boolean failed;

		Optional<PipelineFigures> get() {
			if (!this.failed) {
				this.failed = true;
				throw new IllegalStateException("first");
			}
			return Optional.empty();
		}

	}

}
