package io.github.otlpboot.sample.status;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;

/**
 * Puts what was accepted beside what has arrived, every few seconds and once at the very
 * end.
 * <p>
 * Thread-safe: the lock guards the executor and whether it is closed. It has a thread of
 * its own because Spring's scheduling would make a span of every line.
 */
public final class StatusLine implements AutoCloseable {

	private final Object lock = new Object();

	private final Supplier<String> collector;

	private final Consumer<String> output;

	private final Duration interval;

	private volatile Supplier<Optional<PipelineFigures>> pipeline = Optional::empty;

	private @Nullable ScheduledExecutorService executor;

	private boolean closed;

	/**
	 * Create a line that is not printed yet.
	 * @param collector describes the collector
	 * @param output where the line goes
	 * @param interval the time from line to line
	 */
	public StatusLine(Supplier<String> collector, Consumer<String> output, Duration interval) {
		this.collector = collector;
		this.output = output;
		this.interval = interval;
	}

	/**
	 * Begin to print. Does nothing if it has begun or has been closed.
	 * @param pipeline the pipeline's figures, empty where there is no pipeline; asked
	 * again after the pipeline has been closed
	 */
	public void start(Supplier<Optional<PipelineFigures>> pipeline) {
		synchronized (this.lock) {
			if (this.executor != null || this.closed) {
				return;
			}
			this.pipeline = pipeline;
			this.executor = Executors.newSingleThreadScheduledExecutor(StatusLine::daemon);
			Future<?> unused = this.executor.scheduleWithFixedDelay(this::print, this.interval.toNanos(),
					this.interval.toNanos(), TimeUnit.NANOSECONDS);
		}
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task, "status-line");
		thread.setDaemon(true);
		return thread;
	}

	private void print() {
		try {
			this.output.accept(line());
		}
		catch (RuntimeException ex) {
			// An exception that left this method would end the schedule
			this.output.accept("No figures: " + ex);
		}
	}

	/**
	 * Return the line as it would be printed now.
	 * @return the figures of the pipeline, if there is one, and of the collector
	 */
	public String line() {
		// The collector is asked first: what it has must have been accepted before
		String arrived = this.collector.get();
		return this.pipeline.get().map((figures) -> figures.describe() + " | ").orElse("") + arrived;
	}

	/**
	 * Print the last line. Further calls do nothing.
	 */
	@Override
	public void close() {
		ScheduledExecutorService stopping;
		synchronized (this.lock) {
			if (this.closed) {
				return;
			}
			this.closed = true;
			stopping = this.executor;
		}
		if (stopping != null) {
			awaitEnd(stopping);
		}
		this.output.accept("At the end: " + line());
	}

	// A line that is being printed comes before the last one.
	private static void awaitEnd(ScheduledExecutorService stopping) {
		stopping.shutdown();
		try {
			stopping.awaitTermination(1, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
