package io.github.otlpboot.forwarder.grpc;

import java.util.Set;

/**
 * What answers other than success mean (OTLP specification, OTLP/gRPC response, retryable
 * response codes). A code in neither set refuses the data, except for
 * {@code RESOURCE_EXHAUSTED}, which is retried if the server says when, and asks for
 * smaller requests otherwise. A code in both is retried.
 *
 * @param retryable the codes after which the same request is sent again
 * @param hold the codes that refuse the way we ask and not what we send: the route waits
 * for someone to mend the configuration and keeps the data. The specification knows no
 * such codes and lets the data go; an empty set follows it to the letter
 */
public record CodePolicy(Set<GrpcCode> retryable, Set<GrpcCode> hold) {

	/**
	 * Retries {@code CANCELLED}, {@code DEADLINE_EXCEEDED}, {@code ABORTED},
	 * {@code OUT_OF_RANGE}, {@code UNAVAILABLE}, and {@code DATA_LOSS}, as the
	 * specification says; holds on {@code UNAUTHENTICATED}, {@code PERMISSION_DENIED},
	 * and {@code UNIMPLEMENTED}.
	 */
	public static final CodePolicy DEFAULT = new CodePolicy(
			Set.of(GrpcCode.CANCELLED, GrpcCode.DEADLINE_EXCEEDED, GrpcCode.ABORTED, GrpcCode.OUT_OF_RANGE,
					GrpcCode.UNAVAILABLE, GrpcCode.DATA_LOSS),
			Set.of(GrpcCode.UNAUTHENTICATED, GrpcCode.PERMISSION_DENIED, GrpcCode.UNIMPLEMENTED));

	public CodePolicy {
		retryable = Set.copyOf(retryable);
		hold = Set.copyOf(hold);
	}

}
