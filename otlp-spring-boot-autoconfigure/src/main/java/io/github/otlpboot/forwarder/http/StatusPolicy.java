package io.github.otlpboot.forwarder.http;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What answers other than success mean (OTLP specification, OTLP/HTTP response, retryable
 * response codes). A status in neither set refuses the data, except for 413, which asks
 * for smaller requests. A status in both is retried.
 *
 * @param retryable the statuses after which the same request is sent again; the
 * specification names 429, 502, 503, and 504
 * @param hold the statuses that refuse the way we ask and not what we send: the route
 * waits for someone to mend the configuration and keeps the data. The specification knows
 * no such statuses and lets the data go; an empty set follows it to the letter
 */
public record StatusPolicy(Set<Integer> retryable, Set<Integer> hold) {

	/**
	 * Retries 429, 502, 503, and 504; holds on 401, 403, 404, 405, 407, 501, and all of
	 * 3xx.
	 */
	public static final StatusPolicy DEFAULT = new StatusPolicy(Set.of(429, 502, 503, 504),
			Stream.concat(Stream.of(401, 403, 404, 405, 407, 501), IntStream.range(300, 400).boxed())
				.collect(Collectors.toUnmodifiableSet()));

	public StatusPolicy {
		retryable = checked("retryable", retryable);
		hold = checked("hold", hold);
	}

	private static Set<Integer> checked(String name, Set<Integer> statuses) {
		for (int status : statuses) {
			if (status < 300 || status > 599) {
				throw new IllegalArgumentException(
						"'" + name + "' must hold statuses from 300 to 599, but holds " + status);
			}
		}
		return Set.copyOf(statuses);
	}

}
