package io.github.otlpboot.forwarder.grpc;

import java.util.Arrays;
import java.util.Optional;

/**
 * The status codes of gRPC other than success, with the HTTP status that
 * {@code google.rpc.Code} gives each. Needs no gRPC library, so that settings can be
 * checked without one.
 */
public enum GrpcCode {

	/** Somebody on the way gave up. */
	CANCELLED(1, 499),

	/** Something went wrong that has no code. */
	UNKNOWN(2, 500),

	/** The request is malformed. */
	INVALID_ARGUMENT(3, 400),

	/** The server, or one behind it, did not answer in time. */
	DEADLINE_EXCEEDED(4, 504),

	/** There is no such thing. */
	NOT_FOUND(5, 404),

	/** There is such a thing already. */
	ALREADY_EXISTS(6, 409),

	/** The caller may not do this. */
	PERMISSION_DENIED(7, 403),

	/** A limit has been reached, that of a message's size among them. */
	RESOURCE_EXHAUSTED(8, 429),

	/** The server is not in a state to do this. */
	FAILED_PRECONDITION(9, 400),

	/** Two callers were in each other's way. */
	ABORTED(10, 409),

	/** Past the end. */
	OUT_OF_RANGE(11, 400),

	/** There is no such service or method. */
	UNIMPLEMENTED(12, 501),

	/** Something is broken in the server. */
	INTERNAL(13, 500),

	/** The server cannot answer now. */
	UNAVAILABLE(14, 503),

	/** The server has lost data. */
	DATA_LOSS(15, 500),

	/** The caller did not say who it is. */
	UNAUTHENTICATED(16, 401);

	private final int number;

	private final int httpStatus;

	GrpcCode(int number, int httpStatus) {
		this.number = number;
		this.httpStatus = httpStatus;
	}

	/**
	 * Return the code with a name.
	 * @param name the name, in upper case
	 * @return the code, empty if there is none
	 */
	public static Optional<GrpcCode> ofName(String name) {
		return Arrays.stream(values()).filter((code) -> code.name().equals(name)).findFirst();
	}

	/**
	 * Return the code with a number; what gRPC does not know is unknown.
	 * @param number the number, not that of success
	 * @return the code
	 */
	static GrpcCode ofNumber(int number) {
		return Arrays.stream(values()).filter((code) -> code.number == number).findFirst().orElse(UNKNOWN);
	}

	/**
	 * Return whether the fault is the server's.
	 * @return {@code true} if the HTTP status of this code is from 500 to 599
	 */
	boolean isServerError() {
		return this.httpStatus >= 500;
	}

}
