package io.github.otlpboot.model;

import java.util.List;

/**
 * What a {@link RequestSplitter} made of a request.
 */
public sealed interface SplitResult permits SplitResult.Parts, Malformed {

	/**
	 * The request, in parts within the limits.
	 *
	 * @param batches the parts, in the order of their items; each holds at least one
	 * item, unless the request itself held none
	 * @param oversized the number of items that are in no part, because not even alone
	 * they are within the limits
	 * @param copied {@code true} if every part has an array of its own, so that the
	 * caller still owns the payload that was split, and releases it; {@code false} if
	 * nothing had to be split, so that the only part holds that very payload
	 */
	record Parts(List<Batch> batches, int oversized, boolean copied) implements SplitResult {

		public Parts {
			batches = List.copyOf(batches);
		}

	}

}
