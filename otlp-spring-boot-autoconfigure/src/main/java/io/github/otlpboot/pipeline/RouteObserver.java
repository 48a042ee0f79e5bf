package io.github.otlpboot.pipeline;

import java.util.List;

import io.github.otlpboot.forwarder.Route;
import io.github.otlpboot.forwarder.RouteListener;
import io.github.otlpboot.forwarder.RouteState;
import io.github.otlpboot.forwarder.SendResult;
import io.github.otlpboot.model.LossReason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes on what happens on a route: to the console, to the account of recent losses, and
 * to whoever listens, whose trouble stays with it. Called by the forwarder's thread only.
 */
final class RouteObserver implements RouteListener {

	private static final Logger logger = LoggerFactory.getLogger(RouteObserver.class);

	private final RouteLog log;

	private final RecentLosses losses;

	private final List<AttemptListener> listeners;

	/**
	 * Create an observer.
	 * @param log the console
	 * @param losses the account of recent losses
	 * @param listeners are told of attempts; safe to read while others are added
	 */
	RouteObserver(RouteLog log, RecentLosses losses, List<AttemptListener> listeners) {
		this.log = log;
		this.losses = losses;
		this.listeners = listeners;
	}

	@Override
	public void onAttempt(Route route, SendResult result, long nanos) {
		this.log.onAttempt(route, result, nanos);
		for (AttemptListener listener : this.listeners) {
			try {
				listener.onAttempt(route.destination(), route.signal(), result, nanos);
			}
			catch (RuntimeException ex) {
				logger.debug("A listener could not be told of an attempt", ex);
			}
		}
	}

	@Override
	public void onStateChange(Route route, RouteState from, RouteState to) {
		this.log.onStateChange(route, from, to);
	}

	@Override
	public void onLoss(Route route, int items, LossReason reason) {
		this.losses.lost(items, reason);
		this.log.onLoss(route, items, reason);
	}

}
