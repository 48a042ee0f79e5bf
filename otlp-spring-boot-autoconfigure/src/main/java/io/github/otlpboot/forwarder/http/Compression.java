package io.github.otlpboot.forwarder.http;

/**
 * How request bodies are compressed (OTLP specification, OTLP/HTTP request).
 */
public enum Compression {

	/**
	 * With gzip, at the JDK's default level.
	 */
	GZIP,

	/**
	 * Not at all.
	 */
	NONE

}
