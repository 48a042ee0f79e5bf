package io.github.otlpboot.exporter;

import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Maps equal values to the first of them that it was given. Lives as long as one batch,
 * so that it needs no bound of its own and retains nothing. Not thread-safe.
 *
 * @param <T> the type of the values, which must have a consistent {@code equals}
 */
final class Interner<T> {

	private final Map<T, T> values = new HashMap<>();

	/**
	 * The last answer: most batches hold the same value over and over, for which one
	 * comparison is cheaper than hashing all of its attributes.
	 */
	private @Nullable T recent;

	/**
	 * Return the representative of a value.
	 * @param value the value
	 * @return the first value given that is equal to it
	 */
	T intern(T value) {
		T representative = this.recent;
		if (representative == null || !value.equals(representative)) {
			representative = this.values.computeIfAbsent(value, (key) -> key);
			this.recent = representative;
		}
		return representative;
	}

}
