package io.github.otlpboot.pipeline;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the thread of a {@link Worker}: its start, its idling, and its bounded end. The
 * thread sleeps while there is nothing to do, survives whatever the worker throws, and is
 * a daemon, so that it never keeps a JVM alive.
 * <p>
 * Thread-safe.
 */
final class WorkerThread {

	private static final Logger logger = LoggerFactory.getLogger(WorkerThread.class);

	/** A worker whose due time is off by a little must not spin. */
	private static final long MIN_IDLE_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

	/** An unforeseen exception is likely to come again. */
	private static final long FAILURE_IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

	/** Progress and deadline of a drain are looked at this often at least. */
	private static final long DRAIN_IDLE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

	private static final Duration GRACE = Duration.ofMillis(500);

	private final Worker worker;

	private final LongSupplier nanos;

	private final Thread thread;

	private volatile boolean stopping;

	/**
	 * The permit of {@link LockSupport} is not enough: whatever parks while the worker
	 * works, a contended lock of the HTTP client, say, may use it up.
	 */
	private volatile boolean woken;

	/** Written before {@link #stopping} and read after it. */
	private long stoppedAt;

	/** Written before {@link #stopping} and read after it. */
	private long drainNanos;

	WorkerThread(String name, Worker worker, LongSupplier nanos) {
		this.worker = worker;
		this.nanos = nanos;
		this.thread = new Thread(this::run, name);
		this.thread.setDaemon(true);
	}

	void start() {
		this.thread.start();
	}

	boolean isAlive() {
		return this.thread.isAlive();
	}

	/**
	 * Make the worker look for work. Cheap, and safe to call from any thread at any time.
	 */
	void wake() {
		this.woken = true;
		LockSupport.unpark(this.thread);
	}

	/**
	 * Let the worker drain, then end the thread.
	 * @param drainTimeout how long the drain may take
	 * @return {@code false} if the thread did not end in time
	 */
	boolean stop(Duration drainTimeout) {
		this.stoppedAt = this.nanos.getAsLong();
		this.drainNanos = drainTimeout.toNanos();
		this.stopping = true;
		wake();
		try {
			this.thread.join(drainTimeout.plus(GRACE).toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return !this.thread.isAlive();
	}

	private void run() {
		while (!this.stopping) {
			idle(work());
		}
		while (this.nanos.getAsLong() - this.stoppedAt < this.drainNanos && isDraining()) {
			idle(Math.min(work(), DRAIN_IDLE_NANOS));
		}
		try {
			this.worker.close();
		}
		catch (RuntimeException | Error ex) {
			logger.error("{} could not be closed", this.thread.getName(), ex);
		}
	}

	private long work() {
		this.woken = false;
		try {
			this.worker.doWork();
			return this.worker.nanosUntilWork();
		}
		catch (RuntimeException | Error ex) {
			// An Error too: the JDK reports with one that there is no direct memory for a
			// write, and a thread that is gone stores or sends nothing ever again.
			logger.error("{} failed unexpectedly and goes on", this.thread.getName(), ex);
			return FAILURE_IDLE_NANOS;
		}
	}

	private boolean isDraining() {
		try {
			return this.worker.isDraining(this.stoppedAt);
		}
		catch (RuntimeException | Error ex) {
			logger.error("{} failed unexpectedly while draining", this.thread.getName(), ex);
			return false;
		}
	}

	private void idle(long wait) {
		// Nobody interrupts this thread for a reason; a set flag would make parking spin.
		Thread.interrupted();
		if (this.woken) {
			return;
		}
		if (wait == Long.MAX_VALUE) {
			LockSupport.park(this);
		}
		else if (wait > 0) {
			LockSupport.parkNanos(this, Math.max(wait, MIN_IDLE_NANOS));
		}
	}

}
