package io.github.otlpboot.forwarder;

import java.util.List;

import io.github.otlpboot.model.Signal;

/**
 * All routes, served in turn by one thread, which belongs to the caller. Thread-safe only
 * as far as {@link Route} is.
 */
public final class Forwarder {

	private final List<Route> routes;

	/**
	 * Create a forwarder.
	 * @param routes the routes to serve
	 */
	public Forwarder(List<Route> routes) {
		this.routes = List.copyOf(routes);
	}

	public List<Route> routes() {
		return this.routes;
	}

	/**
	 * Serve every route once, also where one of them fails: there may be no memory for
	 * what it wants to send, and enough for the others.
	 * @return the number of things done
	 */
	public int doWork() {
		int work = 0;
		RuntimeException failure = null;
		Error error = null;
		for (Route route : this.routes) {
			try {
				work += route.doWork();
			}
			catch (RuntimeException ex) {
				failure = ex;
			}
			catch (Error ex) {
				error = ex;
			}
		}
		if (error != null) {
			throw error;
		}
		if (failure != null) {
			throw failure;
		}
		return work;
	}

	/**
	 * Return how long there will be nothing to do unless someone wakes the thread.
	 * @return the wait in nanoseconds, {@link Long#MAX_VALUE} for ever
	 */
	public long nanosUntilWork() {
		long wait = Long.MAX_VALUE;
		for (Route route : this.routes) {
			wait = Math.min(wait, route.nanosUntilWork());
		}
		return wait;
	}

	/**
	 * Tell the routes of a signal that something has arrived.
	 * @param signal the signal
	 */
	public void arrived(Signal signal) {
		for (Route route : this.routes) {
			if (route.signal() == signal) {
				route.arrived();
			}
		}
	}

	/**
	 * Send what waits without waiting for company.
	 */
	public void flush() {
		this.routes.forEach(Route::flush);
	}

	/**
	 * Return whether any route still makes progress towards having nothing left.
	 * @param drainingSince when the drain began, in nanoseconds
	 * @return {@code true} to go on serving
	 */
	public boolean isDraining(long drainingSince) {
		return this.routes.stream().anyMatch((route) -> route.isDraining(drainingSince));
	}

	/**
	 * Abort what is under way and account for what has not been delivered.
	 */
	public void close() {
		this.routes.forEach(Route::close);
	}

}
