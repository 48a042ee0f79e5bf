package io.github.otlpboot.pipeline;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link WorkerThread}.
 */
@ExtendWith(OutputCaptureExtension.class)
class WorkerThreadTests {

	private static final Duration LONG = Duration.ofSeconds(10);

	private final Recorder worker = new Recorder();

	private final WorkerThread thread = new WorkerThread("otlp-test-worker", this.worker, System::nanoTime);

	@Test
	void sleepsWhileThereIsNothingToDoAndWakesWhenTold() {
		this.thread.start();
		await().until(() -> this.worker.turns.get() == 1);
		await().during(Duration.ofMillis(200)).until(() -> this.worker.turns.get() == 1);
		this.thread.wake();
		await().until(() -> this.worker.turns.get() == 2);
		assertThat(this.thread.stop(Duration.ofSeconds(1), LONG)).isTrue();
		assertThat(this.worker.closed).isTrue();
	}

	@Test
	void interruptMakesNoDifference() {
		this.thread.start();
		await().until(() -> this.worker.turns.get() == 1);
		this.worker.self.interrupt();
		await().during(Duration.ofMillis(200)).until(() -> this.worker.turns.get() <= 2);
		assertThat(this.worker.self.isAlive()).isTrue();
		assertThat(this.thread.stop(Duration.ofSeconds(1), LONG)).isTrue();
	}

	@Test
	void survivesWhatTheWorkerThrows(CapturedOutput output) {
		this.worker.failure = new IllegalStateException("unforeseen");
		this.thread.start();
		await().until(() -> output.getAll().contains("failed unexpectedly and goes on"));
		this.worker.failure = null;
		this.thread.wake();
		await().until(() -> this.worker.turns.get() >= 2);
		assertThat(this.thread.stop(Duration.ofSeconds(1), LONG)).isTrue();
	}

	@Test
	void survivesThatThereIsNoMemoryToSaySo() {
		Logger logger = (Logger) LoggerFactory.getLogger(WorkerThread.class);
		TurboFilter exhausted = new TurboFilter() {

			@Override
			public FilterReply decide(Marker marker, Logger asked, Level level, String format, Object[] params,
					Throwable failure) {
				if (level == Level.ERROR && Thread.currentThread() == WorkerThreadTests.this.worker.self) {
					throw new OutOfMemoryError("Java heap space");
				}
				return FilterReply.NEUTRAL;
			}

		};
		logger.getLoggerContext().addTurboFilter(exhausted);
		try {
			this.worker.failure = new IllegalStateException("unforeseen");
			this.thread.start();
			await().until(() -> this.worker.turns.get() >= 1);
			this.worker.failure = null;
			await().until(() -> {
				this.thread.wake();
				return this.worker.turns.get() >= 2;
			});
		}
		finally {
			logger.getLoggerContext().getTurboFilterList().remove(exhausted);
		}
		assertThat(this.thread.stop(Duration.ofSeconds(1), LONG)).isTrue();
	}

	@Test
	void survivesThatTheHeapIsFull() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Xmx16m", "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
				FullHeapApplication.class.getName())
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor()).as(output).isZero();
	}

	@Test
	void drainsUntilTheWorkerSaysItIsDone() {
		this.worker.drainTurns = 5;
		this.thread.start();
		assertThat(this.thread.stop(Duration.ofSeconds(10), LONG)).isTrue();
		assertThat(this.worker.drainTurns).isZero();
		assertThat(this.worker.closed).isTrue();
	}

	@Test
	void drainIsBounded() {
		this.worker.drainTurns = Integer.MAX_VALUE;
		this.thread.start();
		assertThat(this.thread.stop(Duration.ofMillis(200), LONG)).isTrue();
		assertThat(this.worker.closed).isTrue();
	}

	@Test
	void failureWhileDrainingOrClosingEndsTheThread(CapturedOutput output) {
		this.worker.closeFailure = new IllegalStateException("cannot close");
		this.thread.start();
		assertThat(this.thread.stop(Duration.ofSeconds(1), LONG)).isTrue();
		assertThat(output).contains("failed unexpectedly while draining").contains("could not be closed");
	}

	@Test
	void interruptedCallerStopsWaitingAndStaysInterrupted() throws Exception {
		CountDownLatch blocked = new CountDownLatch(1);
		this.worker.block = blocked;
		this.thread.start();
		await().until(() -> this.worker.turns.get() == 1);
		AtomicBoolean interrupted = new AtomicBoolean();
		AtomicBoolean ended = new AtomicBoolean(true);
		Thread caller = new Thread(() -> {
			Thread.currentThread().interrupt();
			ended.set(this.thread.stop(Duration.ofSeconds(30), LONG));
			interrupted.set(Thread.currentThread().isInterrupted());
		});
		caller.start();
		caller.join(30_000);
		assertThat(interrupted).isTrue();
		assertThat(ended).isFalse();
		blocked.countDown();
		await().until(() -> this.worker.closed);
	}

	private static final class Recorder implements Worker {

		private final AtomicInteger turns = new AtomicInteger();

		private volatile Thread self;

		private volatile RuntimeException failure;

		private volatile RuntimeException closeFailure;

		private volatile CountDownLatch block;

		private volatile int drainTurns;

		private volatile boolean closed;

		@Override
		public void doWork() {
			this.self = Thread.currentThread();
			this.turns.incrementAndGet();
			if (this.failure != null) {
				throw this.failure;
			}
			if (this.block != null) {
				try {
					this.block.await();
				}
				catch (InterruptedException ex) {
					throw new IllegalStateException(ex);
				}
			}
		}

		@Override
		public long nanosUntilWork() {
			return Long.MAX_VALUE;
		}

		@Override
		public boolean isDraining(long drainingSince) {
			if (this.closeFailure != null) {
				throw this.closeFailure;
			}
			if (this.drainTurns > 0) {
				this.drainTurns--;
				return true;
			}
			return false;
		}

		@Override
		public void close() {
			this.closed = true;
			if (this.closeFailure != null) {
				throw this.closeFailure;
			}
		}

	}

}
