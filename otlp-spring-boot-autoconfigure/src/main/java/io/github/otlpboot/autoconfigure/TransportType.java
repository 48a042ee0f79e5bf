package io.github.otlpboot.autoconfigure;

/**
 * How requests travel.
 */
public enum TransportType {

	/**
	 * OTLP over HTTP, with the HTTP client of the JDK.
	 */
	HTTP,

	/**
	 * OTLP over gRPC, with grpc-java, which must be on the class path.
	 */
	GRPC

}
