package io.github.otlpboot.autoconfigure;

import io.github.otlpboot.forwarder.Route;
import io.github.otlpboot.forwarder.RouteState;
import io.github.otlpboot.forwarder.RouteStatus;
import io.github.otlpboot.forwarder.SendFailure;
import io.github.otlpboot.pipeline.Pipeline;
import org.jspecify.annotations.Nullable;

/**
 * Has routes try at once when their credentials or certificates have changed. A
 * destination that is busy is left in peace: what it answers has nothing to do with them.
 * Thread-safe; no lock.
 */
final class RouteRetrigger implements Runnable {

	private volatile @Nullable Pipeline pipeline;

	void attach(Pipeline pipeline) {
		this.pipeline = pipeline;
	}

	boolean isAnyPaused() {
		Pipeline current = this.pipeline;
		return current != null
				&& current.routes().stream().anyMatch((route) -> route.status().state() == RouteState.PAUSED);
	}

	@Override
	public void run() {
		Pipeline current = this.pipeline;
		if (current != null) {
			current.routes().stream().filter((route) -> !isBusy(route.status())).forEach(Route::retryNow);
		}
	}

	private static boolean isBusy(RouteStatus status) {
		return status.state() == RouteState.RETRYING && status.lastFailure() != null
				&& status.lastFailure().failure().kind() == SendFailure.Kind.STATUS;
	}

}
