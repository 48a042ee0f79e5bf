package io.github.otlpboot.model;

/**
 * What a {@link RequestWalker} found.
 */
public sealed interface WalkResult permits WalkResult.Counted, Malformed {

	/**
	 * The request is well-formed, as far as it has to be read to count its items.
	 *
	 * @param items the number of spans, data points, or log records
	 */
	record Counted(int items) implements WalkResult {

	}

}
