package io.github.otlpboot.autoconfigure;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every second whether a credential has changed, and has the routes that wait for
 * it try at once. The beans of the user are asked only while a destination refuses what
 * they have supplied.
 * <p>
 * Has one daemon thread, from {@link #start()} to {@link #close()} and only if there is
 * something to look at; {@link #check()} belongs to it.
 */
final class CredentialWatch implements AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(CredentialWatch.class);

	private final Security security;

	private final RouteRetrigger routes;

	private volatile @Nullable ScheduledThreadPoolExecutor executor;

	CredentialWatch(Security security, RouteRetrigger routes) {
		this.security = security;
		this.routes = routes;
	}

	void start() {
		if (!this.security.isRenewable()) {
			return;
		}
		ScheduledThreadPoolExecutor starting = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "otlp-credentials");
			thread.setDaemon(true);
			return thread;
		});
		// Never ends in an exception
		ScheduledFuture<?> unused = starting.scheduleWithFixedDelay(this::check, 1, 1, TimeUnit.SECONDS);
		this.executor = starting;
	}

	/**
	 * Look once. Never throws: the executor would not call again.
	 */
	void check() {
		try {
			boolean changed = this.security.refreshCredential();
			if (changed || (this.routes.isAnyPaused() && this.security.isSupplyRenewed())) {
				logger.debug("Credentials have changed");
				this.routes.run();
			}
		}
		catch (Throwable ex) {
			// An error too, or nothing would ever be looked at again; its message may
			// hold
			// anything
			logger.debug("Credentials could not be looked at: {}", ex.getClass().getName());
		}
	}

	@Override
	public void close() {
		ScheduledThreadPoolExecutor closing = this.executor;
		if (closing != null) {
			closing.shutdownNow();
		}
	}

}
