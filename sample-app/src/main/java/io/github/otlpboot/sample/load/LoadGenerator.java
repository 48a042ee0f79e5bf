package io.github.otlpboot.sample.load;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request after the other to the shop, at a steady rate at most: a shop that
 * answers slowly is asked less. Whatever goes wrong is counted and never logged above
 * debug.
 * <p>
 * Thread-safe: the lock guards the executor; the customer belongs to the one thread.
 */
public final class LoadGenerator implements AutoCloseable {

	private static final Log logger = LogFactory.getLog(LoadGenerator.class);

	private final Object lock = new Object();

	private final int requestsPerSecond;

	private final AtomicLong answered = new AtomicLong();

	private final AtomicLong failed = new AtomicLong();

	private @Nullable ScheduledExecutorService executor;

	/**
	 * Create a generator that sends nothing yet.
	 * @param requestsPerSecond requests a second, {@code 0} for none
	 */
	public LoadGenerator(int requestsPerSecond) {
		this.requestsPerSecond = requestsPerSecond;
	}

	/**
	 * Begin. Does nothing if it has begun, or if there is nothing to send.
	 * @param shop the shop's base URL
	 */
	public void start(URI shop) {
		synchronized (this.lock) {
			if (this.executor != null || this.requestsPerSecond == 0) {
				return;
			}
			ScheduledExecutorService started = Executors.newSingleThreadScheduledExecutor(LoadGenerator::daemon);
			HttpClient client = HttpClient.newBuilder()
				.version(HttpClient.Version.HTTP_1_1)
				.connectTimeout(Duration.ofSeconds(2))
				.build();
			VirtualCustomer customer = new VirtualCustomer(shop, new Random());
			Future<?> unused = started.scheduleAtFixedRate(() -> send(client, customer), 0,
					TimeUnit.SECONDS.toNanos(1) / this.requestsPerSecond, TimeUnit.NANOSECONDS);
			this.executor = started;
		}
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task, "virtual-customer");
		thread.setDaemon(true);
		return thread;
	}

	private void send(HttpClient client, VirtualCustomer customer) {
		try {
			HttpResponse<Void> response = client.send(customer.next(), BodyHandlers.discarding());
			customer.see(response);
			this.answered.incrementAndGet();
		}
		catch (IOException | RuntimeException ex) {
			// An exception that left this method would end the schedule
			this.failed.incrementAndGet();
			logger.debug("The shop did not answer", ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Return how many requests the shop has answered, with whatever status.
	 * @return the number of answers
	 */
	public long answered() {
		return this.answered.get();
	}

	/**
	 * Return how many requests the shop has not answered.
	 * @return the number of failures
	 */
	public long failed() {
		return this.failed.get();
	}

	/**
	 * End, after the request under way, which is given two seconds. It can be started
	 * again.
	 */
	@Override
	public void close() {
		ScheduledExecutorService stopped;
		synchronized (this.lock) {
			stopped = this.executor;
			this.executor = null;
		}
		if (stopped == null) {
			return;
		}
		stopped.shutdown();
		try {
			if (!stopped.awaitTermination(2, TimeUnit.SECONDS)) {
				stopped.shutdownNow();
			}
		}
		catch (InterruptedException ex) {
			stopped.shutdownNow();
			Thread.currentThread().interrupt();
		}
	}

}
