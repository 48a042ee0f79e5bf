package io.github.otlpboot.forwarder;

import java.util.List;

import io.github.otlpboot.model.Payload;
import io.github.otlpboot.model.Signal;

/**
 * One request to a destination: payloads whose concatenation is a valid OTLP export
 * request.
 *
 * @param signal the kind of telemetry
 * @param parts the payloads in order, at least one, owned by the caller
 * @param items the number of items in all of them
 */
public record SendRequest(Signal signal, List<Payload> parts, int items) {

	public SendRequest {
		if (parts.isEmpty()) {
			throw new IllegalArgumentException("'parts' must not be empty");
		}
		parts = List.copyOf(parts);
	}

	/**
	 * Return the length of the whole request before compression.
	 * @return the length in bytes
	 */
	public int size() {
		return this.parts.stream().mapToInt(Payload::length).sum();
	}

}
