package io.github.otlpboot.storage;

import io.github.otlpboot.model.Signal;
import org.jspecify.annotations.Nullable;

/**
 * How a signal is written on disk. These numbers never change, unlike the order of the
 * constants.
 */
final class SignalCode {

	private static final int TRACES = 1;

	private static final int METRICS = 2;

	private static final int LOGS = 3;

	private SignalCode() {
	}

	static int of(Signal signal) {
		return switch (signal) {
			case TRACES -> TRACES;
			case METRICS -> METRICS;
			case LOGS -> LOGS;
		};
	}

	/**
	 * Return the signal of a code.
	 * @param code the code
	 * @return the signal, {@code null} if there is none
	 */
	static @Nullable Signal signal(int code) {
		return switch (code) {
			case TRACES -> Signal.TRACES;
			case METRICS -> Signal.METRICS;
			case LOGS -> Signal.LOGS;
			default -> null;
		};
	}

}
