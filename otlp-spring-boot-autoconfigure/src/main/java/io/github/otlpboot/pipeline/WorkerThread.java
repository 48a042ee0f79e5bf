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

	private final Worker worker;

	private final LongSupplier nanos;

	private final Thread thread;

	private volatile boolean stopping;

	/**
	 * The permit of {@link LockSupport} is not enough: whatever parks while the worker
	 * works, a contended lock of the HTTP client, say, may use it up.
	 */
	private volatile boolean woken;

	/** Written before {@link #working} and read after it. */
	private long workingSince;

	private volatile boolean working;

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
	 * Return whether a turn takes longer than any should: the disk does not answer, say.
	 * @param limit how long a turn may take
	 * @return {@code true} while it does
	 */
	boolean isStuck(Duration limit) {
		return this.working && this.nanos.getAsLong() - this.workingSince >= limit.toNanos();
	}

	/**
	 * Let the worker drain, then end the thread.
	 * @param drainTimeout how long the drain may take
	 * @param timeout how long to wait for the end of the thread
	 * @return {@code false} if the thread did not end in time
	 */
	boolean stop(Duration drainTimeout, Duration timeout) {
		this.stoppedAt = this.nanos.getAsLong();
		this.drainNanos = drainTimeout.toNanos();
		this.stopping = true;
		wake();
		try {
			// 0 would be for ever.
			this.thread.join(Math.max(1, timeout.toMillis()));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return !this.thread.isAlive();
	}

	private void run() {
		// What a method calls is looked up when that happens for the first time, which
		// takes memory: while there is some.
		idle(MIN_IDLE_NANOS);
		try {
			while (!this.stopping) {
				turn(Long.MAX_VALUE);
			}
			while (this.nanos.getAsLong() - this.stoppedAt < this.drainNanos && isDraining()) {
				turn(DRAIN_IDLE_NANOS);
			}
		}
		finally {
			close();
		}
	}

	private void turn(long maxIdle) {
		try {
			idle(Math.min(work(), maxIdle));
		}
		catch (RuntimeException | Error ex) {
			// Where the heap is full, even to say what has failed takes more than there
			// is: a literal does when it is used for the first time.
			idle(Math.min(FAILURE_IDLE_NANOS, maxIdle));
		}
	}

	private void close() {
		begin();
		try {
			this.worker.close();
		}
		catch (RuntimeException | Error ex) {
			tell("{} could not be closed", ex);
		}
		finally {
			this.working = false;
		}
	}

	private void begin() {
		this.workingSince = this.nanos.getAsLong();
		this.working = true;
	}

	private long work() {
		this.woken = false;
		begin();
		try {
			this.worker.doWork();
			return this.worker.nanosUntilWork();
		}
		catch (RuntimeException | Error ex) {
			// An Error too: the JDK reports with one that there is no direct memory for a
			// write, and a thread that is gone stores or sends nothing ever again.
			tell("{} failed unexpectedly and goes on", ex);
			return FAILURE_IDLE_NANOS;
		}
		finally {
			this.working = false;
		}
	}

	private boolean isDraining() {
		try {
			return this.worker.isDraining(this.stoppedAt);
		}
		catch (RuntimeException | Error ex) {
			tell("{} failed unexpectedly while draining", ex);
			return false;
		}
	}

	// Logging takes memory, and what there was none for once, there may be none for
	// again.
	private void tell(String message, Throwable failure) {
		try {
			logger.error(message, this.thread.getName(), failure);
		}
		catch (RuntimeException | Error ex) {
			// The thread is worth more than the line.
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
