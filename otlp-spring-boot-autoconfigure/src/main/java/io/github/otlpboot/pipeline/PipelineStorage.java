package io.github.otlpboot.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

import io.github.otlpboot.storage.StorageUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The storage of a pipeline from its start to its end: what its thread does is in
 * {@link StorageWorker}, what others may ask of it is here. But for {@link #start()}, no
 * method waits for the disk longer than it is told to.
 * <p>
 * Thread-safe. {@link #start()} and {@link #close} are called once each.
 */
final class PipelineStorage {

	private static final Logger logger = LoggerFactory.getLogger(PipelineStorage.class);

	/** A disk that has not answered for so long has the operator told. */
	private static final Duration STUCK = Duration.ofSeconds(10);

	/** How often producers are looked after while the end is near. */
	private static final long RELEASE_INTERVAL = Duration.ofMillis(50).toNanos();

	private final StoragePlan plan;

	private final StorageWorker worker;

	private final WorkerThread thread;

	private final AtomicBoolean releasing = new AtomicBoolean();

	private volatile boolean ending;

	/** How long producers have been kept waiting by a disk that does not answer. */
	private volatile Duration waited = Duration.ZERO;

	/**
	 * Create the storage, which is not opened yet.
	 * @param plan where it is, and whether the application needs it
	 * @param worker what its thread does
	 * @param nanos measures elapsed time
	 */
	PipelineStorage(StoragePlan plan, StorageWorker worker, LongSupplier nanos) {
		this.plan = plan;
		this.worker = worker;
		this.thread = new WorkerThread("otlp-storage", worker, nanos);
	}

	/**
	 * Open the storage, and start its thread, which tries again where that fails.
	 * @throws UncheckedIOException if storage is required and cannot be opened; the cause
	 * is a {@link StorageUnavailableException}
	 */
	void start() {
		try {
			this.worker.open();
		}
		catch (IOException ex) {
			if (this.plan.required()) {
				throw new UncheckedIOException((ex instanceof StorageUnavailableException) ? ex
						: new StorageUnavailableException(this.plan.settings().directory() + " cannot be used (" + ex
								+ "): repair it, or choose another directory", ex));
			}
			logger.debug("Storage cannot be opened yet", ex);
		}
		this.thread.start();
	}

	void wake() {
		this.thread.wake();
	}

	/**
	 * Return how storage is doing, without looking at the disk.
	 * @return the status
	 */
	StorageStatus status() {
		StorageStatus status = this.worker.status();
		return this.thread.isStuck(STUCK) ? status.stuck() : status;
	}

	/**
	 * Tell producers that what they have offered was refused, should the disk not answer
	 * while they end. Returns at once.
	 * @param patience how long the disk may take
	 */
	void releaseProducersAfter(Duration patience) {
		if (this.releasing.compareAndSet(false, true)) {
			Thread release = new Thread(() -> releaseProducers(patience), "otlp-shutdown");
			release.setDaemon(true);
			release.start();
		}
	}

	private void releaseProducers(Duration patience) {
		while (!this.ending) {
			if (this.thread.isStuck(patience)) {
				this.waited = patience;
				giveUp();
				return;
			}
			LockSupport.parkNanos(RELEASE_INTERVAL);
		}
	}

	/**
	 * Say that the producers have ended, and need no release any more.
	 * @return how long they have been kept waiting by a disk that does not answer
	 */
	Duration endRelease() {
		this.ending = true;
		return this.waited;
	}

	/**
	 * Bring what waits to disk.
	 * @param timeout how long that may take
	 */
	void flush(Duration timeout) {
		if (!this.thread.isAlive()) {
			return;
		}
		CompletableFuture<Void> flushed = this.worker.flush();
		this.thread.wake();
		try {
			flushed.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException ex) {
			logger.warn("What waits could not be brought to disk within {}", timeout);
		}
	}

	/**
	 * Bring the rest to disk, and close all files.
	 * @param timeout how long that may take
	 */
	void close(Duration timeout) {
		if (!this.thread.stop(Duration.ZERO, timeout)) {
			logger.warn("The storage could not be closed in time; the next process goes on where it stands");
			giveUp();
			return;
		}
		// Nobody does, unless the last write has failed in a way that nobody expects.
		int items = this.worker.giveUp();
		logger.debug("{} items still waited for the storage when it had ended", items);
	}

	private void giveUp() {
		int items = this.worker.giveUp();
		if (items > 0) {
			logger.warn("The disk does not answer, so {} items that waited for it are given up", items);
		}
	}

}
