package io.github.otlpboot.actuate;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

import io.github.otlpboot.forwarder.Route;

/**
 * What an operator can do to a route.
 */
enum RouteOperation {

	/**
	 * Send what waits without waiting for company.
	 */
	FLUSH,

	/**
	 * Close the circuit breaker, forget its failures, and try at once.
	 */
	RESET,

	/**
	 * The same, in the word that operators of circuit breakers look for.
	 */
	CLOSE,

	/**
	 * Send nothing until the circuit breaker is closed again.
	 */
	FORCE_OPEN;

	String id() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	static Optional<RouteOperation> of(String id) {
		return Arrays.stream(values()).filter((operation) -> operation.id().equals(id)).findFirst();
	}

	void apply(Route route) {
		switch (this) {
			case FLUSH -> route.flush();
			case RESET, CLOSE -> {
				route.breaker().reset();
				route.retryNow();
			}
			case FORCE_OPEN -> route.breaker().forceOpen();
		}
	}

}
