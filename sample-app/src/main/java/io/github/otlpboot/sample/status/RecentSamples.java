package io.github.otlpboot.sample.status;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * What both sides said in each of the last {@value #CAPACITY} seconds, so that a page
 * that is loaded anew need not begin with empty charts.
 * <p>
 * Thread-safe: the lock guards samples and executor. It has a thread of its own because
 * Spring's scheduling would make a span of every sample.
 */
public final class RecentSamples implements AutoCloseable {

	static final int CAPACITY = 300;

	private static final Log logger = LogFactory.getLog(RecentSamples.class);

	private final Object lock = new Object();

	private final Supplier<Sample> source;

	private final Deque<Sample> samples = new ArrayDeque<>();

	private @Nullable ScheduledExecutorService executor;

	/**
	 * Create a collection that is empty and stays so until it is started.
	 * @param source takes a sample
	 */
	public RecentSamples(Supplier<Sample> source) {
		this.source = source;
	}

	/**
	 * Begin to take a sample each second. Does nothing if it has begun.
	 */
	public void start() {
		synchronized (this.lock) {
			if (this.executor != null) {
				return;
			}
			ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(RecentSamples::daemon);
			Future<?> unused = started.scheduleAtFixedRate(this::take, 0, 1, TimeUnit.SECONDS);
			this.executor = started;
		}
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task, "recent-samples");
		thread.setDaemon(true);
		return thread;
	}

	void take() {
		try {
			Sample sample = this.source.get();
			synchronized (this.lock) {
				this.samples.addLast(sample);
				if (this.samples.size() > CAPACITY) {
					this.samples.removeFirst();
				}
			}
		}
		catch (RuntimeException ex) {
			// An exception that left this method would end the schedule
			logger.debug("There is no sample of this second", ex);
		}
	}

	/**
	 * Return what is newer than something that is known.
	 * @param at the time of the newest sample that is known, {@code 0} for none
	 * @return the samples taken after it, oldest first
	 */
	public List<Sample> after(long at) {
		synchronized (this.lock) {
			return this.samples.stream().filter((sample) -> sample.at() > at).toList();
		}
	}

	@Override
	public void close() {
		synchronized (this.lock) {
			if (this.executor != null) {
				this.executor.shutdownNow();
			}
		}
	}

}
